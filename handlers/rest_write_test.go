package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

// programSite is a site with a program of each role that may have one.
type programSite struct {
	*deskSite
	clock     *modeltest.Clock
	passwords map[people.Role]string
}

func newProgramSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *programSite {
	t.Helper()
	s := &programSite{newDeskSite(t, db, clock), clock, map[people.Role]string{}}
	for role, u := range s.users {
		if !apppasswords.Allowed(u) {
			continue
		}
		secret, err := apppasswords.Make(t.Context(), db, u, "program")
		s.check(err)
		s.passwords[role] = secret
	}
	return s
}

// sendAs sends a request of a program. body is JSON, "" for none.
func (s *programSite) sendAs(role people.Role, method, path, body string) *httptest.ResponseRecorder {
	s.Helper()
	return s.sendTo(role, method, restBase+path, body)
}

// sendTo is sendAs with the whole path.
func (s *programSite) sendTo(role people.Role, method, path, body string) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, path, strings.NewReader(body))
	s.said++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", s.said/250, s.said%250)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if password := s.passwords[role]; password != "" {
		r.SetBasicAuth(s.users[role].Email, password)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// restEntry is an entry or an error of the REST interface.
type restEntry struct {
	ID          int64
	Status      string
	Slug        string
	Link        string
	Date        string
	Title       struct{ Raw, Rendered string }
	Content     struct{ Raw, Rendered string }
	Excerpt     struct{ Raw, Rendered string }
	Author      int64
	Coauthors   []int64
	Roles       []string `json:"coauthor_roles"`
	Name        string
	Code        string
	Message     string
	Description any
	Parent      int64
	Data        struct {
		Params any
		TermID int64 `json:"term_id"`
	}
	Categories, Tags []int64
	FeaturedMedia    int64  `json:"featured_media"`
	CommentStatus    string `json:"comment_status"`
	Sticky           bool
	Deleted          bool
	Previous         *restEntry
}

