package history_test

import (
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
	"broadsheet/models/newsroom/history"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// textWalk walks an article through random acts of editors and of the clock, and
// returns the bodies that readers saw after each act.
type textWalk struct {
	t     *testing.T
	db    *models.DB
	clock *modeltest.Clock
	rng   *rand.Rand
	id    int64
	n     int
	seen  []string
}

func (w *textWalk) act() {
	ctx, by := w.t.Context(), models.Actor{UserID: new(int64(7)), Name: "Edith"}
	d, err := drafts.Open(ctx, w.db, w.id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	text := d.Text
	text.Body = fmt.Sprintf("<p>Body %d</p>", w.n)
	move := drafts.Move{Number: d.Number, Minor: w.rng.IntN(3) == 0}
	switch w.rng.IntN(9) {
	case 0, 1:
		_, _ = drafts.Autosave(ctx, w.db, by, w.id, d.Number, text)
	case 2, 3:
		_, _ = drafts.Save(ctx, w.db, by, w.id, d.Number, text, nil)
	case 4, 5:
		move.To = newsroom.Published
		_, _ = drafts.Show(ctx, w.db, by, w.id, move)
	case 6:
		move.To = newsroom.Draft
		_, _ = drafts.Show(ctx, w.db, by, w.id, move)
	case 7:
		move.To, move.At = newsroom.Scheduled, w.db.Now().Add(time.Minute)
		_, _ = drafts.Show(ctx, w.db, by, w.id, move)
	case 8:
		_, _, _ = newsroom.Save(ctx, w.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			ID: w.id, Title: "By command", Body: fmt.Sprintf("<p>Body %d</p>", w.n), Format: richtext.HTML,
		})
	}
	w.clock.Advance(20 * time.Second)
	if _, err := timetable.Run(ctx, w.db); err != nil {
		w.t.Fatal(err)
	}
	w.look()
}

// look notes what readers see now.
func (w *textWalk) look() {
	p, err := newsroom.LoadPageByID(w.t.Context(), w.db, w.site(), w.id)
	if err != nil {
		return
	}
	if body := strings.TrimSpace(p.HTML); len(w.seen) == 0 || w.seen[len(w.seen)-1] != body {
		w.seen = append(w.seen, body)
	}
}

func (w *textWalk) site() *newsroom.Site {
	site, err := newsroom.LoadSite(w.t.Context(), w.db)
	if err != nil {
		w.t.Fatal(err)
	}
	return site
}

// TestTheHistoryIsWhatReadersSaw compares the recorded texts with what the article's page
// showed, after random acts: none is missing, and none is there that no reader saw.
func TestTheHistoryIsWhatReadersSaw(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		for seed := range uint64(12) {
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
				Title: "Story", Body: "<p>Body 0</p>", Format: richtext.HTML,
				Status: []newsroom.Status{newsroom.Published, newsroom.Draft}[seed%2],
			})
			if err != nil {
				t.Fatal(err)
			}
			w := &textWalk{t: t, db: db, clock: clock, rng: rand.New(rand.NewPCG(seed, 1)), id: a.ID}
			w.look()
			for range 25 {
				w.act()
			}
			list, err := publictexts.Newest(t.Context(), db, a.ID, 1000)
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(list)
			var got []string
			shown := 0
			for _, text := range list {
				m, err := newsroom.ManuscriptOf(t.Context(), db, a.ID, text.Number)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) == 0 || got[len(got)-1] != m.Body {
					got = append(got, m.Body)
				}
				if !text.Quiet {
					shown++
				}
			}
			if len(w.seen) > 1 && !slices.Equal(got, w.seen) {
				t.Errorf("seed %d: recorded %q, readers saw %q", seed, got, w.seen)
			}
			now, err := newsroom.ByID(t.Context(), db, a.ID)
			if err != nil || now.Changes != shown {
				t.Errorf("seed %d: %d changes, want %d (%v)", seed, now.Changes, shown, err)
			}
		}
	})
}

func TestAMinorUpdateKeepsTheDateOfRevision(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			Title: "Story", Body: "Teh text", Format: richtext.Text,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			body    string
			minor   bool
			changes int
			moved   bool
		}{
			{"The text", true, 0, false},
			{"The text, and more", false, 1, true},
			{"The text, and more", false, 1, true}, // the same words
			{"The text, and moor", true, 1, false},
		} {
			before, err := newsroom.ByID(t.Context(), db, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Hour)
			d, err := drafts.Open(t.Context(), db, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			text := d.Text
			text.Body = step.body
			if step.changes == 1 && !step.minor {
				text.Tags = append(text.Tags, fmt.Sprint("tag ", clock.Now().Unix()))
			}
			stored, err := drafts.Save(t.Context(), db, models.ActorCommand, a.ID, d.Number, text, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := drafts.Show(t.Context(), db, models.ActorCommand, a.ID, drafts.Move{Number: stored.Number, Minor: step.minor}); err != nil {
				t.Fatal(err)
			}
			after, err := newsroom.ByID(t.Context(), db, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			if moved := !after.RevisedAt.Equal(before.RevisedAt.Time); after.Changes != step.changes || moved != step.moved {
				t.Errorf("%q: %d changes, moved %v, want %+v", step.body, after.Changes, moved, step)
			}
		}
	})
}

