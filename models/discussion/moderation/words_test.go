package moderation_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/wordindex"
)

// searches finds comments as the desk does: it indexes new ones before.
func (d *floor) searches(text string) []int64 {
	d.Helper()
	if complete, err := discussion.IndexForSearch(d.Context(), d.db); !complete || err != nil {
		d.Fatalf("the index is behind (%v)", err)
	}
	return d.found(moderation.Filter{Queue: moderation.All, Text: text})
}

// A comment is found by each usual way to write its words. Each entry has a text and
// queries that find it; those after "not" do not.
func TestWordsAreFoundInAllTheirSpellings(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		for _, c := range [][]string{
			{"重跑gen-itgc后50条，悬空的指针没有了", "gen", "itgc", "悬空", "50", "重跑", "跑", "gen-itgc", "not", "悬重"},
			{"İstanbul'da ışık ve ÜRÜNLERİ", "istanbul", "İstanbul", "ISTANBUL", "ışık", "Işık", "ISIK", "isik", "ÜRÜNLERİ", "ürünleri", "urunleri"},
			{"Łukasz Øster đỗ ħobż Straße Æsir œuvre Ǿrsted", "lukasz", "łukasz", "oster", "hobz", "strasse", "STRASSE", "straße", "aesir", "oeuvre", "orsted"},
			{"ﺍﺣﻤﺪ كتـــاب مُحَمَّد ٢٠٢٤ علی کتاب", "احمد", "أحمد", "كتاب", "محمد", "2024", "۲۰۲۴", "علي", "على"},
			{"Le cat`s “quote” de l’État, vingt‑deux, wal\u00adrus, foo\u00a0bar", "l'État", "l’état", "etat", "cat's", "quote", `"vingt deux"`, "vingt-deux", "walrus", `"foo bar"`},
			{"東京の天気とタイ", "天気", "東京", "京", "タイ", "not", "京東"},
			{"정책을 바꾸다", "정책", "정책을"},
			{"ประเทศไทยอากาศดี", "อากาศ", "ไทย"},
			{"සමුද්\u200dර සන්ධිය විවෘත", "සමුද්\u200dර", "සමුද්ර", "සන්ධිය"},
			{"C++ at the U.S.A. isn't The Who", "c++", "usa", "U.S.A.", "isn't", "isnt", "\"the who\"", "the who", "not", "c#"},
		} {
			id := d.post(article, c[0]).ID
			wanted := true
			for _, query := range c[1:] {
				if query == "not" {
					wanted = false
					continue
				}
				if got := d.searches(query); slices.Contains(got, id) != wanted {
					d.Errorf("%q finds %v in %q: should be %v", query, got, c[0], wanted)
				}
			}
		}
	})
}

// A comment is found by the search after it, also one of many at the same time, and
// the number that an open transaction has taken before is not passed over.
func TestASearchFindsAllCommentsBeforeIt(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for n := range 4 {
					word := fmt.Sprintf("albatross%d", i*4+n)
					c := d.post(article, "An "+word+" passed.")
					if got := d.searches(word); !slices.Equal(got, []int64{c.ID}) {
						d.Errorf("%s is found in %v, not in %d", word, got, c.ID)
					}
				}
			})
		}
		group.Wait()
		if d.db.Dialect() != models.Postgres {
			return
		}
		// The cursor has passed a comment that was committed late.
		late := d.post(article, "A cormorant.")
		d.searches("cormorant")
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return wordindex.Remove(d.Context(), tx, []int64{late.ID}) }))
		if got := d.searches("cormorant"); !slices.Equal(got, []int64{late.ID}) {
			d.Errorf("the late comment is found in %v", got)
		}
	})
}

// Entries of an older version of the index are written again, the newest first, and
// only once.
func TestOldEntriesAreIndexedAgain(t *testing.T) {
	onFloor(t, func(d *floor) {
		article := d.article("world")
		var ids []int64
		for i := range 3 {
			ids = append(ids, d.post(article, fmt.Sprintf("The %d ferries of the harbour.", i)).ID)
		}
		d.check(discussion.IndexComments(d.Context(), d.db))
		// As the former version left them.
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
			if err := tx.Query(d.Context()).Exec("DELETE FROM cursors WHERE name LIKE 'comment words, version %'").Error; err != nil {
				return err
			}
			if err := wordindex.Remove(d.Context(), tx, ids); err != nil {
				return err
			}
			words, argument := tx.Dialect().Words([]string{"ferries", "harbour"})
			for _, id := range ids {
				err := tx.Query(d.Context()).Exec("INSERT INTO comment_words (docid, words, author) VALUES (?, "+words+", "+words+")", id, argument, argument).Error
				if err != nil {
					return err
				}
			}
			return nil
		}))
		if got := d.searches(`"the harbour"`); got != nil {
			d.Errorf("old entries have phrases: %v", got)
		}
		d.check(discussion.IndexComments(d.Context(), d.db))
		slices.Reverse(ids)
		for _, query := range []string{`"the harbour"`, "ferry", "ferries"} {
			if got := d.searches(query); !slices.Equal(got, ids) {
				d.Errorf("%s: %v", query, got)
			}
		}
		// The index is of this version now: it is not written a second time.
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error { return wordindex.Remove(d.Context(), tx, ids[:1]) }))
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
			return wordindex.Add(d.Context(), tx, []wordindex.Entry{{ID: ids[0], Text: "pelican"}})
		}))
		d.check(discussion.IndexComments(d.Context(), d.db))
		if got := d.searches("pelican"); !slices.Equal(got, ids[:1]) {
			d.Errorf("the entry was written again: %v", got)
		}
	})
}

// The words that were found are marked as they are written.
func TestFoundWordsAreMarked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ query, text, want string }{
		{"cafe", "The Café, the cafés.", "The [Café], the [cafés]."},
		{`"was late"`, "It was late. Late it was, and was never late.", "It [was] [late]. Late it was, and was never late."},
		{"ferr*", "Ferry, ferries, ferns", "[Ferry], [ferries], ferns"},
		{"天気", "天の気と天気", "天の気と[天気]"},
		{"gen后", "重跑gen-itgc后50条", "重跑[gen]-itgc[后]50条"},
		{"-late was", "was late", "[was] late"},
		{"ﺍﺣﻤﺪ", "قال أحمد", "قال [أحمد]"},
		{"l'État", "de l’État", "de [l’État]"},
		{"", "nothing", "nothing"},
		{"\xff\x00*", "noth\xffing", "noth\xffing"},
	} {
		var b strings.Builder
		at := 0
		for _, place := range wordindex.ParseQuery(c.query).Marks(c.text, []string{"en"}) {
			b.WriteString(c.text[at:place[0]] + "[" + c.text[place[0]:place[1]] + "]")
			at = place[1]
		}
		if got := b.String() + c.text[at:]; got != c.want {
			t.Errorf("%q marks %q, want %q", c.query, got, c.want)
		}
	}
}
