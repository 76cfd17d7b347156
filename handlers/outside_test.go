package handlers_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// TestAFilmOfAnotherSiteIsLoadedByAClickOnly: the page has a link and no frame, and its
// policy, cached too, names the hosts of its own frames alone. A feed has the link.
func TestAFilmOfAnotherSiteIsLoadedByAClickOnly(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		h := s.handler()
		save := func(body string) string {
			t.Helper()
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
				Title: "Story", Body: body, Format: richtext.Markdown,
			})
			s.check(err)
			site, err := newsroom.LoadSite(t.Context(), db)
			s.check(err)
			return site.ArticlePath(a)
		}
		film := save("Before\n\nhttps://youtu.be/dQw4w9WgXcQ\n\nhttps://vimeo.com/76979871\n\nAfter")
		plain := save("Before\n\n[A film](https://youtu.be/dQw4w9WgXcQ)")
		for range 2 { // loaded, and from the cache
			w := get(t, h, film)
			policy, body := w.Header().Get("Content-Security-Policy"), w.Body.String()
			if !strings.HasSuffix(policy, "; frame-src https://player.vimeo.com https://www.youtube-nocookie.com") {
				t.Errorf("the policy is %s", policy)
			}
			for _, want := range []string{
				`data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"`, `href="https://youtu.be/dQw4w9WgXcQ"`,
				"Play on YouTube", "Play on Vimeo", "outside", "After",
			} {
				if !strings.Contains(body, want) {
					t.Errorf("the page lacks %s", want)
				}
			}
			if strings.Contains(body, "<iframe") || strings.Contains(body, `src="https://www.youtube`) {
				t.Error("the page calls another site")
			}
			w = get(t, h, plain)
			if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "frame-src") || strings.Contains(w.Body.String(), "outside") {
				t.Errorf("a link with words has the policy %s", policy)
			}
		}
		if body := get(t, h, "/feed/").Body.String(); !strings.Contains(body, "https://youtu.be/dQw4w9WgXcQ") || strings.Contains(body, "nocookie") {
			t.Error("the feed does not have the link alone")
		}
	})
}
