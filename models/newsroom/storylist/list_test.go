package storylist_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/storylist"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// made has the facts about an article that the test has saved.
type made struct {
	id      int64
	title   string
	status  newsroom.Status
	owner   int64
	section string
	changed time.Time // when it was stored or autosaved last
}

// TestListAgainstEveryArticle compares random questions, paged to the end, with a search
// through everything that was made.
func TestListAgainstEveryArticle(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		r := rand.New(rand.NewPCG(3, 5))
		words, sections := []string{"Ferry", "Harbour", "Strait", "Café"}, []string{"world", "sport"}
		statuses := []newsroom.Status{newsroom.Draft, newsroom.InReview, newsroom.Published, newsroom.Scheduled}
		var all []made
		for i := range 130 {
			m := made{
				title:  fmt.Sprintf("%s %s %d", words[r.IntN(4)], words[r.IntN(4)], i),
				status: statuses[r.IntN(4)], owner: int64(1 + r.IntN(2)), section: sections[r.IntN(2)],
			}
			by := models.Actor{UserID: &m.owner, Name: "Somebody"}
			text := newsroom.Manuscript{Title: m.title, Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: m.section}}}
			if i < 2 { // the first ones make the sections
				if _, _, err := newsroom.Save(t.Context(), db, by, newsroom.AnyVersion, text); err != nil {
					t.Fatal(err)
				}
				continue
			}
			id, stored, err := drafts.Create(t.Context(), db, by, text)
			if err == nil && m.status != newsroom.Draft {
				_, err = drafts.Show(t.Context(), db, by, id, drafts.Move{Number: stored.Number, To: m.status, At: clock.Now().Add(100 * time.Hour * isScheduled(m.status))})
			}
			if err != nil {
				t.Fatal(err)
			}
			m.id, m.changed = id, clock.Now()
			all = append(all, m)
			// A draft of any story, public or not, brings it to the front.
			if again := &all[r.IntN(len(all))]; r.IntN(3) == 0 {
				clock.Advance(time.Second)
				text := newsroom.Manuscript{Title: again.title, Body: fmt.Sprint("Text ", i), Categories: []taxonomy.CategoryRef{{Path: again.section}}}
				if _, err := drafts.Autosave(t.Context(), db, models.Actor{Name: "Bo"}, again.id, drafts.Newest, text); err != nil {
					t.Fatal(err)
				}
				again.changed = clock.Now()
			}
			if r.IntN(3) > 0 {
				clock.Advance(time.Minute)
			}
		}
		site, err := newsroom.LoadSite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for range 150 {
			f, match := randomFilter(r, site, words, sections, statuses)
			var want, got []int64
			slices.SortFunc(all, func(a, b made) int { return cmp.Or(b.changed.Compare(a.changed), cmp.Compare(b.id, a.id)) })
			for _, m := range all {
				if !slices.ContainsFunc(match, func(ok func(made) bool) bool { return !ok(m) }) {
					want = append(want, m.id)
				}
			}
			for {
				page, err := storylist.List(t.Context(), db, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range page.Rows {
					if row.ID > 2 {
						got = append(got, row.ID)
						if i := slices.IndexFunc(all, func(m made) bool { return m.id == row.ID }); !row.Changed.Equal(all[i].changed) {
							t.Fatalf("story %d shows %v, and was changed at %v", row.ID, row.Changed, all[i].changed)
						}
					}
				}
				if f.After = page.Next; f.After == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v: %v, want %v", f, got, want)
			}
		}
	})
}

// randomFilter returns a filter, and the conditions that a story of its list meets.
func randomFilter(
	r *rand.Rand, site *newsroom.Site, words, sections []string, statuses []newsroom.Status,
) (f storylist.Filter, match []func(made) bool) {
	if r.IntN(2) == 0 {
		f.Status = statuses[r.IntN(4)]
		match = append(match, func(m made) bool { return m.status == f.Status })
	}
	if r.IntN(3) == 0 {
		word := strings.ToLower(words[r.IntN(4)])
		f.Words = word[:3]
		match = append(match, func(m made) bool { return strings.Contains(strings.ToLower(m.title), word) })
	}
	if r.IntN(3) == 0 {
		section := sections[r.IntN(2)]
		f.Category = site.Categories.Below(site.Categories.ByPath(section).ID)
		match = append(match, func(m made) bool { return m.section == section })
	}
	if r.IntN(3) == 0 {
		f.Own = int64(1 + r.IntN(2))
		match = append(match, func(m made) bool { return m.owner == f.Own })
	}
	return f, match
}

// Both parts of the list are read in the order of an index.
func TestTheListIsReadInOrder(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	for name, f := range map[string]storylist.Filter{
		"articles_changed": {}, "articles_status_changed": {Status: newsroom.Draft, After: "1700000000000000-7"},
	} {
		ctx, recorded := models.RecordStatements(t.Context())
		if _, err := storylist.List(ctx, db, f); err != nil {
			t.Fatal(err)
		}
		plans := ""
		for _, statement := range recorded() {
			var steps []struct{ Detail string }
			args := make([]any, strings.Count(statement, "?"))
			if err := db.Query(t.Context()).Raw("EXPLAIN QUERY PLAN "+statement, args...).Scan(&steps).Error; err != nil {
				t.Fatal(err)
			}
			for _, step := range steps {
				plans += step.Detail + "\n"
			}
		}
		if !strings.Contains(plans, name) || !strings.Contains(plans, "article_drafts_changed") || strings.Contains(plans, "TEMP B-TREE") {
			t.Errorf("%+v:\n%s", f, plans)
		}
	}
}

func isScheduled(s newsroom.Status) time.Duration {
	if s == newsroom.Scheduled {
		return 1
	}
	return 0
}

func TestANewHeadlineIsFoundBeforeItIsPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		by := models.Actor{UserID: new(int64(7)), Name: "Edith"}
		a, _, err := newsroom.Save(t.Context(), db, by, newsroom.AnyVersion, newsroom.Manuscript{Title: "Old headline", Body: "Text."})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := drafts.Autosave(t.Context(), db, by, a.ID, drafts.Newest, newsroom.Manuscript{Title: "Fresh words in the Café", Body: "Text."}); err != nil {
			t.Fatal(err)
		}
		for words, want := range map[string]int{"fresh": 1, "old": 1, "older": 0, "?!": 0, "CAFÉ words": 1, "“café”": 1, "100% words": 0} {
			page, err := storylist.List(t.Context(), db, storylist.Filter{Words: words})
			if err != nil || len(page.Rows) != want {
				t.Errorf("%q finds %d (%v)", words, len(page.Rows), err)
			}
			if len(page.Rows) == 1 && (!page.Rows[0].Pending || page.Rows[0].Headline != "Fresh words in the Café") {
				t.Errorf("the row is %+v", page.Rows[0])
			}
		}
	})
}
