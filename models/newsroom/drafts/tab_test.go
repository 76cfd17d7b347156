package drafts_test

import (
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/drafts"
)

// TestTabFollowsItsOwnSaves saves without the answers: each save names the version that the
// page began with.
func TestTabFollowsItsOwnSaves(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		nth := func(n int) drafts.Tab { return drafts.Tab{ID: "a page", Nth: n} }
		id, first, err := nth(1).Begin(ctx, db, edith, story("One", "Two"))
		if err != nil {
			t.Fatal(err)
		}
		save := func(n int, want string, paragraphs ...string) drafts.Stored {
			t.Helper()
			stored, err := nth(n).Autosave(ctx, db, edith, id, first.Number, story(paragraphs...))
			if err != nil {
				t.Fatal(err)
			}
			if body := open(t, db, id).Text.Body; body != story(strings.Split(want, " ")...).Body {
				t.Fatalf("save %d: %q, want %q", n, body, want)
			}
			return stored
		}

		if again, stored, err := nth(2).Begin(ctx, db, edith, story("One", "Two more")); err != nil || again != id || stored.Merged {
			t.Fatalf("the second attempt makes article %d, %+v, %v; the first %d", again, stored, err, id)
		}
		if other, _, err := nth(2).Begin(ctx, db, jonas, story("One")); err != nil || other == id {
			t.Errorf("another account gets the article: %v", err)
		}
		if stored := save(3, "Uno Two", "Uno", "Two"); stored.Merged {
			t.Error("a page's own text is merged")
		}
		newest := save(5, "Ein Two", "Ein", "Two")
		if stored := save(4, "Ein Two", "Eins", "Two"); !stored.Unchanged || stored.Number != newest.Number {
			t.Errorf("a save that comes late: %+v", stored)
		}
		save(5, "Ein Two", "Ein", "Two") // sent twice

		// The words of a colleague stay, and an overlap with them is asked.
		if _, err := drafts.Save(ctx, db, jonas, id, newest.Number, story("Ein", "Zwei"), nil); err != nil {
			t.Fatal(err)
		}
		if stored := save(6, "Uno Zwei", "Uno", "Two"); !stored.Merged {
			t.Error("the page is not told of the colleague's text")
		}
		_, err = nth(7).Autosave(ctx, db, edith, id, first.Number, story("Un", "Deux"))
		if models.KindOf(err) != models.Conflict {
			t.Errorf("an overlap with a colleague: %v", err)
		}
		// A form that counts no saves has an overlap with everybody.
		if _, err = drafts.Autosave(ctx, db, edith, id, first.Number, story("Un", "Two")); models.KindOf(err) != models.Conflict {
			t.Errorf("a form without a tab: %v", err)
		}
	})
}

func TestTabOfAForm(t *testing.T) {
	t.Parallel()
	if got := drafts.TabOf("a page", "3"); got != (drafts.Tab{ID: "a page", Nth: 3}) {
		t.Errorf("the tab is %+v", got)
	}
	for _, bad := range [][2]string{
		{"", "1"},
		{"a", ""},
		{"a", "0"},
		{"a", "-1"},
		{"a", "1e3"},
		{"a", "99999999999999999999"},
		{"a\x00", "1"},
		{"\xff", "1"},
		{"é", "1"},
		{strings.Repeat("a", 65), "1"},
	} {
		if got := drafts.TabOf(bad[0], bad[1]); got != (drafts.Tab{}) {
			t.Errorf("%q gives %+v", bad, got)
		}
	}
}
