package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// setCommentPolicy stores the comment policy of an article.
func (s *testSite) setCommentPolicy(id int64, how newsroom.CommentPolicy) {
	s.Helper()
	s.check(newsroom.SetCommentPolicy(s.Context(), s.db, models.Actor{Name: "test"}, id, how))
}

// prove opens the mailed link and confirms the address.
func (b *browser) prove(s *testSite, email string, article int64) {
	b.t.Helper()
	key := people.NewLinks(s.options.Secret).Make(people.ForProof, email+" "+strconv.FormatInt(article, 10), s.clock.Now())
	if w := b.get("/comments/proof/" + key + "/"); w.Code != http.StatusOK || len(w.Result().Cookies()) > 0 || !strings.Contains(w.Body.String(), email) {
		b.t.Fatalf("the link shows %d, cookies %v", w.Code, w.Result().Cookies())
	}
	w := b.do(http.MethodPost, "/comments/proof/"+key+"/", "")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != straitPath+"#respond" {
		b.t.Fatalf("yes is answered with %d to %q", w.Code, w.Header().Get("Location"))
	}
}

// A page of an article for verified readers is cached without personal parts.
// Only the browser that has proved an address gets the form.
func TestTheCachedFormHasNoVerifiedReader(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		s.options.Mail = true
		h := s.handler()
		strait := s.ids["strait-opens"]
		before := get(t, h, straitPath)
		s.setCommentPolicy(strait, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.VerifiedCommenter})
		visitor := get(t, h, straitPath)
		if before.Header().Get("ETag") == visitor.Header().Get("ETag") || !strings.Contains(visitor.Body.String(), `formaction="/comments/proof/#sent"`) {
			t.Fatal("the kept page does not know that the story is for verified readers")
		}
		anna, ben := &browser{t: t, h: h}, &browser{t: t, h: h}
		anna.prove(s, "anna@example.org", strait)
		ben.prove(s, "ben@example.org", strait)
		for name, b := range map[string]*browser{"anna": anna, "ben": ben} {
			w := b.get(straitPath)
			body := w.Body.String()
			if !strings.Contains(body, name+"@example.org") || strings.Contains(body, map[string]string{"anna": "ben", "ben": "anna"}[name]+"@example.org") || strings.Contains(body, `id="email"`) {
				t.Errorf("%s's page has not just %s's address", name, name)
			}
			if got := w.Header().Get("Cache-Control"); got != "private, no-store" || w.Header().Get("ETag") != "" {
				t.Errorf("%s's page: %s", name, got)
			}
			if between.ReplaceAllString(body, "") != between.ReplaceAllString(visitor.Body.String(), "") {
				t.Errorf("%s's page differs outside of the marks", name)
			}
		}
		if again := get(t, h, straitPath); again.Body.String() != visitor.Body.String() || again.Header().Get("ETag") != visitor.Header().Get("ETag") {
			t.Error("the page for visitors has changed")
		}
		// The address is the verified one, not the typed one, and is
		// remembered.
		form := url.Values{"comment_post_ID": {strconv.FormatInt(strait, 10)}, "author": {"Anna"}, "email": {"victim@example.org"}, "comment": {"Hello."}, "wp-comment-cookies-consent": {"yes"}}
		if w := anna.do(http.MethodPost, "/wp-comments-post.php", form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("a verified reader is answered with %d: %s", w.Code, w.Body)
		}
		var email string
		s.check(db.Query(t.Context()).Raw("SELECT email FROM comments WHERE verified").Scan(&email).Error)
		if email != "anna@example.org" {
			t.Errorf("the comment has the address %q", email)
		}
		// The article is open to all again: the form asks for an address and
		// fills in the remembered one.
		s.setCommentPolicy(strait, newsroom.CommentPolicy{Status: newsroom.CommentsOpen})
		if body := anna.get(straitPath).Body.String(); !strings.Contains(body, `type="email" value="anna@example.org"`) {
			t.Error("the form for everybody does not remember the address")
		}
	})
}