// call sends a request of a program and decodes its answer. It fails unless the status is
// the wanted one.
func (s *programSite) call(role people.Role, method, path, body string, want int) (e restEntry) {
	s.Helper()
	w := s.sendAs(role, method, path, body)
	if w.Code != want {
		s.Fatalf("%s by %s: %d, want %d: %s", method+" "+path, role, w.Code, want, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		s.Fatalf("%s: %v in %s", path, err, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" && got != "no-store" {
		s.Errorf("%s: Cache-Control is %q", path, got)
	}
	return e
}

func (s *programSite) page(path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(s.Context(), http.MethodGet, path, nil))
	return w
}

// A program writes, changes, publishes, schedules and trashes posts, and readers see each
// change at once.
func TestProgramWritesPosts(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		s.set("site.timezone", "Europe/Berlin")
		editor := people.Editor
		made := s.call(editor, http.MethodPost, "/posts", `{"title":"Tea &amp; biscuits","content":"<p>First.</p><script>x</script>","excerpt":"<p>In short.</p>","categories":[1],"tags":[1]}`, 201)
		if made.Status != "draft" || made.Title.Raw != "Tea &amp; biscuits" && made.Title.Raw != "Tea & biscuits" || made.Title.Rendered != "Tea &amp; biscuits" ||
			made.Excerpt.Raw != "In short." || strings.Contains(made.Content.Rendered, "script") || len(made.Categories) != 1 || len(made.Tags) != 1 {
			t.Errorf("the new post is %+v", made)
		}
		path := fmt.Sprintf("/posts/%d", made.ID)
		if got := s.page(restBase + path); got.Code != http.StatusNotFound {
			t.Errorf("a visitor gets the draft: %d", got.Code)
		}
		live := s.call(editor, http.MethodPut, path, `{"status":"publish"}`, 200)
		if live.Status != "publish" {
			t.Fatalf("published: %+v", live)
		}
		link := strings.TrimPrefix(live.Link, "http://news.example")
		if got := s.page(link); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "First.") {
			t.Errorf("%s: %d", link, got.Code)
		}
		s.call(editor, http.MethodPost, path, `{"content":{"raw":"<p>Second.</p>"},"date":"`+live.Date+`","status":"publish"}`, 200)
		if got := s.page(link).Body.String(); !strings.Contains(got, "Second.") || strings.Contains(got, "First.") {
			t.Error("readers do not see the change at once")
		}
		again := s.call(editor, http.MethodGet, path+"?context=edit", "", 200)
		if again.Content.Raw != "<p>Second.</p>" {
			t.Errorf("for editing it is %q", again.Content.Raw)
		}
		if refused := s.call(editor, http.MethodPost, path, `{"date":"2026-01-01T00:00:00"}`, 400); !strings.Contains(fmt.Sprint(refused.Data.Params), "date:") {
			t.Errorf("another date: %+v", refused)
		}
		trashed := s.call(editor, http.MethodDelete, path, "", 200)
		if trashed.Status != "trash" || s.page(link).Code == http.StatusOK {
			t.Errorf("trashed: %+v, readers get %d", trashed, s.page(link).Code)
		}
		if gone := s.call(editor, http.MethodDelete, path, "", 410); gone.Code != "rest_already_trashed" {
			t.Errorf("twice: %+v", gone)
		}
		s.call(editor, http.MethodPost, path, `{"title":"x"}`, 409)
		if back := s.call(editor, http.MethodPost, path, `{"status":"publish"}`, 200); back.Status != "publish" || s.page(link).Code != http.StatusOK {
			t.Errorf("restored: %+v, readers get %d", back, s.page(link).Code)
		}
		if forced := s.call(editor, http.MethodDelete, path+"?force=true", "", 200); !forced.Deleted || forced.Previous.ID != made.ID {
			t.Errorf("with force: %+v", forced)
		}

		future := s.call(editor, http.MethodPost, "/posts", `{"title":"Later","content":"x","status":"publish","date":"2026-12-01T08:00:00"}`, 201)
		a, err := newsroom.ByID(t.Context(), db, future.ID)
		s.check(err)
		if future.Status != "future" || a.Status != newsroom.Scheduled || !a.PublishedAt.Equal(time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC)) {
			t.Errorf("scheduled: %+v, %s at %s", future, a.Status, a.PublishedAt)
		}
		path = fmt.Sprintf("/posts/%d", future.ID)
		if moved := s.call(editor, http.MethodPost, path, `{"date_gmt":"2026-12-02T07:00:00"}`, 200); moved.Date != "2026-12-02T08:00:00" || moved.Status != "future" {
			t.Errorf("moved: %+v", moved)
		}
		if held := s.call(editor, http.MethodPost, path, `{"status":"pending"}`, 200); held.Status != "pending" {
			t.Errorf("held: %+v", held)
		}
		if list := s.list(editor, "/posts?status=pending,future,draft&context=edit"); !strings.HasPrefix(list, fmt.Sprint(future.ID)+" ") {
			t.Errorf("the list has %s", list)
		}
		if list := s.list(editor, "/posts?status=trash"); list != fmt.Sprint(made.ID) {
			t.Errorf("the trash has %s", list)
		}
	})
}

// list returns the numbers of a list.
func (s *programSite) list(role people.Role, path string) string {
	s.Helper()
	w := s.sendAs(role, http.MethodGet, path, "")
	var list []restEntry
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || w.Code != http.StatusOK {
		s.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, fmt.Sprint(e.ID))
	}
	if got := w.Header().Get("X-WP-Total"); got != fmt.Sprint(len(ids)) {
		s.Errorf("%s: X-WP-Total is %s, of %d", path, got, len(ids))
	}
	return strings.Join(ids, " ")
}

