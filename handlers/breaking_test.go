package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/frontplan"
)

// setLine changes the breaking line.
func setLine(t *testing.T, db *models.DB, edit func(a *frontplan.Arrangement, now time.Time) error) {
	t.Helper()
	if _, err := frontplan.Set(t.Context(), db, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange, edit); err != nil {
		t.Fatal(err)
	}
}

// The breaking line is on every public page from its beginning to its end, also on cached
// ones and without a write in between. Answers for machines do not change with it.
func TestABreakingLineComesAndGoesByTheClock(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		s.comments(s.ids["strait-opens"], 1)
		pages := []string{
			"/", straitPath, "/category/world/", "/tag/shipping/", "/2026/11/", "/feeds/", "/comment/1/thread/", "/?s=strait",
			"/no-such-page/", "/login", "/digest/",
		}
		plain := []string{"/feed/", "/wp-json/wp/v2/posts", "/robots.txt", "/news-sitemap.xml", "/comments/feed/"}
		bytes := map[string]string{}
		for _, path := range plain {
			bytes[path] = get(t, h, path).Body.String()
		}
		expect := func(when, text string) {
			t.Helper()
			for range 2 { // rendered, and then from the cache
				for _, path := range pages {
					body := get(t, h, path).Body.String()
					if shown := strings.Contains(body, `class="breaking `); shown != (text != "") || !strings.Contains(body, text) {
						t.Errorf("%s %s: line %q is not what is shown", when, path, text)
					}
				}
			}
			for _, path := range plain {
				if got := get(t, h, path).Body.String(); got != bytes[path] {
					t.Errorf("%s %s has changed", when, path)
				}
			}
		}
		expect("before", "")
		from := models.At(clock.Now().Add(10 * time.Minute))
		setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error {
			return a.SetLine(frontplan.Line{Text: "Strait is open", Link: straitPath, From: from, Until: models.At(from.Add(time.Hour))}, now)
		})
		expect("before the beginning", "")
		clock.Advance(10*time.Minute - time.Microsecond)
		expect("just before the beginning", "")
		clock.Advance(time.Microsecond)
		expect("at the beginning", "Strait is open")
		clock.Advance(time.Hour - time.Microsecond)
		expect("just before the end", "Strait is open")
		clock.Advance(time.Microsecond)
		expect("at the end", "")
		setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error {
			return a.SetLine(frontplan.Line{Text: "One more thing", Level: frontplan.Developing}, now)
		})
		expect("set at once", "One more thing")
		setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error { a.EndLine(now); return nil })
		expect("taken down", "")
	})
}

// A cached page with a line takes no statement.
func TestABreakingLineCostsCachedPagesNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		_, h := smallSite(t, db, clock)
		setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error {
			return a.SetLine(frontplan.Line{Text: "Strait is open"}, now)
		})
		get(t, h, straitPath)
		ctx, n := models.CountStatements(t.Context())
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, straitPath, nil))
		if n.Load() != 0 || !strings.Contains(w.Body.String(), "Strait is open") {
			t.Errorf("%d statements: %.200s", n.Load(), w.Body)
		}
	})
}

// A line that is corrected stays one item of the feed, and one that was called off before
// it began is never an item.
func TestTheFeedOfBreakingLines(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		_, h := smallSite(t, db, clock)
		set := func(l frontplan.Line) {
			setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error { return a.SetLine(l, now) })
		}
		feed := func() string {
			t.Helper()
			w := get(t, h, "/breaking/feed/")
			if w.Code != http.StatusOK {
				t.Fatal(w.Code)
			}
			return w.Body.String()
		}
		if body := feed(); strings.Contains(body, "<item>") {
			t.Errorf("an empty feed: %s", body)
		}
		set(frontplan.Line{Text: "Ships may pass", Link: straitPath})
		first := feed()
		_, guid, _ := strings.Cut(first, "<guid")
		guid, _, _ = strings.Cut(guid, "</guid>")
		clock.Advance(time.Minute)
		set(frontplan.Line{Text: "All ships may pass", Link: straitPath})
		set(frontplan.Line{Text: "Never shown", From: models.At(clock.Now().Add(time.Hour))})
		corrected := feed()
		if strings.Count(corrected, "<item>") != 1 || !strings.Contains(corrected, guid) || !strings.Contains(corrected, "All ships may pass") {
			t.Errorf("corrected: %s", corrected)
		}
		setLine(t, db, func(a *frontplan.Arrangement, now time.Time) error {
			for _, l := range a.ComingLines(now) {
				if err := a.MoveEdge(frontplan.Event{Line: &l, Edge: frontplan.Begin}, models.Time{}, now); err != nil {
					return err
				}
			}
			return nil
		})
		clock.Advance(2 * time.Hour)
		if body := feed(); strings.Contains(body, "Never shown") || strings.Count(body, "<item>") != 1 {
			t.Errorf("after a line was called off: %s", body)
		}
		clock.Advance(frontplan.KeptLines)
		if body := feed(); strings.Contains(body, "<item>") {
			t.Errorf("a week later: %s", body)
		}
	})
}
