package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
)

// answerOf returns the status of an answer and, for an error, its code and the parameters that
// it names. It fails if an error does not have WordPress's form.
func answerOf(t *testing.T, what string, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code < 400 {
		return fmt.Sprint(w.Code)
	}
	var e struct {
		Code, Message string
		Data          struct {
			Status  int
			Params  any
			Details map[string]struct{ Code, Message string }
			TermID  int64 `json:"term_id"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || e.Code == "" || e.Message == "" || e.Data.Status != w.Code {
		t.Errorf("%s: %d %s (%v)", what, w.Code, w.Body, err)
	}
	var names []string
	switch params := e.Data.Params.(type) {
	case map[string]any:
		for name := range params {
			if names = append(names, name); e.Data.Details[name].Code == "" || e.Data.Details[name].Message == "" {
				t.Errorf("%s: no details of %s: %s", what, name, w.Body)
			}
		}
	case []any:
		for _, name := range params {
			names = append(names, fmt.Sprint(name))
		}
	}
	slices.Sort(names)
	if e.Data.TermID != 0 {
		names = append(names, "term_id")
	}
	return strings.Join(append([]string{fmt.Sprint(w.Code), e.Code}, names...), " ")
}

// TestWordPressAnswers compares the answers to faulty requests with WordPress's: status, code
// and names of parameters. The columns are visitor, moderator, contributor, author, editor;
// "=" repeats the column before.
func TestWordPressAnswers(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		others := s.save(newsroom.Manuscript{Title: "Draft of others", Body: "Secret words.", Status: newsroom.Draft}).ID
		public := s.save(newsroom.Manuscript{Title: "Public of others", Body: "Known.", PublishedAt: clock.Now().Add(-time.Hour)}).ID
		s.call(people.Editor, http.MethodPost, "/tags", `{"name":"Known tag"}`, 201)
		category := s.call(people.Editor, http.MethodPost, "/categories", `{"name":"Known category"}`, 201).ID
		tag := s.call(people.Editor, http.MethodPost, "/tags", `{"name":"Other tag"}`, 201).ID
		fill := strings.NewReplacer("OTHERS", fmt.Sprint(others), "PUBLIC", fmt.Sprint(public), "CATEGORY", fmt.Sprint(category), "TAG", fmt.Sprint(tag))
		roles := []people.Role{people.Subscriber, people.Moderator, people.Contributor, people.AuthorRole, people.Editor}
		const (
			create, edit, update, remove = "401 rest_cannot_create|403 rest_cannot_create", "401 rest_cannot_edit|403 rest_cannot_edit", "401 rest_cannot_update|403 rest_cannot_update", "401 rest_cannot_delete|403 rest_cannot_delete"
			noPost, noTerm               = "404 rest_post_invalid_id", "404 rest_term_invalid"
		)
		for _, row := range []struct{ method, path, body, want string }{
			// posts
			{"POST", "/posts", `{}`, create + "|400 empty_content|=|="},
			{"POST", "/posts", `{"title":"x"`, create + "|400 rest_invalid_json|=|="},
			{"POST", "/posts", `{"title":[],"status":"no","tags":"a","date":"never"}`, create + "|400 rest_invalid_param tags[0] title|=|="},
			{"POST", "/posts", `{"title":"x","status":"no"}`, create + "|400 rest_invalid_param status|=|="},
			{"POST", "/posts", `{"title":"x","date":"never"}`, create + "|400 rest_invalid_param date|=|="},
			{"POST", "/posts", `{"title":"x","status":"publish","date":"2026-12-01T08:00:00"}`, create + "|403 rest_cannot_publish|201|="},
			{"POST", "/posts", `{"title":"x","status":"future","date_gmt":"2026-12-01T08:00:00"}`, create + "|403 rest_cannot_publish|201|="},
			{"POST", "/posts", `{"title":"x","template":"","meta":{"a":1},"format":"aside","sticky":false,"ping_status":"open"}`, create + "|201|=|="},
			{"POST", "/posts/987654", `{"title":"x"}`, edit + "|" + noPost + "|=|="},
			{"POST", "/posts/OTHERS", `{"title":"x"}`, edit + "|" + noPost + "|=|200"},
			{"PATCH", "/posts/PUBLIC", `{"title":"x"}`, edit + "|=|=|200"},
			{"DELETE", "/posts/OTHERS", ``, remove + "|" + noPost + "|=|200"},
			{"DELETE", "/posts/OTHERS", ``, remove + "|" + noPost + "|=|410 rest_already_trashed"},
			{"DELETE", "/posts/PUBLIC?force=perhaps", ``, remove + "|400 rest_invalid_param force|=|="},
			{"PUT", "/posts", `{}`, "404 rest_no_route|=|=|=|="},
			{"DELETE", "/posts", `{}`, "404 rest_no_route|=|=|=|="},
			{"POST", "/posts/x", `{}`, "404 rest_no_route|=|=|=|="},
			// categories
			{"POST", "/categories", `{"name":"Known category"}`, create + "|=|=|400 term_exists term_id"},
			{"POST", "/categories", `{}`, create + "|=|=|400 rest_missing_callback_param name"},
			{"POST", "/categories", `{"name":"x","parent":"up"}`, create + "|=|=|400 rest_invalid_param parent"},
			{"POST", "/categories", `{"name":"x","parent":987654}`, create + "|=|=|400 rest_term_invalid"},
			{"POST", "/categories/CATEGORY", `{"parent":CATEGORY}`, update + "|=|=|400 rest_invalid_param parent"},
			{"POST", "/categories/CATEGORY", `{"name":"..."}`, update + "|=|=|400 rest_invalid_param name"},
			{"POST", "/categories/CATEGORY", `{"slug":"..."}`, update + "|=|=|400 rest_invalid_param slug"},
			{"PUT", "/categories/987654", `{"name":"x"}`, update + "|=|=|" + noTerm},
			{"DELETE", "/categories/CATEGORY", ``, remove + "|=|=|501 rest_trash_not_supported"},
			{"DELETE", "/categories/987654?force=true", ``, remove + "|=|=|" + noTerm},
			{"DELETE", "/categories/CATEGORY?force=true", ``, remove + "|=|=|200"},
			// tags
			{"POST", "/tags", `{"name":"known TAG"}`, create + "|=|201|400 term_exists term_id"},
			{"POST", "/tags", `{"name":"Known tag"}`, create + "|=|400 term_exists term_id|="},
			{"POST", "/tags", `{"name":"x","parent":1}`, create + "|=|400 rest_taxonomy_not_hierarchical|="},
			{"PATCH", "/tags/TAG", `{"slug":"known-tag"}`, update + "|=|=|400 duplicate_term_slug"},
			{"PATCH", "/tags/987654", `{"name":"x"}`, update + "|=|=|" + noTerm},
			{"DELETE", "/tags/TAG", ``, remove + "|=|=|501 rest_trash_not_supported"},
			{"DELETE", "/tags/TAG?force=true", ``, remove + "|=|=|200"},
			// comments
			{"POST", "/comments", `{"content":"x"}`, "401 rest_comment_login_required|403 rest_comment_invalid_post_id|=|=|="},
			{"POST", "/comments", `{"post":"x","content":"x"}`, "401 rest_comment_login_required|400 rest_invalid_param post|=|=|="},
			{"POST", "/comments/987654", `{"status":"spam"}`, "401 rest_cannot_edit|404 rest_comment_invalid_id|403 rest_cannot_edit|404 rest_comment_invalid_id|="},
			{"GET", "/comments?status=hold", ``, "401 rest_forbidden_param|200|403 rest_forbidden_context|200|="},
			// media
			{"POST", "/media", `{}`, create + "|400 rest_upload_no_content_disposition|=|="},
			{"POST", "/media/987654", `{"alt_text":"x"}`, edit + "|" + noPost + "|=|="},
			{"DELETE", "/media/987654?force=true", ``, remove + "|" + noPost + "|=|="},
			// what there is not
			{"POST", "/users", `{"name":"x"}`, "401 rest_cannot_create_user|403 rest_cannot_create_user|=|=|="}, // nobody makes accounts here
			{"POST", "/nothing", `{}`, "404 rest_no_route|=|=|=|="},
			{"GET", "/nothing", ``, "404 rest_no_route|=|=|=|="},
		} {
			want := ""
			for i, one := range strings.Split(row.want, "|") {
				if one != "=" {
					want = one
				}
				what := fmt.Sprintf("%s %s %s by %s", row.method, row.path, row.body, roles[i])
				w := s.sendAs(roles[i], row.method, fill.Replace(row.path), fill.Replace(row.body))
				if got := answerOf(t, what, w); got != want {
					t.Errorf("%s: %s, want %s: %s", what, got, want, w.Body)
				}
			}
		}
	})
}

// anyBodies are values of a field that no program of WordPress sends.
var anyBodies = []string{
	`null`, `0`, `-1`, `1e999`, `9223372036854775808`, `5.5`, `true`, `""`, `"\u0000"`, `"\ud800"`, `"x\r\ny"`, `[]`, `[null]`, `[[1]]`, `{}`, `{"raw":null}`, `{"raw":[]}`,
	`{"rendered":"x"}`, `"2026-02-31T25:61:61"`, `"0001-01-01T00:00:00"`, `"9999-12-31T23:59:59Z"`, `"2026-12-01T08:00:00"`, `"future"`, `"trash"`, `"<script>x"`, `"1,2,3"`, `[1,1,1]`, `[-1]`,
}

// TestLongAnyBodyOfAProgramIsAnswered sends any value in any field to every method that changes
// something. No answer may be a server error.
func TestLongAnyBodyOfAProgramIsAnswered(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	s := newProgramSite(t, db, clock)
	fields := []string{
		"title", "content", "excerpt", "status", "date", "date_gmt", "slug", "author", "coauthors", "categories", "tags", "featured_media", "comment_status", "format", "sticky",
		"name", "description", "parent", "post", "force", "alt_text", "caption", "app_id", "id", "password", "meta", "template",
	}
	for _, row := range handlers.Rows() {
		if !strings.HasPrefix(row.Path, restBase+"/") || row.Method == http.MethodGet || row.Method == http.MethodOptions {
			continue
		}
		path := strings.NewReplacer(":id", "1", ":number", "1", ":user_id", "me", ":uuid", "x").Replace(strings.TrimPrefix(row.Path, restBase))
		if row.Method == http.MethodDelete && strings.HasSuffix(path, "application-passwords") {
			continue // it would end the password of this test
		}
		for i, name := range fields {
			for k, value := range anyBodies {
				body := fmt.Sprintf(`{%q:%s}`, name, value)
				if (i+k)%3 == 0 { // beside a field that makes the request whole
					body = fmt.Sprintf(`{"title":"x","name":"x","content":"x","post":1,%q:%s}`, name, value)
				}
				if w := s.sendAs(people.Administrator, row.Method, path, body); w.Code >= 500 && w.Code != http.StatusNotImplemented {
					t.Errorf("%s %s %s: %d %s", row.Method, path, body, w.Code, w.Body)
				}
			}
		}
		for _, body := range []string{`{`, `[]`, `"x"`, `null`, `{"a":{"a":{"a":[[[[1]]]]}}}`, "\xff\xfe", `{"title":"x","title":1}`, strings.Repeat("[", 20000)} {
			if w := s.sendAs(people.Administrator, row.Method, path, body); w.Code >= 500 && w.Code != http.StatusNotImplemented {
				t.Errorf("%s %s %.40s: %d %s", row.Method, path, body, w.Code, w.Body)
			}
		}
	}
	for _, header := range []string{"Basic", "Basic ", "Basic x", "Basic Og==", "Basic " + strings.Repeat("QUFB", 20000), "Basic /w==", "Bearer x", "basic YTpi", "Basic YTpi, Basic YTpi", "Basic YTpiOmM="} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, restBase+"/posts", strings.NewReader(`{"title":"x"}`))
		r.Header.Set("Authorization", header)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		if s.handler.ServeHTTP(w, r); w.Code != http.StatusUnauthorized && w.Code != http.StatusTooManyRequests {
			t.Errorf("%.40s: %d %s", header, w.Code, w.Body)
		}
	}
}

// FuzzProgram sends any body of any type, with any query, to the methods that change
// something. No answer may be a server error, and each must be JSON.
func FuzzProgram(f *testing.F) {
	clock := modeltest.NewClock()
	db := modeltest.SQLite(f, clock)
	s := newRESTSite(f, db, clock)
	u, err := people.CreateAccount(f.Context(), db, models.ActorShell, people.NewAccount{Name: "Ida", Email: "ida@example.org", Role: people.Administrator})
	if err != nil {
		f.Fatal(err)
	}
	secret, err := apppasswords.Make(f.Context(), db, u, "program")
	if err != nil {
		f.Fatal(err)
	}
	paths := []string{
		"/posts", "/posts/1", "/posts/1/autosaves", "/posts/1/revisions/1", "/categories", "/categories/1", "/tags", "/tags/1", "/comments", "/comments/1",
		"/media", "/media/1", "/users/me/application-passwords/x",
	}
	methods := []string{http.MethodPost, http.MethodPut, http.MethodDelete}
	for i := range paths {
		f.Add(uint8(i), "application/json", "_fields=id&context=view", `{"title":{"raw":"x"},"name":"x","status":"future","date":"2026-12-01T08:00:00","categories":[1],"force":true}`)
		f.Add(uint8(i+13), "application/x-www-form-urlencoded", "force=1&name=%00", "title[raw]=x&tags[]=1&post=1&content=%ff")
		f.Add(uint8(i+26), "text/plain", "context=embed&_envelope", "\xff")
	}
	f.Fuzz(func(t *testing.T, which uint8, kind, query, body string) {
		s.asked++
		r := httptest.NewRequest(methods[int(which)/len(paths)%len(methods)], restBase+paths[int(which)%len(paths)], strings.NewReader(body))
		r.URL.RawQuery = query
		r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4000", s.asked/250%250, s.asked%250)
		r.Header.Set("Content-Type", kind)
		r.SetBasicAuth("ida@example.org", secret)
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, r)
		if w.Code >= 500 && w.Code != http.StatusNotImplemented || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s?%q %q: %d %.300s", r.Method, r.URL.Path, query, body, w.Code, w.Body)
		}
	})
}
