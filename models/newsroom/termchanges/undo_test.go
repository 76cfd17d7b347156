package termchanges_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/settings"
)

// restored are the rows that an undo must give back as they were, without those that
// follow from them: the comparison with a rebuild looks at these.
var restored = []string{
	"SELECT id, parent_id, slug, path, name, description, position, wp_id, created_at, former, comments, comment_days, required FROM categories ORDER BY id",
	"SELECT id, slug, name, wp_id, created_at, description, comments, comment_days FROM tags ORDER BY id",
	"SELECT * FROM authors ORDER BY id",
	"SELECT * FROM term_addresses ORDER BY kind, slug",
	"SELECT * FROM term_names ORDER BY kind, name",
	"SELECT * FROM article_categories ORDER BY article_id, position",
	"SELECT * FROM article_tags ORDER BY article_id, position",
	"SELECT * FROM article_authors ORDER BY article_id, position",
	"SELECT id, main_category_id, byline, byline_slug FROM articles ORDER BY id",
	"SELECT * FROM digest_choices ORDER BY subscription_id, category_id",
	"SELECT key, value FROM settings WHERE key IN ('front.sections', 'nav.sections') ORDER BY key",
}

// state returns the rows of the queries as text.
func state(t *testing.T, db *models.DB) string {
	t.Helper()
	var b strings.Builder
	for _, text := range restored {
		for _, row := range read[map[string]any](t, db, text) {
			line, err := json.Marshal(row)
			check(t, err)
			fmt.Fprintln(&b, text[strings.Index(text, "FROM"):][:20], string(line))
		}
	}
	return b.String()
}

// firstDifference returns the first line that two texts do not share.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "was " + x[i] + "\nis  " + y[i]
		}
	}
	return fmt.Sprint(len(x), " lines were, ", len(y), " are")
}

// newestChange returns the newest change of the log.
func newestChange(t *testing.T, db *models.DB) (c termchanges.Change) {
	t.Helper()
	for _, c := range read[termchanges.Change](t, db, "SELECT * FROM term_changes ORDER BY id DESC LIMIT 1") {
		return c
	}
	return c
}

// choose gives some sections to a setting and to subscribers.
func choose(t *testing.T, db *models.DB, rng *rand.Rand) {
	t.Helper()
	list := read[string](t, db, "SELECT path FROM categories ORDER BY id")
	check(t, db.Write(t.Context(), func(tx *models.Tx) error {
		for i := range 6 {
			err := models.Exec(t.Context(), tx, `INSERT INTO digest_subscriptions (id, email, frequency, token_hash, network, created_at, asks, bounce)
				VALUES (?, ?, 'daily', '', '', 1, 0, '') ON CONFLICT DO NOTHING`, i+1, fmt.Sprint(i, "@example.org"))
			if err != nil {
				return err
			}
			id := read[int64](t, db, "SELECT id FROM categories ORDER BY id LIMIT 1 OFFSET ?", rng.IntN(len(list)))[0]
			err = models.Exec(t.Context(), tx, "INSERT INTO digest_choices (subscription_id, category_id) VALUES (?, ?) ON CONFLICT DO NOTHING", i+1, id)
			if err != nil {
				return err
			}
		}
		rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return settings.Change(t.Context(), tx, editor, map[string]string{"nav.sections": strings.Join(list[:min(4, len(list))], ", ")})
	}))
}

// An undo restores all rows that the change has written. The data that depend on them equal
// those of a rebuild. Several undos, newest change first, do the same.
func TestAnUndoIsExact(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 2))
		fill(t, db, rng, 40)
		for step := range 25 {
			choose(t, db, rng)
			var states []string
			var changes []termchanges.Change
			var did []string
			for len(changes) < 1+rng.IntN(3) {
				clock.Advance(time.Second)
				before, last := state(t, db), newestChange(t, db).ID
				name := change(t, db, rng, 100*step+len(did))
				if name == "save articles" {
					changes, states = nil, nil
				}
				if c := newestChange(t, db); c.ID != last {
					states, changes, did = append(states, before), append(changes, c), append(did, name)
				}
			}
			for i := range slices.Backward(changes) {
				clock.Advance(time.Second)
				_, kept, err := termchanges.Undo(t.Context(), db, editor, changes[i].ID)
				if err != nil || kept != 0 {
					t.Fatalf("seed %d, step %d: the undo of %q in %q kept %d: %v", seed, step, did[i], did, kept, err)
				}
				if got := state(t, db); got != states[i] {
					t.Fatalf("seed %d, step %d, %s:\n%s", seed, step, did[i], firstDifference(states[i], got))
				}
				if faults := wrong(t, db); len(faults) > 0 {
					t.Fatalf("seed %d, step %d, %s:\n%s", seed, step, did[i], strings.Join(faults[:min(len(faults), 10)], "\n"))
				}
			}
			change(t, db, rng, 100*step+99)
		}
	})
}

