package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/react"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// Last-Modified of the page and of the comment's own page changes when a
// comment is approved, edited or removed. It does not change when a comment is
// sent, reported, or declined before it was public.
func TestLastModifiedChangesWithPublicComments(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.comments(s.ids["strait-opens"], 1)
		paths := []string{straitPath, "/comment/1/thread/"}
		modified := func(path string) time.Time {
			t.Helper()
			get(t, h, path)
			clock.Advance(10 * time.Second) // it is not sent while another change could have the same second
			w := get(t, h, path)
			at, err := http.ParseTime(w.Header().Get("Last-Modified"))
			if err != nil || w.Code != http.StatusOK {
				t.Fatalf("%s: %d, %v", path, w.Code, err)
			}
			return at
		}
		anna := &browser{t: t, h: h}
		var id int64
		version := func() string {
			c := must(discussion.ByID(t.Context(), db, id))
			return strconv.Itoa(c.Version)
		}
		decide := func(action discussion.Action) func() {
			return func() {
				_, _, err := discussion.Decide(t.Context(), db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action})
				s.check(err)
			}
		}
		edit := func() {
			form := url.Values{"version": {version()}, "comment": {"Better said at " + clock.Now().String()}}
			if w := anna.do(http.MethodPost, fmt.Sprintf("/comment/%d/edit/", id), form.Encode()); w.Code != http.StatusSeeOther {
				t.Fatalf("the edit is answered with %d: %s", w.Code, w.Body)
			}
		}
		for _, step := range []struct {
			what  string
			do    func()
			moves bool
		}{
			{"sent", func() {
				form := url.Values{"comment_post_ID": {"1"}, "comment_parent": {"1"}, "author": {"Anna"}, "email": {"anna@example.org"}, "comment": {"So I saw."}}
				w := anna.do(http.MethodPost, "/wp-comments-post.php", form.Encode())
				_, number, _ := strings.Cut(w.Header().Get("Location"), "#comment-")
				id = must(strconv.ParseInt(number, 10, 64))
			}, false},
			{"edited while it waits", edit, false},
			{"declined while it waits", decide(discussion.DoTrash), false},
			{"restored", decide(discussion.DoRestore), false},
			{"approved", decide(discussion.DoApprove), true},
			{"looked at", func() {}, false},
			{"reported", func() {
				if w := (&browser{t: t, h: h}).do(http.MethodPost, fmt.Sprintf("/comment/%d/report/", id), "reason=abuse"); w.Code != http.StatusSeeOther {
					t.Fatalf("the report is answered with %d", w.Code)
				}
			}, false},
			{"recommended", func() {
				_, err := react.Recommend(t.Context(), db, must(newsroom.LoadSite(t.Context(), db)), id, react.Visitor{Token: "somebody"})
				s.check(err)
			}, true},
			{"removed", decide(discussion.DoSpam), true},
			{"approved again", decide(discussion.DoApprove), true},
			{"held", decide(discussion.DoHold), true},
		} {
			before := map[string]time.Time{}
			for _, path := range paths {
				before[path] = modified(path)
			}
			step.do()
			for _, path := range paths {
				if after := modified(path); after.After(before[path]) != step.moves || after.Before(before[path]) {
					t.Errorf("%s: %s has moved from %s to %s, want %v", step.what, path, before[path].Format(time.TimeOnly), after.Format(time.TimeOnly), step.moves)
				}
			}
		}
	})
}

// An edit of a public comment changes Last-Modified, too.
func TestLastModifiedChangesWithAnEdit(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.set("comment.previously-approved", "false")
		anna := &browser{t: t, h: h}
		anna.reply(1, "Anna", "The tide turned at noon.")
		shows := func() (modified, body string) {
			get(t, h, straitPath)
			clock.Advance(10 * time.Second)
			w := get(t, h, straitPath)
			return w.Header().Get("Last-Modified"), w.Body.String()
		}
		first, _ := shows()
		form := url.Values{"version": {"1"}, "comment": {"The tide turned at one."}}
		if w := anna.do(http.MethodPost, "/comment/1/edit/", form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("the edit is answered with %d", w.Code)
		}
		second, body := shows()
		if first == "" || second == first || !strings.Contains(body, "turned at one") {
			t.Errorf("edited: from %q to %q", first, second)
		}
		if w := anna.do(http.MethodPost, "/comment/1/remove/", ""); w.Code != http.StatusSeeOther {
			t.Fatalf("the removal is answered with %d", w.Code)
		}
		if third, body := shows(); third == second || strings.Contains(body, "turned at one") {
			t.Errorf("removed: from %q to %q", second, third)
		}
	})
}

// A client that hangs up is not logged as an error.
func TestAClientThatHangsUpIsNoError(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	var log bytes.Buffer
	s.options.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h := s.handler()
	ctx, hangUp := context.WithCancel(t.Context())
	hangUp()
	for path, form := range map[string]string{
		"/wp-comments-post.php": "author=Anna&email=anna%40example.org&comment=Well&comment_post_ID=" + strconv.FormatInt(s.ids["strait-opens"], 10),
		"/comments/mine/":       "do=remove",
	} {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != 499 && w.Code >= 400 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if log.Len() > 0 {
		t.Errorf("it is logged: %s", log.String())
	}
}