// A program has the rights of its account.
func TestProgramHasTheRightsOfItsRole(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		others := s.save(newsroom.Manuscript{Title: "Draft of others", Body: "Secret words.", Status: newsroom.Draft}).ID
		public := s.save(newsroom.Manuscript{Title: "Public of others", Body: "Known words.", PublishedAt: clock.Now().Add(-time.Hour)}).ID
		own := map[people.Role]int64{}
		for _, role := range []people.Role{people.Contributor, people.AuthorRole, people.Editor, people.Administrator} {
			own[role] = s.call(role, http.MethodPost, "/posts", `{"title":"Own of `+string(role)+`","content":"x"}`, 201).ID
		}
		for _, one := range []struct {
			method, path, body string
			// the statuses that visitors, moderators, contributors, authors and editors get
			want [5]string
		}{
			{"POST", "/posts", `{"title":"x"}`, [5]string{"401 rest_cannot_create", "403 rest_cannot_create", "201", "201", "201"}},
			{"POST", "/posts", `{"title":"x","status":"pending"}`, [5]string{"401 rest_cannot_create", "403 rest_cannot_create", "201", "201", "201"}},
			{"POST", "/posts", `{"title":"x","status":"publish"}`, [5]string{"401 rest_cannot_create", "403 rest_cannot_create", "403 rest_cannot_publish", "201", "201"}},
			{"POST", "/posts", `{"title":"x","author":1}`, [5]string{"401 rest_cannot_create", "403 rest_cannot_create", "403 rest_cannot_edit_others", "403 rest_cannot_edit_others", "201"}},
			{"GET", "/posts/OTHERS", "", [5]string{"404 rest_post_invalid_id", "404 rest_post_invalid_id", "404 rest_post_invalid_id", "404 rest_post_invalid_id", "200"}},
			{"POST", "/posts/OTHERS", `{"title":"y"}`, [5]string{"401 rest_cannot_edit", "403 rest_cannot_edit", "404 rest_post_invalid_id", "404 rest_post_invalid_id", "200"}},
			{"DELETE", "/posts/OTHERS", "", [5]string{"401 rest_cannot_delete", "403 rest_cannot_delete", "404 rest_post_invalid_id", "404 rest_post_invalid_id", "200"}},
			{"GET", "/posts/PUBLIC", "", [5]string{"200", "200", "200", "200", "200"}},
			{"GET", "/posts/PUBLIC?context=edit", "", [5]string{"401 rest_forbidden_context", "403 rest_forbidden_context", "403 rest_forbidden_context", "403 rest_forbidden_context", "200"}},
			{"PATCH", "/posts/PUBLIC", `{"title":"y"}`, [5]string{"401 rest_cannot_edit", "403 rest_cannot_edit", "403 rest_cannot_edit", "403 rest_cannot_edit", "200"}},
			{"DELETE", "/posts/PUBLIC", "", [5]string{"401 rest_cannot_delete", "403 rest_cannot_delete", "403 rest_cannot_delete", "403 rest_cannot_delete", "200"}},
			{"GET", "/posts?status=draft", "", [5]string{"400 rest_invalid_param", "403 rest_forbidden_context", "200", "200", "200"}},
			{"POST", "/posts/OWN", `{"title":"y"}`, [5]string{"", "", "200", "200", "200"}},
			{"POST", "/posts/OWN", `{"status":"publish"}`, [5]string{"", "", "403 rest_cannot_publish", "200", "200"}},
			{"DELETE", "/posts/OWN", "", [5]string{"", "", "200", "200", "200"}},
		} {
			for i, role := range []people.Role{people.Subscriber, people.Moderator, people.Contributor, people.AuthorRole, people.Editor} {
				if one.want[i] == "" {
					continue
				}
				path := strings.NewReplacer("OTHERS", fmt.Sprint(others), "PUBLIC", fmt.Sprint(public), "OWN", fmt.Sprint(own[role])).Replace(one.path)
				w := s.sendAs(role, one.method, path, one.body)
				var e restEntry
				_ = json.Unmarshal(w.Body.Bytes(), &e) // a list is no entry
				if got := strings.TrimSpace(fmt.Sprint(w.Code, " ", e.Code)); got != one.want[i] {
					t.Errorf("%s %s %s by %s: %s, want %s: %s", one.method, path, one.body, role, got, one.want[i], w.Body)
				}
			}
		}
		// A contributor lists the own drafts and no others.
		if list := s.list(people.Contributor, "/posts?status=draft&context=edit&search=own"); list != "" {
			t.Errorf("the contributor's trashed draft is listed: %s", list)
		}
		kept := s.call(people.Contributor, http.MethodPost, "/posts", `{"title":"Own and kept"}`, 201).ID
		if list := s.list(people.Contributor, "/posts?status=any&context=edit&search=own"); list != fmt.Sprint(kept) {
			t.Errorf("the contributor lists %s, want %d", list, kept)
		}
		s.check(people.SetRole(t.Context(), db, models.ActorShell, s.users[people.Editor].ID, people.Administrator))
		if e := s.call(people.Editor, http.MethodGet, "/posts", "", 401); e.Code != "incorrect_password" {
			t.Errorf("after a promotion: %+v", e)
		}
	})
}

