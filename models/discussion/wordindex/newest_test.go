package wordindex_test

import (
	"fmt"
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/modeltest"
)

// A search in PostgreSQL finds the newest comments, whether its words are rare or common,
// and also where they are rarer among the newest than among the others.
func TestTheNewestCommentsAreFound(t *testing.T) {
	defer wordindex.SetNewestSample(64)()
	db := modeltest.OnPostgres(t, modeltest.NewClock())
	const comments = 4000
	every := map[string]int{"always": 1, "often": 5, "some": 20, "few": 100, "rare": 900}
	has := func(word string, id int) bool {
		if word == "earlier" { // rare among the newest
			return id < comments/2 || id%50 == 0
		}
		return id%every[word] == 0
	}
	words := []string{"always", "often", "some", "few", "rare", "earlier"}
	var entries []wordindex.Entry
	for id := 1; id <= comments; id++ {
		e := wordindex.Entry{ID: int64(id), Author: "Reader", Text: "Text"}
		for _, word := range words {
			if has(word, id) {
				e.Text += " " + word
			}
		}
		entries = append(entries, e)
	}
	err := db.Write(t.Context(), func(tx *models.Tx) error { return wordindex.Add(t.Context(), tx, entries) })
	if err != nil {
		t.Fatal(err)
	}
	for _, most := range []int{1, 7, 30, 150, 5000} {
		for _, word := range words {
			var want []int64
			for id := comments; id > 0 && len(want) < most; id-- {
				if has(word, id) {
					want = append(want, int64(id))
				}
			}
			got, err := wordindex.ParseQuery(word).Newest(t.Context(), db, wordindex.Words, nil, most)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("the newest %d with %q: %s, want %s (%v)", most, word, short(got), short(want), err)
			}
		}
	}
	if got, err := wordindex.ParseQuery("-few").Newest(t.Context(), db, wordindex.Words, nil, 5); len(got) != 0 || err != nil {
		t.Errorf("a search without a word finds %v (%v)", got, err)
	}
}

func short(ids []int64) string { return fmt.Sprint(len(ids), " from ", ids[:min(len(ids), 5)]) }
