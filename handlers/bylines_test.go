package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/people"
)

// The order and the names of a byline hold in the page, its structured data, feeds, the REST
// interface and the pages of the authors: after another editor has saved the text, after an
// author was renamed, and after the account of one was closed.
func TestBylinesHoldWhenAnAccountIsGone(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		account := s.users[people.AuthorRole]
		a := s.save(newsroom.Manuscript{
			Title: "By three", Body: "A text, of three.", PublishedAt: clock.Now(), Authors: []newsroom.AuthorRef{{Name: "Cleo"}, {Name: "Anna"}, {Name: "Bo"}},
		})
		anna := must(taxonomy.AuthorNamed(t.Context(), db, "Anna"))
		s.check(taxonomy.GiveAuthor(t.Context(), db, models.ActorShell, anna.ID, models.Subject{Kind: models.AccountSubject, ID: account.ID, Name: account.Name}))
		bo := must(taxonomy.AuthorNamed(t.Context(), db, "Bo"))
		guest := termchanges.FormOfAuthor(bo)
		guest.Guest = true
		mustSave(termchanges.SaveAuthor(t.Context(), db, models.ActorShell, bo.ID, guest))
		path := must(newsroom.LoadSite(t.Context(), db)).ArticlePath(a)
		look := func(when, second string) {
			t.Helper()
			names := []string{"Cleo", second, "Bo"}
			for _, address := range []string{path, "/feed/", "/feed/atom/", "/feed/json/", restBase + "/users?include=" + fmt.Sprint(anna.ID)} {
				w := ask(t, s.handler, address, nil)
				body := w.Body.String()
				if strings.HasPrefix(address, restBase) {
					if w.Code != http.StatusOK || !strings.Contains(body, `"name":"`+second+`"`) {
						t.Errorf("%s, %s: %d %s", when, address, w.Code, body)
					}
					continue
				}
				at := 0
				for _, name := range names {
					i := strings.Index(body[at:], name)
					if w.Code != http.StatusOK || i < 0 {
						t.Fatalf("%s, %s: %d, %s is missing or in another place", when, address, w.Code, name)
					}
					at += i
				}
			}
			data := ask(t, s.handler, path, nil).Body.String()
			if _, data, _ = strings.Cut(data, `"author":[`); !strings.Contains(data, `"Cleo"`) || strings.Index(data, `"`+second+`"`) < strings.Index(data, `"Cleo"`) ||
				strings.Index(data, `"Bo"`) < strings.Index(data, `"`+second+`"`) {
				t.Errorf("%s: the structured data has %.300s", when, data)
			}
			for slug, name := range map[string]string{"cleo": "Cleo", anna.Slug: second, "bo": "Bo"} {
				if w := ask(t, s.handler, "/author/"+slug+"/", nil); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), name) || !strings.Contains(w.Body.String(), "By three") {
					t.Errorf("%s: the page of %s answers %d", when, name, w.Code)
				}
			}
		}
		look("at first", "Anna")

		editor := models.Actor{UserID: &s.users[people.Editor].ID, Name: "Some editor"}
		d := must(drafts.Open(t.Context(), db, a.ID))
		text := d.Text
		text.Body = "A text of three."
		stored := must(drafts.Save(t.Context(), db, editor, a.ID, d.Number, text, nil))
		must(drafts.Show(t.Context(), db, editor, a.ID, drafts.Move{Number: stored.Number}))
		look("after another editor has saved it", "Anna")

		renamed := termchanges.FormOfAuthor(must(taxonomy.AuthorByID(t.Context(), db, anna.ID)))
		renamed.Name = "Zoe"
		mustSave(termchanges.SaveAuthor(t.Context(), db, models.ActorShell, anna.ID, renamed))
		look("after a new name", "Zoe")

		s.check(people.CloseAccount(t.Context(), db, models.ActorShell, account.ID))
		look("after the account was closed", "Zoe")
		d = must(drafts.Open(t.Context(), db, a.ID))
		d.Text.Body = "A text of all three."
		stored = must(drafts.Save(t.Context(), db, editor, a.ID, d.Number, d.Text, nil))
		must(drafts.Show(t.Context(), db, editor, a.ID, drafts.Move{Number: stored.Number}))
		look("after a save without the account", "Zoe")
		if w := ask(t, s.handler, "/author/zoe/", nil); w.Code != http.StatusNotFound && w.Code != http.StatusMovedPermanently {
			t.Errorf("an address that nobody has answers %d", w.Code)
		}
	})
}
