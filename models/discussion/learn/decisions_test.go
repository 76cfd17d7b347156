package learn_test

import (
	"fmt"
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/learn"
)

func TestDecisionsAreLearnedAndUnlearned(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		learn := func() {
			d.Helper()
			d.Clock.Advance(time.Minute)
			if err := learn.Decisions(d.Context(), d.DB); err != nil {
				d.Fatal(err)
			}
		}
		weight := func() float64 {
			d.Helper()
			for _, r := range d.MustPost(d.Saying(a.ID, "Grundkurs Fliesenlegen beim Meister, Hinterhof")).Reasons {
				if r.Rule == "spam-score/wording" {
					return r.Weight
				}
			}
			return 0
		}
		before := weight()
		var ids []int64
		for i := range 6 {
			ids = append(ids, d.MustPost(d.Saying(a.ID, fmt.Sprint("Meister Fliesenlegen: Grundkurs im Hinterhof ", i))).ID)
		}
		d.Decide(discussion.DoSpam, ids...)
		learn()
		taught := weight()
		if taught <= before {
			d.Errorf("six decisions moved the wording from %.2f to %.2f", before, taught)
		}
		learn() // nothing new: nothing learnt twice
		if again := weight(); again != taught {
			d.Errorf("learning again moved it to %.2f", again)
		}
		d.Decide(discussion.DoTrash, ids...)
		learn()
		if after := weight(); after != before {
			d.Errorf("undone, the wording counts %.2f; it was %.2f", after, before)
		}
	})
}
