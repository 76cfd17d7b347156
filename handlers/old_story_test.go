package handlers_test

import (
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/followup"
)

// TestAnOldStorySaysItsAge: the notice appears on a cached page at midnight of the site,
// with the newest follow-up, and the title for networks has the year.
func TestAnOldStorySaysItsAge(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		h := s.handler()
		save := func(title string) *newsroom.Article {
			t.Helper()
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: title, Body: "Text"})
			s.check(err)
			return a
		}
		site, err := newsroom.LoadSite(t.Context(), db)
		s.check(err)
		old := save("Ten ships")
		path := site.ArticlePath(old)
		page := func() string { return get(t, h, path).Body.String() }
		y, m, d := clock.Now().In(site.TimeZone).AddDate(0, 0, 365).Date()
		clock.Advance(time.Date(y, m, d, 0, 0, 0, 0, site.TimeZone).Sub(clock.Now()) - time.Second)
		page()
		if body := page(); strings.Contains(body, "old-story") {
			t.Error("the notice comes too early")
		}
		clock.Advance(time.Second)
		year := " (" + old.PublishedAt.In(site.TimeZone).Format("2006") + ")"
		if body := page(); !strings.Contains(body, "This story is more than 1 year old.") ||
			!strings.Contains(body, `property="og:title" content="Ten ships`+year+`"`) {
			t.Errorf("no notice, or no year: %s", body)
		}
		next := save("Nine ships")
		s.check(followup.Set(t.Context(), db, models.ActorCommand, old.ID, &next.ID))
		if body := page(); !strings.Contains(body, "Nine ships") {
			t.Error("the notice does not lead to the follow-up")
		}
		s.set("article.old-after", "0")
		if body := page(); strings.Contains(body, "old-story") {
			t.Error("the setting does not end the notice")
		}
	})
}
