package search_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/taxonomy"
)

// walkWords are words without other forms, so that a plain look at the texts knows
// the hits.
var walkWords = strings.Fields("zab zeb zib zob zub kav kev kiv kov kuv 北 东 พ")

// TestTheIndexHasWhatTheArticlesSay changes articles at random, and compares the hits
// of every word with the texts: as the writes left the index, and after it was
// built again.
func TestTheIndexHasWhatTheArticlesSay(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		w := &indexWalk{T: t, db: db, rng: rand.New(rand.NewPCG(3, 4))}
		for step := range 150 {
			clock.Advance(time.Minute)
			w.step()
			if step%25 == 24 {
				if err := search.Keep(t.Context(), db); err != nil {
					t.Fatal(err)
				}
				w.compare(fmt.Sprintf("after %d steps", step+1))
			}
			if step == 70 || step == 140 {
				if err := search.Rebuild(t.Context(), db, nil); err != nil {
					t.Fatal(err)
				}
				w.compare(fmt.Sprintf("built again after %d steps", step+1))
			}
		}
	})
}

type indexWalk struct {
	*testing.T
	db  *models.DB
	rng *rand.Rand
	ids []int64
}

func (w *indexWalk) words(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = walkWords[w.rng.IntN(len(walkWords))]
	}
	return strings.Join(list, " ")
}

func (w *indexWalk) manuscript() newsroom.Manuscript {
	return newsroom.Manuscript{
		Title: w.words(2), Standfirst: w.words(1), Body: w.words(3), Tags: []string{"tag " + w.words(1)},
		Authors: []newsroom.AuthorRef{{Slug: fmt.Sprintf("author-%d", w.rng.IntN(3))}}, Language: "qaa",
	}
}

// step makes one change. Changes that the status of the article does not allow are
// refused, which is a change, too: one that is rolled back.
func (w *indexWalk) step() {
	var id int64
	if len(w.ids) > 0 {
		id = w.ids[w.rng.IntN(len(w.ids))]
	}
	statuses := []newsroom.Status{newsroom.Draft, newsroom.Published, newsroom.Withdrawn, newsroom.Trashed}
	kind := w.rng.IntN(10)
	if len(w.ids) < 5 {
		kind = 0
	}
	switch {
	case kind < 3:
		w.ids = append(w.ids, save(w, w.db, w.manuscript()).ID)
	case kind < 5:
		m := w.manuscript()
		m.ID = id
		_, _, _ = newsroom.Save(w.Context(), w.db, models.ActorCommand, newsroom.AnyVersion, m)
	case kind < 8:
		_ = w.db.Write(w.Context(), func(tx *models.Tx) error {
			return newsroom.MoveStatus(w.Context(), tx, models.ActorCommand, id, statuses[w.rng.IntN(len(statuses))], "", noComments)
		})
	case kind < 9:
		back := errors.New("roll back")
		err := w.db.Write(w.Context(), func(tx *models.Tx) error {
			site, err := newsroom.LoadSite(w.Context(), tx)
			if err != nil {
				return err
			}
			p, err := newsroom.Prepare(w.manuscript())
			if err != nil {
				return err
			}
			s := newsroom.NewSaver(tx, site, models.ActorCommand)
			if _, _, err := s.Save(w.Context(), p); err != nil {
				return err
			}
			return back
		})
		if !errors.Is(err, back) {
			w.Fatal(err)
		}
	default:
		a, err := taxonomy.AuthorBySlug(w.Context(), w.db, fmt.Sprintf("author-%d", w.rng.IntN(3)))
		if err != nil {
			return
		}
		a.Name = w.words(1)
		if err := w.db.Write(w.Context(), func(tx *models.Tx) error { return taxonomy.DescribeAuthor(w.Context(), tx, *a) }); err != nil {
			w.Fatal(err)
		}
	}
}

