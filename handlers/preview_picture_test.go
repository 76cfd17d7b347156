package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/previews"
	"broadsheet/models/richtext"
)

// The pictures of a story that is not public are shown to those who have a link to it: by
// addresses below that of the link, and as long as the link works. The link shows no other
// picture, and the public addresses stay closed.
func TestPreviewsShowTheirPictures(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		lead, inside, other := s.picture(0), s.picture(1), s.picture(2)
		a := s.save(newsroom.Manuscript{
			Title: "A hidden story", Body: `<p><a href="/media/` + inside.Key + `/1920.jpg"><img src="/media/` + inside.Key + `/640.jpg" alt="A boat"></a></p>`,
			Format: richtext.HTML, PictureID: &lead.ID, Status: newsroom.Draft,
		})
		s.save(newsroom.Manuscript{Title: "Another hidden story", Body: "Text.", PictureID: &other.ID, Status: newsroom.Draft})
		made, err := previews.Make(t.Context(), db, models.ActorCommand, a.ID)
		s.check(err)
		link := "/preview/" + made.Key(previews.Signer(models.NewKeyring(s.options.Secret))) + "/"
		get := func(path string) *httptest.ResponseRecorder {
			t.Helper()
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://news.example"+path, nil))
			return w
		}
		page := get(link).Body.String()
		for _, m := range []*pictures.Picture{lead, inside} {
			if !strings.Contains(page, `"media/`+m.Key+`/`) || strings.Contains(page, "/media/"+m.Key) {
				t.Errorf("the preview names the picture %s by another address", m.Key)
			}
			for _, file := range []string{"320.jpg", "640.webp"} {
				w := get(link + "media/" + m.Key + "/" + file)
				if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(w.Header().Get("Content-Type"), "image/") {
					t.Errorf("%s of the preview: %d, %v", file, w.Code, w.Header())
				}
			}
			if w := get("/media/" + m.Key + "/320.jpg"); w.Code != http.StatusNotFound {
				t.Errorf("the public address: %d", w.Code)
			}
		}
		for _, path := range []string{other.Key + "/320.jpg", unknownPicture + "/320.jpg", lead.Key + "/320.gif", lead.Key + "/321.jpg"} {
			if w := get(link + "media/" + path); w.Code != http.StatusNotFound {
				t.Errorf("%s by the link: %d", path, w.Code)
			}
		}
		if w := get("/preview/1-0123456789abcdef0123456789abcdef/media/" + lead.Key + "/320.jpg"); w.Code != http.StatusNotFound {
			t.Errorf("by a forged link: %d", w.Code)
		}
		s.check(previews.Revoke(t.Context(), db, models.ActorCommand, a.ID))
		if w := get(link + "media/" + lead.Key + "/320.jpg"); w.Code != http.StatusNotFound {
			t.Errorf("by a link that has ended: %d", w.Code)
		}
	})
}
