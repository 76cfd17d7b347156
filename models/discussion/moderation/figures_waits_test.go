package moderation_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// The waits of each day agree with a sort of all waits in the log, for the whole site
// and for one category, also after the site's time zone was changed.
func TestWaitsByDayAgreeWithTheLog(t *testing.T) {
	each(t, func(d *desk) {
		zone, err := time.LoadLocation("Europe/Berlin")
		d.check(err)
		d.clock.Advance(time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC).Sub(d.clock.Now())) // the clocks change on the 25th
		sport, _, err := newsroom.Save(d.Context(), d.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			Title: "A late goal", Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: "sport", Names: []string{"Sport"}}},
		})
		d.check(err)
		world, random := d.article, rand.New(rand.NewPCG(6, 2))
		var ids []int64
		for i := range 90 {
			if i%5 == 0 {
				d.article = []int64{world, sport.ID}[i/5%2]
				ids = append(ids, d.post(fmt.Sprintf("10.3.%d.7", i), fmt.Sprint("A thought of the kind number ", i)).ID)
			}
			d.clock.Advance(time.Duration(random.IntN(300*60)) * time.Second)
			id := ids[random.IntN(len(ids))]
			switch random.IntN(8) {
			case 0:
				_, _, err := discussion.Decide(d.Context(), d.db, models.ActorRules, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: discussion.DoHold})
				d.check(err)
			case 1:
				c, err := discussion.ByID(d.Context(), d.db, id)
				d.check(err)
				d.check(discussion.Rewrite(d.Context(), d.db, models.Actor{Name: "Mona", UserID: new(int64(1))}, id, c.Version, fmt.Sprint("Text number ", i)))
			case 2, 3:
				if op := d.rule("Mona", 1, discussion.DoTrash, id); op != "" {
					d.clock.Advance(time.Duration(random.IntN(70)) * time.Second)
					_, err := discussion.Undo(d.Context(), d.db, models.Actor{Name: "Mona", UserID: new(int64(1))}, op)
					d.check(err)
				}
			default:
				d.rule("Otto", 2, discussion.Actions[random.IntN(4)], id)
			}
		}
		d.check(moderation.CountFigures(d.Context(), d.db)) // in the zone of a new site
		d.set("site.timezone", "Europe/Berlin")
		d.check(moderation.CountFigures(d.Context(), d.db))
		var category int64
		for _, c := range d.site().Categories.All() {
			if c.Slug == "sport" {
				category = c.ID
			}
		}
		for name, q := range map[string]moderation.FigureQuery{
			"the site": {}, "sport": {Scope: moderation.InCategories([]int64{category})}, "no category": {Scope: moderation.InCategories(nil)},
		} {
			q.Now = d.clock.Now()
			q.First, q.Last = moderation.LastDays(60, q.Now, zone)
			f, err := moderation.FiguresOf(d.Context(), d.db, q)
			d.check(err)
			got := map[string]string{}
			for _, w := range f.Waits {
				if w.Comments > 0 {
					got[w.Day.Format(time.DateOnly)] = fmt.Sprint(w.Comments, w.P50, w.P90)
				}
			}
			within := func(article int64) bool { return name == "the site" || name == "sport" && article == sport.ID }
			want := waitsByDay(d, zone, within)
			if !maps.Equal(got, want) || (len(want) > 5) != (name != "no category") {
				d.Errorf("%s: figures %v\nthe log   %v", name, got, want)
			}
		}
	})
}

