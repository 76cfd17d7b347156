package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// The form refuses the name of another person at its field, when the comment is
// posted and in the preview, and gives all typed text back. The same rule
// applies when an account is renamed.
func TestNamesOfOthersAreRefusedAtTheField(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		strait := s.ids["strait-opens-again"]
		n := 0
		for name, want := range map[string]string{
			"Moderator": "kept for the newsroom", "The Larkmoor Courier": "kept for the newsroom", "المشرف": "kept for the newsroom", "Some editor": "somebody who works here", "Some Editor (Staff)": "somebody who works here",
			"Adminah": "",
		} {
			for _, preview := range []string{"", "1"} {
				n++
				form := url.Values{"comment_post_ID": {fmt.Sprint(strait)}, "author": {name}, "email": {"guest@example.org"}, "comment": {fmt.Sprint("A kept word, ", n)}, "preview": {preview}}
				w := s.newBrowser(fmt.Sprintf("10.77.%d.1", n)).send(http.MethodPost, "/wp-comments-post.php", form)
				if want == "" {
					if w.Code >= 400 {
						t.Errorf("%q: %d", name, w.Code)
					}
					continue
				}
				body := w.Body.String()
				if w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, want) || !strings.Contains(body, form.Get("comment")) || !strings.Contains(body, `id="author-error"`) {
					t.Errorf("%q, preview %q: %d, without %q", name, preview, w.Code, want)
				}
			}
		}
		// A reader with an account, and a moderator.
		for role, names := range map[people.Role]map[string]int{
			people.Subscriber: {"Some editor": http.StatusConflict, "Site Admin": http.StatusUnprocessableEntity, "the rules": http.StatusUnprocessableEntity, "Ruth": http.StatusSeeOther},
			people.Moderator:  {"Some Editor": http.StatusConflict, "command line": http.StatusUnprocessableEntity, "Mona": http.StatusSeeOther},
		} {
			d := s.newBrowser("10.78.0.1")
			cookie := s.cookie(role)
			d.cookies[cookie.Name] = cookie
			for name, want := range names {
				if w := d.send(http.MethodPost, accountPath, url.Values{"do": {"name"}, "name": {name}}); w.Code != want {
					t.Errorf("%s renamed to %q: %d, want %d", role, name, w.Code, want)
				}
			}
		}
		// This reader had the name first. A colleague of the same name joined
		// later.
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("UPDATE users SET name = 'Some editor' WHERE role = 'subscriber'").Error
		}))
		d := s.newBrowser("10.78.0.2")
		cookie := s.cookie(people.Subscriber)
		d.cookies[cookie.Name] = cookie
		if w := d.send(http.MethodPost, "/wp-comments-post.php", url.Values{"comment_post_ID": {fmt.Sprint(strait)}, "comment": {"As a colleague."}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a reader writes under a colleague's name: %d", w.Code)
		}
	})
}