// compare searches for every word, and looks for it in the rows.
func (w *indexWalk) compare(when string) {
	w.Helper()
	var rows []struct {
		ID   int64
		Text string
	}
	err := w.db.Query(w.Context()).Raw(`SELECT a.id, a.title || ' ' || a.standfirst || ' ' || b.source AS text
		FROM articles a JOIN article_bodies b ON b.article_id = a.id WHERE a.status = 'published'`).Scan(&rows).Error
	if err != nil {
		w.Fatal(err)
	}
	var names []struct {
		ArticleID int64
		Name      string
	}
	err = w.db.Query(w.Context()).Raw(`SELECT x.article_id, n.name FROM article_authors x JOIN authors n ON n.id = x.author_id
		UNION ALL SELECT x.article_id, n.name FROM article_tags x JOIN tags n ON n.id = x.tag_id`).Scan(&names).Error
	if err != nil {
		w.Fatal(err)
	}
	texts := map[int64]string{}
	for _, r := range rows {
		texts[r.ID] = r.Text
	}
	for _, n := range names {
		if text, public := texts[n.ArticleID]; public {
			texts[n.ArticleID] = text + " " + n.Name
		}
	}
	for _, word := range walkWords {
		var want, got []int64
		for id, text := range texts {
			if slices.Contains(strings.Fields(text), word) {
				want = append(want, id)
			}
		}
		for _, h := range find(w, w.db, search.Query{Text: word, PerPage: 500, Order: search.Newest}).Hits {
			got = append(got, h.ID)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			w.Fatalf("%s: %q finds %v, want %v", when, word, got, want)
		}
	}
}

// FuzzQuery searches for any text. None is an error.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{
		"", "word", `"open`, "NEAR", "NEAR/2 a", "title:x", "a AND (b OR", "-", "-a", "*", "a*", "\x00", "\xed\xa0\x80", "' OR 1=1", "a' & !b",
		"重跑gen", "ข่าว", "﷽", "😀 👩‍👩‍👧", strings.Repeat("a ", 1000), strings.Repeat("\"", 300), "l'État", "C++", "U.S.A.", "¶x §y ¤z ·c1", "\\",
	} {
		f.Add(text)
	}
	db := modeltest.SQLite(f, modeltest.NewClock())
	a, _, err := newsroom.Save(f.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: "A word in 重跑gen", Body: "Words, l'État, C++ and the U.S.A. in ข่าว.",
	})
	if err != nil {
		f.Fatal(err)
	}
	s := site(f, db)
	f.Fuzz(func(t *testing.T, text string) {
		for _, order := range []search.Order{search.Best, search.Newest} {
			q := search.Query{Text: text, Number: 1, PerPage: 10, Order: order, Category: *a.MainCategoryID}
			r, err := search.Find(t.Context(), db, s, q)
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			for _, h := range r.Hits {
				var title strings.Builder
				for _, p := range h.TitleParts {
					title.WriteString(p.Text)
				}
				if title.String() != h.Title {
					t.Errorf("%q changes the title: %q", text, title.String())
				}
			}
			for _, offer := range r.Nearest {
				if len(offer) > 4*search.MaxQueryBytes {
					t.Errorf("%q offers %q", text, offer)
				}
			}
		}
	})
}

// TestLongArticlesOfBeforeTheIndexAreFound empties the index, as it is after an upgrade.
func TestLongArticlesOfBeforeTheIndexAreFound(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		const articles = 450 // more than two batches
		for i := range articles {
			save(t, db, newsroom.Manuscript{Title: fmt.Sprintf("Number %d", i), Body: "Ships come in."})
		}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			return tx.Query(t.Context()).Exec("DELETE FROM search_docs").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if r := find(t, db, search.Query{Text: "ships"}); r.Total != 0 {
			t.Fatalf("%d hits without an index", r.Total)
		}
		save(t, db, newsroom.Manuscript{Title: "A new one", Body: "Ships leave."})
		if r := find(t, db, search.Query{Text: "ships"}); r.Total != 1 {
			t.Errorf("%d hits before the fill, want the new article", r.Total)
		}
		if err := search.Keep(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		r := find(t, db, search.Query{Text: "ships"})
		if r.Total != articles+1 || r.AtLeast {
			t.Errorf("%d hits after the fill, want %d", r.Total, articles+1)
		}
		past := search.Query{Text: "ships", PerPage: 10, Number: r.Last + 1}
		if _, err := search.Find(t.Context(), db, site(t, db), past); models.KindOf(err) != models.NotFound {
			t.Errorf("a page after the last one: %v", err)
		}
	})
}