// waitsByDay computes the figures of each day from the log, with a sort. It shares no
// code with the figures.
func waitsByDay(d *desk, zone *time.Location, within func(article int64) bool) map[string]string {
	d.Helper()
	since := map[int64]time.Time{}
	var comments []discussion.Comment
	d.check(d.db.Query(d.Context()).Find(&comments).Error)
	for _, c := range comments {
		since[c.ID] = c.CreatedAt.Time
	}
	waits := map[string][]time.Duration{}
	d.check(decisionlog.Export(d.Context(), d.db, func(v any) error {
		e := v.(decisionlog.Entry)
		if e.ToState == "hold" && e.FromState != "hold" {
			since[e.CommentID] = e.At.Time
		}
		if e.FromState == "hold" && e.ToState != "hold" && e.ActorID != nil && e.Reason != "undo" && within(e.ArticleID) {
			day, wait := e.At.In(zone).Format(time.DateOnly), e.At.Sub(since[e.CommentID])
			waits[day] = append(waits[day], wait)
		}
		return nil
	}))
	want := map[string]string{}
	for day, list := range waits {
		slices.Sort(list)
		shown := func(percent int) time.Duration {
			wait := list[(percent*len(list)+99)/100-1]
			if wait >= 48*time.Hour {
				return wait.Truncate(time.Hour)
			}
			return wait.Truncate(time.Minute)
		}
		want[day] = fmt.Sprint(len(list), shown(50), shown(90))
	}
	return want
}

// The waits of a month are read by the key, however many days are stored.
func TestWaitsOfAMonthDoNotReadTheWholeTable(t *testing.T) {
	each(t, func(d *desk) {
		q := lastMonth(d.clock.Now(), time.UTC)
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
			err := models.Exec(d.Context(), tx, `INSERT INTO wait_days (day, section, minutes, comments)
				WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 79999)
				SELECT 20250101 + i / 200, i % 40 - 1, i % 200, 1 FROM k`)
			if err != nil {
				return err
			}
			return models.Exec(d.Context(), tx, `INSERT INTO wait_figures (day, section, comments, p50, p90)
				SELECT day, section, SUM(comments), 1, 2 FROM wait_days GROUP BY day, section`)
		}))
		if d.db.Dialect() == models.Postgres {
			d.check(d.db.Query(d.Context()).Exec("ANALYZE wait_days, wait_figures").Error)
		}
		watched := modeltest.Watch(d, d.db)
		for name, scope := range map[string]moderation.Scope{
			"the site": nil, "one category": moderation.InCategories([]int64{1}), "categories": moderation.InCategories([]int64{1, 2}),
		} {
			q.Scope = scope
			table := "wait_figures"
			if name == "categories" {
				table = "wait_days"
			}
			_, err := moderation.FiguresOf(d.Context(), d.db, q)
			d.check(err)
			for _, plan := range watched.Plans(table) {
				if strings.Contains(plan, "Seq Scan on "+table) || strings.Contains(plan, "SCAN "+table) {
					d.Errorf("%s:\n%s", name, plan)
				}
			}
		}
	})
}

// BenchmarkWaits reads 90 days and 400 days of a site where each day has 400 different
// waits in each of 15 categories.
func BenchmarkWaits(b *testing.B) {
	clock := modeltest.NewClock()
	d := newDesk(b, modeltest.SQLite(b, clock), clock)
	for i := range 400 {
		d.check(d.db.Write(b.Context(), func(tx *models.Tx) error {
			return models.Exec(b.Context(), tx, `INSERT INTO wait_days (day, section, minutes, comments)
				WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 6399) SELECT ?, i % 16 - 1, i / 16, 3 FROM k`,
				clock.Now().AddDate(0, 0, -i).Format("20060102"))
		}))
	}
	d.check(d.db.Write(b.Context(), func(tx *models.Tx) error {
		return models.Exec(b.Context(), tx, "INSERT INTO wait_figures SELECT day, section, SUM(comments), 1, 2 FROM wait_days GROUP BY day, section")
	}))
	for _, days := range []int{90, 400} {
		for name, scope := range map[string]moderation.Scope{"the site": nil, "3 categories": moderation.InCategories([]int64{1, 2, 3})} {
			b.Run(fmt.Sprint(days, " days of ", name), func(b *testing.B) {
				q := moderation.FigureQuery{Now: clock.Now(), Scope: scope}
				q.First, q.Last = moderation.LastDays(days, clock.Now(), time.UTC)
				for b.Loop() {
					if f, err := moderation.FiguresOf(b.Context(), d.db, q); err != nil || f.Waits[5].Comments == 0 {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