// Every change of who may comment drops the cached pages that show it.
func TestCachedPagesFollowTheCommentPolicy(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		strait := s.ids["strait-opens"]
		s.comments(strait, 1)
		shows := func(what string, form, reply, recommend bool) {
			t.Helper()
			for _, path := range []string{straitPath, "/comment/1/thread/"} {
				w := get(t, h, path)
				body := w.Body.String()
				if w.Header().Get("ETag") == "" {
					t.Fatalf("%s: %s is not cached", what, path)
				}
				if path == straitPath && strings.Contains(body, `id="commentform"`) != form {
					t.Errorf("%s: %s: the form is there: %v", what, path, !form)
				}
				if strings.Contains(body, "comment-reply-link") != reply || strings.Contains(body, "/recommend/") != recommend {
					t.Errorf("%s: %s: want reply %v, recommend %v", what, path, reply, recommend)
				}
			}
		}
		shows("at first", true, true, true)
		s.set("comment.who", "staff")
		shows("site: staff", false, false, true)
		s.setCommentPolicy(strait, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.EveryCommenter, RecommendsOff: true})
		shows("story: everyone, no recommending", true, true, false)
		s.setCommentPolicy(strait, newsroom.CommentPolicy{Status: newsroom.CommentsOpen})
		shows("story: as the site", false, false, true)
		s.set("comment.who", "closed")
		shows("site: closed", false, false, true)
		s.set("comment.who", "everyone")
		s.set("comment.recommend", "false")
		shows("site: no recommending", true, true, false)
	})
}

// The form says what the article's comment policy asks of readers. The cached page
// changes at the instant of the closing date without a write.
func TestTheCachedFormSaysSlowModeAndTheClosingDate(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.comments(s.ids["strait-opens"], 1)
		says := func(what string, texts ...string) {
			t.Helper()
			for range 2 { // the second answer comes from the cache
				w := get(t, h, straitPath)
				body := w.Body.String()
				if w.Header().Get("ETag") == "" {
					t.Fatalf("%s: the page is not cached", what)
				}
				for _, text := range []string{
					"Slow mode: one comment every 5 minutes.", "Slow mode: one comment every 2 hours.", "A moderator reads every comment here",
					"Comments are open until", "Comments are closed",
				} {
					if strings.Contains(body, text) != slices.Contains(texts, text) {
						t.Errorf("%s: says %q: %v", what, text, !slices.Contains(texts, text))
					}
				}
			}
			if thread := get(t, h, "/comment/1/thread/").Body.String(); strings.Contains(thread, "comment-reply-link") == slices.Contains(texts, "Comments are closed") {
				t.Errorf("%s: the page of a thread says otherwise", what)
			}
		}
		says("at first")
		end := models.At(clock.Now().Add(time.Hour))
		p := newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Slow: 5}
		s.setCommentPolicy(s.ids["strait-opens"], p)
		says("slow", "Slow mode: one comment every 5 minutes.")
		p.Slow, p.Close = 120, end
		s.setCommentPolicy(s.ids["strait-opens"], p)
		says("two hours", "Slow mode: one comment every 2 hours.", "Comments are open until")
		s.set("comment.hold-until", clock.Now().Add(time.Minute).Format(time.RFC3339))
		says("all are held", "A moderator reads every comment here", "Slow mode: one comment every 2 hours.", "Comments are open until")
		clock.Advance(time.Minute)
		says("a minute later", "Slow mode: one comment every 2 hours.", "Comments are open until")
		clock.Advance(59*time.Minute - time.Microsecond)
		says("just before the date", "Slow mode: one comment every 2 hours.", "Comments are open until")
		clock.Advance(time.Microsecond)
		says("at the date", "Comments are closed")
		p = newsroom.CommentPolicy{Status: newsroom.CommentsPremoderate, ByHand: true}
		s.setCommentPolicy(s.ids["strait-opens"], p)
		says("premoderated", "A moderator reads every comment here")
	})
}

// An article that an editor has opened by hand shows its form at any age.
func TestAnArticleOpenedByHandShowsItsForm(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.set("comment.close-after", "2")
		clock.Advance(3 * 24 * time.Hour)
		form := func() bool { return strings.Contains(get(t, h, straitPath).Body.String(), `id="commentform"`) }
		if form() {
			t.Fatal("the form is there after two days")
		}
		s.setCommentPolicy(s.ids["strait-opens"], newsroom.CommentPolicy{Status: newsroom.CommentsOpen, ByHand: true})
		if !form() {
			t.Error("a story that was opened by hand has no form")
		}
	})
}

