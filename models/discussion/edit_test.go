package discussion_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

func TestEditsKeepEarlierTexts(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		c := d.MustPost(d.Saying(a.ID, `A "quote" & a \ backslash, <i>first</i> 😀`))
		texts := []string{c.Text}
		for i := range 10 {
			d.Clock.Advance(time.Minute)
			text := fmt.Sprintf(`Again: "quote" & \ &amp; <i>round</i> %d 😀`, i)
			changed, err := d.Edit(c.ID, c.Version, text)
			if err != nil {
				d.Fatal(err)
			}
			if changed.Text != text || changed.Version != c.Version+1 || changed.EditedAt.IsZero() {
				d.Fatalf("changed to %+v", changed)
			}
			texts = append(texts, text)
			c = changed
		}
		versions, err := discussion.Versions(d.Context(), d.DB, c.ID)
		if err != nil || len(versions) != 10 {
			d.Fatalf("%d versions, %v", len(versions), err)
		}
		for i, v := range versions {
			if v.Text != texts[i] || v.Version != i+1 {
				d.Errorf("version %d says %q, want %q", v.Version, v.Text, texts[i])
			}
		}
		// An edit without a change stores no version.
		if same, err := d.Edit(c.ID, c.Version, c.Text); err != nil || same.Version != c.Version {
			d.Errorf("the same text made version %d (%v)", same.Version, err)
		}
		d.CheckCounts()
	})
}

func TestEditsAreJudgedAgain(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.trash-words", "parsnip")
		d.Set("comment.hold-words", "turnip")
		a := d.Article()
		for text, want := range map[string]discussion.State{
			"a parsnip": discussion.Trashed, "a turnip": discussion.Held, "http://a.example http://b.example": discussion.Held, "nothing": discussion.Approved,
		} {
			c := d.MustPost(d.Submission(a.ID))
			got, err := d.Edit(c.ID, c.Version, text+fmt.Sprint(c.ID))
			if text == "a parsnip" || text == "a turnip" {
				got, err = d.Edit(c.ID, got.Version, text)
			}
			if err != nil || got.State != want {
				d.Errorf("%q: %v, %v; want %s", text, got, err, want)
			}
		}
		// An edit does not publish a held comment.
		c := d.MustPost(d.Submission(a.ID))
		d.Decide(discussion.DoHold, c.ID)
		if got, err := d.Edit(c.ID, c.Version+1, "harmless"); err != nil || got.State != discussion.Held {
			d.Errorf("an edit freed it: %+v %v", got, err)
		}
		// The comment gets the fingerprint of the new text.
		c = d.MustPost(d.Saying(a.ID, "one two three four five six seven eight nine ten"))
		got, err := d.Edit(c.ID, c.Version, "ten nine eight seven six five four three two one")
		if err != nil || got.SimilarA == nil || *got.SimilarA == *c.SimilarA && *got.SimilarB == *c.SimilarB {
			d.Errorf("the fingerprint stayed: %v", err)
		}
		d.CheckCounts()
	})
}

func TestEditWindowEnds(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		tooLate := func(what string, c *discussion.Comment) {
			d.Helper()
			if _, err := d.Edit(c.ID, c.Version, "changed "+what); models.KindOf(err) != models.Forbidden {
				d.Errorf("%s: %v", what, err)
			}
			site, err := newsroom.LoadSite(d.Context(), d.DB)
			if err != nil {
				d.Fatal(err)
			}
			if err := discussion.RemoveOwn(d.Context(), d.DB, site, c.ID); models.KindOf(err) != models.Forbidden {
				d.Errorf("%s: removing: %v", what, err)
			}
		}
		answered := d.MustPost(d.Submission(a.ID))
		reply := d.Submission(a.ID)
		reply.ParentID = answered.ID
		d.MustPost(reply)
		tooLate("answered", answered)

		trashed := d.MustPost(d.Submission(a.ID))
		d.Decide(discussion.DoTrash, trashed.ID)
		tooLate("trashed", trashed)

		c := d.MustPost(d.Submission(a.ID))
		d.Clock.Advance(-40 * time.Minute)
		tooLate("a clock that went back", c)
		d.Clock.Advance(55*time.Minute - time.Microsecond)
		if _, err := d.Edit(c.ID, c.Version, "in the last moment"); err != nil {
			d.Errorf("in the last moment: %v", err)
		}
		d.Clock.Advance(time.Microsecond)
		c.Version++
		tooLate("a moment later", c)

		d.Set("comment.edit-window", "0")
		tooLate("switched off", d.MustPost(d.Submission(a.ID)))
		if _, err := d.Edit(1<<40, 1, "x"); models.KindOf(err) != models.NotFound {
			d.Errorf("a comment that is none: %v", err)
		}
		d.CheckCounts()
	})
}

func TestOneOfParallelEditsWins(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		c := d.MustPost(d.Submission(d.Article().ID))
		var wg sync.WaitGroup
		results := make(chan error, 8)
		for i := range 8 {
			wg.Go(func() {
				_, err := d.Edit(c.ID, c.Version, fmt.Sprint("text of ", i))
				results <- err
			})
		}
		wg.Wait()
		close(results)
		won := 0
		for err := range results {
			if err == nil {
				won++
			} else if models.KindOf(err) != models.Conflict {
				d.Error(err)
			}
		}
		if won != 1 {
			d.Errorf("%d edits won", won)
		}
	})
}