// TestACorrectionIsDatedWhenReadersSeeIt: in a draft it has no date, and a later update
// keeps the first one.
func TestACorrectionIsDatedWhenReadersSeeIt(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
			Title: "Story", Body: "Ten ships", Format: richtext.Text,
		})
		if err != nil {
			t.Fatal(err)
		}
		update := func(change func(*newsroom.Manuscript), show bool) []newsroom.Correction {
			t.Helper()
			clock.Advance(time.Hour)
			d, err := drafts.Open(t.Context(), db, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			text := d.Text
			change(&text)
			stored, err := drafts.Save(t.Context(), db, models.ActorCommand, a.ID, d.Number, text, nil)
			if err == nil && show {
				_, err = drafts.Show(t.Context(), db, models.ActorCommand, a.ID, drafts.Move{Number: stored.Number})
			}
			if err != nil {
				t.Fatal(err)
			}
			site, err := newsroom.LoadSite(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			p, err := newsroom.LoadPageByID(t.Context(), db, site, a.ID)
			if err != nil {
				t.Fatal(err)
			}
			return p.Corrections
		}
		correct := func(m *newsroom.Manuscript) {
			m.Body = "Nine ships"
			m.Corrections = append(m.Corrections, newsroom.Correction{Kind: newsroom.Correct, Text: "It was nine.", Place: newsroom.AtTop})
		}
		if shown := update(correct, false); len(shown) != 0 {
			t.Errorf("a draft shows %+v", shown)
		}
		first := update(func(*newsroom.Manuscript) {}, true)
		if len(first) != 1 || !first[0].At.Equal(clock.Now()) || first[0].Place != newsroom.AtTop {
			t.Fatalf("published: %+v at %v", first, clock.Now())
		}
		later := update(func(m *newsroom.Manuscript) { m.Body = "Nine big ships" }, true)
		if len(later) != 1 || !later[0].At.Equal(first[0].At.Time) {
			t.Errorf("later: %+v", later)
		}
		// A text that was saved before the publication of the correction has it without a
		// date. The date stays.
		again := update(func(m *newsroom.Manuscript) { m.Corrections[0].At = models.Time{} }, true)
		if len(again) != 1 || !again[0].At.Equal(first[0].At.Time) {
			t.Errorf("again: %+v", again)
		}
		if gone := update(func(m *newsroom.Manuscript) { m.Corrections = nil }, true); len(gone) != 0 {
			t.Errorf("taken back: %+v", gone)
		}
	})
}

func TestASilencedUpdateIsNotShown(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		save := func(id int64, words string) int64 {
			t.Helper()
			clock.Advance(time.Hour)
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
				ID: id, Title: "Story", Body: words + "\n\nThe end", Format: richtext.Text,
			})
			if err != nil {
				t.Fatal(err)
			}
			return a.ID
		}
		id := save(0, "One ship")
		save(id, "Two ships")
		save(id, "Three ships")
		shown := func(all bool) (words []string, numbers []int) {
			t.Helper()
			a, err := newsroom.ByID(t.Context(), db, id)
			if err != nil {
				t.Fatal(err)
			}
			load := history.Of
			if all {
				load = history.All
			}
			list, err := load(t.Context(), db, a)
			if err != nil {
				t.Fatal(err)
			}
			for _, change := range list {
				numbers = append(numbers, change.Number)
				for _, d := range change.Differences {
					for _, part := range d.Words {
						words = append(words, part.Text)
					}
				}
			}
			return words, numbers
		}
		words, numbers := shown(false)
		if want := []string{"Two", "Three", " ships", "One", "Two", " ", "ship", "ships"}; !slices.Equal(words, want) {
			t.Errorf("the history shows %q, want %q", words, want)
		}
		for _, quiet := range []bool{true, false} {
			if err := history.Silence(t.Context(), db, models.ActorCommand, id, numbers[1], quiet); err != nil {
				t.Fatal(err)
			}
			words, _ := shown(false)
			_, all := shown(true)
			if slices.Contains(words, "One") == quiet || len(all) != 2 {
				t.Errorf("silenced %v: %q, %v", quiet, words, all)
			}
		}
		if err := history.Silence(t.Context(), db, models.ActorCommand, id, 999, true); models.KindOf(err) != models.NotFound {
			t.Errorf("a version that readers never saw: %v", err)
		}
	})
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, publictexts.Rows...)
	})
}
