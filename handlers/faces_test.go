package handlers_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
)

// The picture of an author is on the author's page and in the byline of the articles, in
// their structured data too, and nowhere while visitors may not see it. An author without
// one leaves no trace of a picture. Cached pages follow at once.
func TestThePictureOfAnAuthor(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		a := s.save(newsroom.Manuscript{
			Title: "Strait opens", Body: "Text.", PublishedAt: clock.Now(), Authors: []newsroom.AuthorRef{{Name: "Samir Qadri"}, {Name: "Nadia Farrow"}},
		})
		var m *pictures.Picture
		s.check(db.Write(t.Context(), func(tx *models.Tx) (err error) {
			m, err = pictures.Add(t.Context(), tx, pictures.Picture{
				Key: "0123456789abcdef01234567", File: "0123456789abcdef01234567", Format: "jpeg", Width: 1200, Height: 1600,
				Alt: "Nadia Farrow at her desk", FocusX: 50, FocusY: 20,
			})
			return err
		}))
		h := s.handler()
		site := must(newsroom.LoadSite(t.Context(), db))
		body := func(path string) string {
			t.Helper()
			clock.Advance(time.Minute)
			w := ask(t, h, path, nil)
			if w.Code != http.StatusOK {
				t.Fatalf("%s answered %d", path, w.Code)
			}
			return w.Body.String()
		}
		article, profile := site.ArticlePath(a), "/author/nadia-farrow/"
		shown := func(step string, want bool) {
			t.Helper()
			for path, parts := range map[string][]string{
				article: {
					`<p class="faces"><picture><source type="image/webp" srcset="/media/0123456789abcdef01234567/320.webp"><img src="/media/0123456789abcdef01234567/320.jpg" width="48" height="48" alt="" class="focus-top" loading="lazy" decoding="async"></picture></p>`,
					`"image":"http://news.example/media/0123456789abcdef01234567/320.jpg"`,
				},
				profile: {
					`width="96" height="96" alt="Nadia Farrow at her desk"`, `"image":"http://news.example/media/0123456789abcdef01234567/320.jpg"`,
				},
			} {
				page := body(path)
				for _, part := range parts {
					if strings.Contains(page, part) != want {
						t.Errorf("%s: %s has %s: %v, want %v", step, path, part, !want, want)
					}
				}
				if trace := strings.Contains(page, "0123456789abcdef"); trace != want {
					t.Errorf("%s: a trace of the picture is in %s: %v", step, path, trace)
				}
			}
			if page := body("/author/samir-qadri/"); strings.Contains(page, `"faces"`) {
				t.Errorf("%s: the other author has a picture", step)
			}
		}
		shown("at first", false)
		nadia := must(taxonomy.AuthorBySlug(t.Context(), db, "nadia-farrow"))
		f := termchanges.FormOfAuthor(nadia)
		f.PictureID, f.Guest = m.ID, true
		mustSave(termchanges.SaveAuthor(t.Context(), db, models.ActorShell, nadia.ID, f))
		shown("with a picture", true)
		hide := func(hidden bool) {
			s.check(db.Write(t.Context(), func(tx *models.Tx) error {
				tx.Touch(pictures.Tag(m.ID))
				return models.Exec(t.Context(), tx, "UPDATE media SET hidden = ? WHERE id = ?", hidden, m.ID)
			}))
		}
		hide(true)
		shown("hidden", false)
		hide(false)
		shown("back again", true)
		f.PictureID = 0
		mustSave(termchanges.SaveAuthor(t.Context(), db, models.ActorShell, nadia.ID, f))
		shown("taken away", false)
	})
}