// Bad input is refused with WordPress's errors, and stores nothing.
func TestProgramSendsBadInput(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		editor := people.Editor
		count := func() (n int) {
			_, err := models.QueryRow(t.Context(), db, []any{&n}, "SELECT COUNT(*) FROM articles")
			s.check(err)
			return n
		}
		before := count()
		for body, want := range map[string]string{
			`{"title"`:                                               "400 rest_invalid_json",
			`[]`:                                                     "400 rest_invalid_json",
			`{}`:                                                     "400 empty_content",
			`{"title":" ","content":"<p> </p>"}`:                     "400 empty_content",
			`{"title":{"x":1}}`:                                      "400 rest_invalid_param title",
			`{"title":"x","categories":"a"}`:                         "400 rest_invalid_param categories[0]",
			`{"title":"x","categories":[987654]}`:                    "400 rest_invalid_param categories",
			`{"title":"x","tags":[987654]}`:                          "400 rest_invalid_param tags",
			`{"title":"x","author":987654}`:                          "400 rest_invalid_author",
			`{"title":"x","featured_media":987654}`:                  "400 rest_invalid_featured_media",
			`{"title":"x","status":"private"}`:                       "400 rest_invalid_param status",
			`{"title":"x","status":"nothing"}`:                       "400 rest_invalid_param status",
			`{"title":"x","status":"future"}`:                        "400 rest_invalid_param date",
			`{"title":"x","date":"tomorrow"}`:                        "400 rest_invalid_param date",
			`{"title":"x","password":"y"}`:                           "400 rest_invalid_param password",
			`{"title":"x","format":"poem"}`:                          "400 rest_invalid_param format",
			`{"title":"x","comment_status":"perhaps"}`:               "400 rest_invalid_param comment_status",
			`{"id":1,"title":"x"}`:                                   "400 rest_post_exists",
			`{"title":"` + strings.Repeat("x", 500) + `"}`:           "400 rest_invalid_param title",
			`{"content":"` + strings.Repeat("x", 11<<20) + `"}`:      "400 rest_invalid_param content",
			`{"content":"` + strings.Repeat("x", 17<<20) + `"}`:      "413 rest_upload_file_too_big",
			`{"excerpt":"` + strings.Repeat("long ", 1000) + `"}`:    "400 rest_invalid_param excerpt",
			`{"title":"x","tags":[` + strings.Repeat("1,", 9) + `]}`: "400 rest_invalid_json",
		} {
			e := restEntry{}
			w := s.sendAs(editor, http.MethodPost, "/posts", body)
			if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprint(w.Code, " ", e.Code)
			if params, ok := e.Data.Params.(map[string]any); ok {
				for param := range params {
					got += " " + param
				}
			}
			if got != want || e.Message == "" {
				t.Errorf("%.60s: %s, want %s", body, got, want)
			}
		}
		if n := count(); n != before {
			t.Errorf("%d articles were stored", n-before)
		}
		// 5 MB of text are taken, scripts are not, and a slug that is taken gets a number.
		big := s.call(editor, http.MethodPost, "/posts", `{"title":"Big","content":"<p>`+strings.Repeat("word ", 1<<20)+`</p><script>alert(1)</script><p onclick=\"x\">end</p>"}`, 201)
		if strings.Contains(big.Content.Rendered, "alert") || strings.Contains(big.Content.Rendered, "onclick") || !strings.Contains(big.Content.Rendered, "end") {
			t.Error("the large text is not clean, or not whole")
		}
		first := s.call(editor, http.MethodPost, "/posts", `{"title":"Same","slug":"the-same","status":"publish"}`, 201)
		second := s.call(editor, http.MethodPost, "/posts", `{"title":"Same","slug":"the-same","status":"publish"}`, 201)
		if first.Slug != "the-same" || second.Slug != "the-same-2" {
			t.Errorf("the slugs are %s and %s", first.Slug, second.Slug)
		}
		null := s.call(editor, http.MethodPost, "/posts", `{"title":"a\u0000b","content":null,"excerpt":"x","date":null,"meta":{"a":1},"template":"","ping_status":"open"}`, 201)
		if null.Title.Raw != "ab" {
			t.Errorf("a title with NUL is %q", null.Title.Raw)
		}
	})
}

