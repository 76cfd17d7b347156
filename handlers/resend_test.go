package handlers_test

import (
	"html"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// keptForms reads the form of a page that keeps a post.
var (
	keptAction = regexp.MustCompile(`<form class="comment-form" action="([^"]+)" method="post">`)
	keptHidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	keptText   = regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>`)
)

func keptForm(body string) (action string, fields url.Values) {
	fields = url.Values{}
	if m := keptAction.FindStringSubmatch(body); m != nil {
		action = html.UnescapeString(m[1])
	}
	for _, found := range [][][]string{keptHidden.FindAllStringSubmatch(body, -1), keptText.FindAllStringSubmatch(body, -1)} {
		for _, m := range found {
			fields.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
		}
	}
	return action, fields
}

// Each form of the desk survives the end of its session: the answer has all its
// fields and sends them to the same address.
func TestFormsSurviveTheEndOfTheSession(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		sent := url.Values{
			"comment": {"An answer of \"two\" lines,\nwith <b>marks</b> & an = sign."}, "words": {"Word"}, "note": {" leading and trailing "}, "text": {"\nfirst line empty"},
			"reason": {"irrelevant"}, "version": {"1"}, "back": {"/desk/comments?state=spam&q=a+b"}, "name": {"Fourths"}, "tick": {"1.1", "2.1"},
		}
		secret := url.Values{"password": {"the new password"}, "old": {"the old password"}, "code": {"123456"}}
		walked := 0
		for _, row := range handlers.Rows() {
			known, ok := deskRoutes[row.Name]
			if row.Method != http.MethodPost || !ok || !strings.HasPrefix(row.Path, "/desk/") {
				continue
			}
			walked++
			known.form = sent.Encode() + "&" + secret.Encode()
			check := func(w *httptest.ResponseRecorder, code int) (action string, fields url.Values) {
				t.Helper()
				action, fields = keptForm(w.Body.String())
				if w.Code != code || fields.Encode() != sent.Encode() {
					t.Errorf("%s: %d, kept %v", row.Name, w.Code, fields)
				}
				if w.Header().Get("Cache-Control") != "private, no-store" {
					t.Errorf("%s: %v", row.Name, w.Header())
				}
				return action, fields
			}
			action, _ := check(s.ask(row, known, nil), http.StatusForbidden)
			if !strings.HasPrefix(action, "/desk/") || !strings.HasSuffix(action, "?kept=0") {
				t.Errorf("%s: kept for %q", row.Name, action)
			}
			// Another account than the page named must confirm first.
			cookie := s.cookie(people.Administrator)
			query := func(kept string) func(*http.Request) {
				return func(r *http.Request) { r.URL.RawQuery = "kept=" + kept }
			}
			for _, kept := range []string{"0", "999", "x"} {
				w := s.ask(row, known, cookie, query(kept))
				action, _ = check(w, http.StatusConflict)
				if !strings.Contains(w.Body.String(), "Some administrator") {
					t.Errorf("%s: the page does not name the account", row.Name)
				}
			}
			_, id, _ := strings.Cut(action, "?kept=")
			if w := s.ask(row, known, cookie, query(id)); strings.Contains(w.Body.String(), `class="problem resend"`) {
				t.Errorf("%s: asked again: %d", row.Name, w.Code)
			}
			if w := s.ask(row, known, nil, func(r *http.Request) { r.Header.Set("Accept", "application/json") }); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"sign_in":"/login?next=`) {
				t.Errorf("%s: a script is told %d: %s", row.Name, w.Code, w.Body)
			}
		}
		if walked < 12 {
			t.Errorf("only %d forms were looked at", walked)
		}
	})
}

// An answer that was typed before the session ended is published when it is sent
// again: once, and under the account that the page named.
func TestAnAnswerSentAgainAfterSignInIsPublishedOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.check(s.server().Commands["write"]("Anna", "Is the ferry running?"))
		d := s.newBrowser("10.0.0.1")
		form := url.Values{"comment": {"It is,\r\nat nine."}, "version": {"1"}, "back": {"/desk/comments?q=ferry"}}
		action, fields := keptForm(d.send(http.MethodPost, "/desk/comments/1/answer", form).Body.String())
		d.signIn("moderator@courier.example", "a long password")
		action, fields = keptForm(d.send(http.MethodPost, action, fields).Body.String())
		w := d.send(http.MethodPost, action, fields)
		if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/desk/comments?done=answer") || !strings.Contains(w.Header().Get("Location"), "q=ferry") {
			t.Fatalf("%d, %v", w.Code, w.Header())
		}
		page := d.send(http.MethodGet, "/2026/11/20/strait-opens-again/", nil).Body.String()
		if strings.Count(page, "at nine.") != 1 || !strings.Contains(page, "Some moderator") {
			t.Error("the answer is not on the page, or twice")
		}
	})
}

// Fields that the templates declare as secret are not given back.
func TestSecretFieldsAreNeverReturned(t *testing.T) {
	t.Parallel()
	input := regexp.MustCompile(`<input[^>]*(?:type="password"|one-time-code)[^>]*>`)
	name := regexp.MustCompile(` name="([^"]+)"`)
	found := 0
	err := fs.WalkDir(os.DirFS("../views"), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") || strings.HasPrefix(path, "testdata") {
			return err
		}
		data, err := os.ReadFile("../views/" + path)
		for _, m := range input.FindAllString(string(data), -1) {
			found++
			if n := name.FindStringSubmatch(m); n == nil || !handlers.NeverKept[n[1]] {
				t.Errorf("%s: %s may be given back", path, m)
			}
		}
		return err
	})
	if err != nil || found < 5 {
		t.Errorf("%d secret fields (%v)", found, err)
	}
}
