package drafts_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/drafts"
)

// A correction changes the public text at once, and the waiting text, too.
func TestACorrectionIsInTheWaitingText(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		id := published(t, db, story("One", "Two", "Five alpha"))
		seen := open(t, db, id).Number
		waiting, err := drafts.Save(t.Context(), db, edith, id, seen, story("One", "Two", "Five bravo"), nil)
		if err != nil {
			t.Fatal(err)
		}
		shown := open(t, db, id).Shown
		var told map[int]int
		done, err := drafts.Correct(t.Context(), db, jonas, id, drafts.Correction{
			Seen: shown, Text: story("One, corrected", "Two", "Five alpha"),
			Also: func(_ context.Context, _ *models.Tx, _ int, moved map[int]int) error { told = moved; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := shownBody(t, db, id); got != story("One, corrected", "Two", "Five alpha").Body {
			t.Errorf("readers see %s", got)
		}
		d := open(t, db, id)
		if !d.Pending || d.Number != done.Number || d.Shown != done.Shown || told[waiting.Number] != done.Number {
			t.Errorf("after it %+v, done %+v, told %v", d, done, told)
		}
		if d.Text.Body != story("One, corrected", "Two", "Five bravo").Body || d.Actor.Name != "Edith" {
			t.Errorf("%s waits with %s", d.Actor.Name, d.Text.Body)
		}
		// The form of the waiting text, opened before, is saved without a question.
		stored, err := drafts.Save(t.Context(), db, edith, id, waiting.Number, story("One", "Two of Edith", "Five bravo"), nil)
		if err != nil || stored.Text.Body != story("One, corrected", "Two of Edith", "Five bravo").Body {
			t.Errorf("saved %s (%v)", stored.Text.Body, err)
		}
	})
}

// A paragraph that the waiting text has changed as well is asked about at that moment.
func TestACorrectionThatOverlapsTheWaitingTextAsks(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for choice, want := range map[drafts.Choice]string{
			drafts.Mine:   story("One, corrected", "Two").Body,
			drafts.Theirs: story("One of tomorrow", "Two").Body,
			drafts.Both:   story("One of tomorrow", "One, corrected", "Two").Body,
		} {
			id := published(t, db, story("One", "Two"))
			waiting, err := drafts.Save(t.Context(), db, edith, id, open(t, db, id).Number, story("One of tomorrow", "Two"), nil)
			if err != nil {
				t.Fatal(err)
			}
			c := drafts.Correction{Seen: open(t, db, id).Shown, Text: story("One, corrected", "Two")}
			_, err = drafts.Correct(t.Context(), db, jonas, id, c)
			overlap, ok := errors.AsType[*drafts.Overlap](err)
			if !ok || overlap.Newest != waiting.Number || overlap.Kept == 0 || overlap.By.Name != "Edith" {
				t.Fatalf("the overlap is %+v (%v)", overlap, err)
			}
			if got := shownBody(t, db, id); got != story("One", "Two").Body {
				t.Errorf("before the answer readers see %s", got)
			}
			c.Choices = &drafts.Choices{Newest: overlap.Newest, Parts: []drafts.Choice{choice}}
			if _, err := drafts.Correct(t.Context(), db, jonas, id, c); err != nil {
				t.Fatal(err)
			}
			d := open(t, db, id)
			if shown := shownBody(t, db, id); shown != c.Text.Body || d.Text.Body != want || d.Pending == (choice == drafts.Mine) {
				t.Errorf("%s: readers see %s, pending %v: %s", choice, shown, d.Pending, d.Text.Body)
			}
		}
	})
}

// TestLongNoParagraphIsLostByACorrection corrects at random a text whose draft waits, and looks
// for every new paragraph of both.
func TestATextOfAMissingArticleIsRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		if err := drafts.Keep(t.Context(), db, models.Actor{Name: "Edith"}, 987, story("One.")); models.KindOf(err) != models.NotFound {
			t.Errorf("the text is kept: %v", err)
		}
	})
}

func TestLongNoParagraphIsLostByACorrection(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		r := rand.New(rand.NewPCG(3, 94))
		asked := 0
		for round := range 40 {
			base := []string{"alpha", "bravo", "charlie", "delta", "echo"}
			waits, corrected := changed(r, base, fmt.Sprint("w", round)), changed(r, base, fmt.Sprint("c", round))
			id := published(t, db, story(base...))
			if _, err := drafts.Save(t.Context(), db, edith, id, open(t, db, id).Number, story(waits...), nil); err != nil {
				t.Fatal(err)
			}
			c := drafts.Correction{Seen: open(t, db, id).Shown, Text: story(corrected...)}
			_, err := drafts.Correct(t.Context(), db, jonas, id, c)
			if overlap, ok := errors.AsType[*drafts.Overlap](err); ok {
				asked++
				c.Choices = &drafts.Choices{Newest: overlap.Newest, Parts: slices.Repeat([]drafts.Choice{drafts.Both}, len(overlap.Parts))}
				_, err = drafts.Correct(t.Context(), db, jonas, id, c)
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := shownBody(t, db, id); got != story(corrected...).Body {
				t.Fatalf("readers see %s, want %v", got, corrected)
			}
			later := open(t, db, id).Text.Body
			for _, p := range slices.Concat(waits, corrected) {
				if !slices.Contains(base, p) && !strings.Contains(later, "<p>"+p+"</p>") {
					t.Fatalf("waiting %v, correction %v: %q is lost in %s", waits, corrected, p, later)
				}
			}
		}
		if asked == 0 || asked == 40 {
			t.Errorf("%d of 40 rounds asked: the test proves little", asked)
		}
	})
}

// changed returns a copy of paragraphs with one changed and perhaps one added or removed.
func changed(r *rand.Rand, base []string, name string) []string {
	list := slices.Clone(base)
	list[r.IntN(len(list))] = name + " changed"
	switch r.IntN(3) {
	case 0:
		list = slices.Insert(list, r.IntN(len(list)+1), name+" added")
	case 1:
		i := r.IntN(len(list))
		if !strings.HasPrefix(list[i], name) {
			list = slices.Delete(list, i, i+1)
		}
	}
	return list
}

// BenchmarkAutosave saves a story of 5,000 words by itself, with another word each time.
func BenchmarkAutosave(b *testing.B) {
	db := modeltest.SQLite(b, modeltest.NewClock())
	words := strings.Repeat("The harbour tunnel opens to traffic after nine years of work. ", 10)
	paragraphs := slices.Repeat([]string{words}, 46)
	id, stored, err := drafts.Create(b.Context(), db, edith, story(paragraphs...))
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		paragraphs[3] = fmt.Sprint(words, i)
		if stored, err = drafts.Autosave(b.Context(), db, edith, id, stored.Number, story(paragraphs...)); err != nil {
			b.Fatal(err)
		}
	}
}