// The text of an editor who is still writing is neither lost nor published by a program's
// update of the same live story.
func TestProgramLeavesTheDraftOfOthers(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		made := s.call(people.Editor, http.MethodPost, "/posts", `{"title":"Live","content":"<p>One.</p><p>Two.</p><p>Three.</p>","status":"publish"}`, 201)
		by := s.users[people.Administrator].Actor()
		d, err := drafts.Open(t.Context(), db, made.ID)
		s.check(err)
		text := d.Text
		text.Body = "<p>One, unfinished.</p><p>Two.</p><p>Three.</p>"
		_, err = drafts.Autosave(t.Context(), db, by, made.ID, d.Number, text)
		s.check(err)
		path := fmt.Sprintf("/posts/%d", made.ID)
		got := s.call(people.Editor, http.MethodPost, path, `{"content":"<p>One.</p><p>Two.</p><p>Three, corrected.</p>"}`, 200)
		if strings.Contains(got.Content.Rendered, "unfinished") || !strings.Contains(got.Content.Rendered, "corrected") {
			t.Errorf("readers see %s", got.Content.Rendered)
		}
		d, err = drafts.Open(t.Context(), db, made.ID)
		s.check(err)
		if !d.Pending || !strings.Contains(d.Text.Body, "unfinished") || !strings.Contains(d.Text.Body, "corrected") {
			t.Errorf("the draft is %q, pending %t", d.Text.Body, d.Pending)
		}
		if e := s.call(people.Editor, http.MethodPost, path, `{"content":"<p>One, otherwise.</p><p>Two.</p><p>Three, corrected.</p>"}`, 409); e.Code != "rest_edit_conflict" {
			t.Errorf("an overlap: %+v", e)
		}
	})
}

// The password counts for the programming interface alone, and is asked for each time.
func TestProgramSignsIn(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		send := func(path, user, password, address string, cookie *http.Cookie) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.RemoteAddr = address + ":4000"
			if user != "" {
				r.SetBasicAuth(user, password)
			}
			if cookie != nil {
				r.AddCookie(cookie)
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			return w
		}
		right := s.passwords[people.Editor]
		drafts := restBase + "/posts?status=draft"
		if w := send(drafts, "Some editor", right, "10.0.0.1", nil); w.Code != http.StatusOK || len(w.Result().Cookies()) > 0 {
			t.Errorf("by name: %d, cookies %v", w.Code, w.Result().Cookies())
		}
		if w := send(drafts, "", "", "10.0.0.1", s.cookie(people.Administrator)); w.Code != http.StatusBadRequest {
			t.Errorf("the cookie of a browser opens it: %d", w.Code)
		}
		if w := send("/desk/account/", "editor@courier.example", right, "10.0.0.1", nil); w.Code != http.StatusSeeOther {
			t.Errorf("it opens the desk: %d", w.Code)
		}
		if w := send(restBase+"/posts", "editor@courier.example", long, "10.0.0.1", nil); w.Code != http.StatusUnauthorized ||
			!strings.Contains(w.Body.String(), "incorrect_password") || w.Header().Get("WWW-Authenticate") != "" {
			t.Errorf("the account's own password: %d %s", w.Code, w.Body)
		}
		unknown := send(restBase+"/posts", "nobody@example.org", long, "10.0.0.2", nil)
		known := send(restBase+"/posts", "editor@courier.example", "wrong", "10.0.0.3", nil)
		if unknown.Code != known.Code || unknown.Body.String() != known.Body.String() {
			t.Error("the answer tells which accounts there are")
		}
		limited := 0
		for range 40 {
			if send(restBase+"/posts", "author@courier.example", "wrong", "10.0.9.1", nil).Code == http.StatusTooManyRequests {
				limited++
			}
		}
		if limited == 0 {
			t.Error("wrong passwords are not limited")
		}
		if w := send(drafts, "author@courier.example", s.passwords[people.AuthorRole], "10.0.9.1", nil); w.Code != http.StatusOK {
			t.Errorf("the right one is locked out: %d", w.Code)
		}
		cross := httptest.NewRequest(http.MethodPost, restBase+"/posts", strings.NewReader(`{"title":"x"}`))
		cross.SetBasicAuth("Some editor", right)
		cross.Header.Set("Content-Type", "application/json")
		cross.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		if s.handler.ServeHTTP(w, cross); w.Code != http.StatusForbidden {
			t.Errorf("a page of another site writes: %d", w.Code)
		}
		// What a program sees is never the answer of a visitor.
		s.call(people.Editor, http.MethodPost, "/posts", `{"title":"Unseen words"}`, 201)
		for _, path := range []string{restBase + "/posts", restBase + "/posts?per_page=100"} {
			send(path, "Some editor", right, "10.0.0.1", nil)
			if w := send(path, "", "", "10.0.0.1", nil); strings.Contains(w.Body.String(), "Unseen") || w.Header().Get("ETag") == "" {
				t.Errorf("%s shows it to visitors: %v", path, w.Header())
			}
		}
	})
}