// Whatever happens after a change, its undo is refused or leaves a site that a rebuild
// would make.
func TestAnUndoAfterOtherChangesHarmsNothing(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 3))
		fill(t, db, rng, 30)
		undone := 0
		for step := range 60 {
			clock.Advance(time.Second)
			did := change(t, db, rng, step)
			open := read[int64](t, db, "SELECT id FROM term_changes WHERE terms <> '' ORDER BY id")
			if len(open) == 0 || step%2 == 0 {
				continue
			}
			id := open[rng.IntN(len(open))]
			_, _, err := termchanges.Undo(t.Context(), db, editor, id)
			if err != nil && models.KindOf(err) != models.Conflict {
				t.Fatalf("seed %d, step %d: %v", seed, step, err)
			}
			if err == nil {
				undone++
			}
			if faults := wrong(t, db); len(faults) > 0 {
				t.Fatalf("seed %d, step %d, %s, undo of %d (%v):\n%s", seed, step, did, id, err, strings.Join(faults[:min(len(faults), 10)], "\n"))
			}
			tree, err := taxonomy.LoadCategories(t.Context(), db)
			check(t, err)
			if n := len(ids(t, db, "categories")); len(tree.All()) != n {
				t.Fatalf("seed %d, step %d: the tree has %d of %d categories", seed, step, len(tree.All()), n)
			}
		}
		if undone == 0 {
			t.Errorf("seed %d: nothing could be undone", seed)
		}
	})
}

// An undo also restores removed categories. It does not change articles that were saved later.
func TestAStoryThatWasSavedSinceKeepsItsTerms(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		m := func(title string) newsroom.Manuscript {
			return newsroom.Manuscript{Title: title, Categories: []taxonomy.CategoryRef{{Path: "world/asia"}}, Tags: []string{"Shipping"}}
		}
		first, second := save(t, db, m("First")), save(t, db, m("Second"))
		removed, err := termchanges.RemoveCategory(t.Context(), db, editor, tree(t, db).ByPath("world/asia").ID)
		check(t, err)
		clock.Advance(time.Second)
		again := m("Second, corrected")
		again.ID, again.Categories = second.ID, []taxonomy.CategoryRef{{Path: "world"}}
		save(t, db, again)
		clock.Advance(time.Second)
		c, kept, err := termchanges.Undo(t.Context(), db, editor, removed)
		if err != nil || kept != 1 || c.UndoneBy != editor.Name {
			t.Errorf("%d kept, %+v (%v)", kept, c, err)
		}
		if got := append(pathsOf(t, db, first.ID), pathsOf(t, db, second.ID)...); !slices.Equal(got, []string{"world/asia", "world"}) {
			t.Errorf("the articles are in %v", got)
		}
		if tree(t, db).ByFormerPath("world/asia") != nil {
			t.Error("the old address still leads on")
		}
		if _, kept, err := termchanges.Undo(t.Context(), db, editor, removed); err != nil || kept != 0 {
			t.Errorf("the second press: %d, %v", kept, err)
		}
		if faults := wrong(t, db); len(faults) > 0 {
			t.Error(faults)
		}
	})
}

// A change can be undone for a week, and not past a later change of the same terms.
func TestWhatCannotBeUndone(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{Title: "Story", Tags: []string{"Harbour", "Port", "Bridge"}})
		rename := func(slug, name string) int64 {
			t.Helper()
			_, _, err := termchanges.SaveTag(t.Context(), db, editor, tag(t, db, slug).ID, termchanges.TagForm{Name: name})
			check(t, err)
			return newestChange(t, db).ID
		}
		refused := func(id int64, code string) {
			t.Helper()
			_, _, err := termchanges.Undo(t.Context(), db, editor, id)
			if e, ok := err.(*models.Error); !ok || e.Code != code {
				t.Errorf("the undo is answered with %v, want %s", err, code)
			}
		}
		first := rename("harbour", "Quay")
		second := rename("quay", "Pier")
		refused(first, "undo-changed")
		third := rename("bridge", "Harbour") // takes the address that the first change had freed
		check(t, errorOf2(termchanges.Undo(t.Context(), db, editor, second)))
		refused(first, "undo-changed")
		check(t, errorOf2(termchanges.Undo(t.Context(), db, editor, third)))
		check(t, errorOf2(termchanges.Undo(t.Context(), db, editor, first)))
		merged, err := termchanges.MergeTags(t.Context(), db, editor, []int64{tag(t, db, "harbour").ID}, tag(t, db, "port").ID)
		check(t, err)
		clock.Advance(termchanges.UndoDays * 24 * time.Hour)
		refused(merged, "undo-late")
		check(t, termchanges.PruneChanges(t.Context(), db))
		refused(merged, "undo-late")
		if n := read[int](t, db, "SELECT COUNT(*) FROM term_change_lists")[0]; n != 0 {
			t.Errorf("%d lists are kept", n)
		}
		if _, _, err := termchanges.Undo(t.Context(), db, editor, 98765); models.KindOf(err) != models.NotFound {
			t.Errorf("an unknown change: %v", err)
		}
	})
}

func errorOf2(_ *termchanges.Change, _ int, err error) error { return err }