// A network that asks for too many links gets its text back.
func TestTooManyLinksKeepTheText(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	s.options.Mail = true
	h := s.handler()
	s.set("comment.who", "verified")
	b := &browser{t: t, h: h}
	form := url.Values{"comment_post_ID": {"1"}, "author": {"Anna"}, "email": {"anna@example.org"}, "comment": {"A long & <dear> thought."}}
	refused := false
	for range 20 {
		w := b.do(http.MethodPost, "/comments/proof/", form.Encode())
		if !strings.Contains(w.Body.String(), "A long &amp; &lt;dear&gt; thought.</textarea>") || !strings.Contains(w.Body.String(), `value="anna@example.org"`) {
			t.Fatalf("%d: the form has come back without what was typed", w.Code)
		}
		if w.Code == http.StatusTooManyRequests {
			refused = w.Header().Get("Retry-After") != ""
			break
		}
	}
	if !refused {
		t.Error("twenty links in a row were not refused")
	}
}

// A link works for one day, for its article and address only.
func TestAProofWorksForOneDay(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	s.options.Mail = true
	h := s.handler()
	links := people.NewLinks(s.options.Secret)
	key := links.Make(people.ForProof, "anna@example.org 1", clock.Now())
	code := func(method, key string) int {
		b := &browser{t: t, h: h}
		w := b.do(method, "/comments/proof/"+key+"/", "")
		if w.Code >= 400 && len(w.Result().Cookies()) > 0 {
			t.Error("a refused link sets a cookie")
		}
		return w.Code
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for what, other := range map[string]string{
			"another purpose": links.Make(people.ForMail, "anna@example.org 1", clock.Now()), "forged": key[:len(key)-2] + "xx", "no article": links.Make(people.ForProof, "anna@example.org", clock.Now()),
		} {
			if got := code(method, other); got != http.StatusNotFound {
				t.Errorf("%s, %s: %d", method, what, got)
			}
		}
	}
	gone := links.Make(people.ForProof, "anna@example.org 999", clock.Now())
	if w := (&browser{t: t, h: h}).do(http.MethodPost, "/comments/proof/"+gone+"/", ""); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" {
		t.Errorf("under a story that is gone: %d to %q", w.Code, w.Header().Get("Location"))
	}
	clock.Advance(24 * time.Hour)
	if got := code(http.MethodGet, key); got != http.StatusOK {
		t.Errorf("after a day: %d", got)
	}
	clock.Advance(time.Second)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if got := code(method, key); got != http.StatusGone {
			t.Errorf("%s after more than a day: %d", method, got)
		}
	}
}

// A link to one's own comments works for an hour. After that its page explains
// how to get another one.
func TestAnExpiredLinkToOwnCommentsExplainsItself(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, _ := smallSite(t, modeltest.SQLite(t, clock), clock)
	h := s.handler()
	path := "/comments/mine/?key=" + people.NewLinks(s.options.Secret).Make(people.ForComments, "anna@example.org", s.clock.Now())
	if w := get(t, h, path); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "anna@example.org") {
		t.Fatalf("the fresh link answers %d", w.Code)
	}
	clock.Advance(2 * time.Hour)
	if w := get(t, h, path); w.Code != http.StatusGone || !strings.Contains(w.Body.String(), "good for one hour") {
		t.Errorf("the old link answers %d: %s", w.Code, w.Body)
	}
}

// The staff's comments have a badge, those of a subscriber have none. A change
// of role drops the cached pages.
func TestOnlyStaffHaveTheBadge(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		h := s.handler()
		u, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Sam Sixt", Email: "sam@example.org", Role: people.AuthorRole, Password: "a password of some length"})
		s.check(err)
		site, err := newsroom.LoadSite(t.Context(), db)
		s.check(err)
		first, err := discussion.Post(t.Context(), db, site, discussion.Submission{ArticleID: s.ids["strait-opens"], User: u, Text: "From the desk."})
		s.check(err)
		_, _, err = discussion.Decide(t.Context(), db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: first.ID, Version: first.Version}}, discussion.Verdict{Action: discussion.DoApprove})
		s.check(err)
		for _, path := range []string{straitPath, "/comment/" + strconv.FormatInt(first.ID, 10) + "/thread/"} {
			for _, role := range []people.Role{people.AuthorRole, people.Subscriber, people.Editor} {
				s.check(people.SetRole(t.Context(), db, models.ActorShell, u.ID, role))
				body := get(t, h, path).Body.String()
				if !strings.Contains(body, "From the desk.") || strings.Contains(body, `class="badge"`) != (role != people.Subscriber) {
					t.Errorf("%s with a %s", path, role)
				}
			}
		}
	})
}
