package heatscores_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/heatscores"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { modeltest.MatchTables(t, d.DB, heatscores.Rows...) })
}

// calmText is the nth of a row of texts of the same few words.
func calmText(n int) string {
	rng := rand.New(rand.NewPCG(uint64(n), 9))
	words := strings.Fields("you are the and a ferry bridge council school budget herring was late what talks about again these")
	rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words[:6+rng.IntN(8)], " ")
}

// hotText is one of these texts with an insult in it.
func hotText(n int) string {
	return calmText(n) + []string{" fool ", " idiots ", " liar "}[n%3] + calmText(n+1)
}

// decided stores comments with decisions on them: n that were declined for a reason, and
// twice as many that were approved.
func decided(d *discussiontest.Desk, article int64, n int, reason string) (declined []int64) {
	d.Helper()
	err := d.DB.Write(d.Context(), func(tx *models.Tx) error {
		batch := discussion.NewBatch()
		var seen []discussion.Versioned
		var list []*discussion.Comment
		for i := range 3 * n {
			c := &discussion.Comment{
				ArticleID: article, Type: "comment", Author: "A reader", State: discussion.Approved, Version: 1,
				Text: calmText(i), CreatedAt: models.At(tx.Now), StateAt: models.At(tx.Now),
			}
			if i < n {
				c.Text, c.State = hotText(i), discussion.Held
			}
			if err := batch.Insert(d.Context(), tx, c, nil); err != nil {
				return err
			}
			list = append(list, c)
		}
		if err := batch.Write(d.Context(), tx); err != nil {
			return err
		}
		for i, c := range list {
			if i < n {
				declined, seen = append(declined, c.ID), append(seen, discussion.Versioned{ID: c.ID})
				continue
			}
			if err := tx.Query(d.Context()).Model(c).UpdateColumn("learned", "ham").Error; err != nil {
				return err
			}
		}
		verdict := discussion.Verdict{Action: discussion.DoTrash, Reason: reason}
		_, _, err := discussion.DecideIn(d.Context(), tx, models.Actor{Name: "Mona"}, seen, verdict)
		return err
	})
	d.Check(err)
	return declined
}

// scores brings the scores up to date and returns those of some comments.
func scores(d *discussiontest.Desk, ids ...int64) map[int64]heatscores.Score {
	d.Helper()
	d.Check(heatscores.Learn(d.Context(), d.DB))
	d.Check(heatscores.Keep(d.Context(), d.DB))
	of, err := heatscores.Of(d.Context(), d.DB, ids)
	d.Check(err)
	return of
}

func TestWaitingCommentsAreScoredAndSorted(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		f := d.Forum()
		calm := f.Say("the ferry was late again and the council talks about these").ID
		hot := f.Say("What a fool you are, you and these idiots").ID
		d.Set("comment.heated", "true")
		decided(d, f.ArticleID, 199, "abusive")
		if of := scores(d, calm, hot); len(of) != 0 {
			d.Errorf("with 199 declines there are scores: %v", of)
		}
		figures, err := heatscores.FiguresAt(d.Context(), d.DB, 90)
		d.Check(err)
		if !figures.Known || figures.Enough || figures.Earned || figures.Heated != 199 {
			d.Errorf("the figures of 199 declines are %+v", figures)
		}
		decided(d, f.ArticleID, 60, "spam") // which says nothing about heat
		declined := decided(d, f.ArticleID, 30, "hate")
		of := scores(d, calm, hot)
		if of[hot].Percent < 90 || of[calm].Percent >= 90 || !slices.Contains(of[hot].Words, "fool") {
			d.Errorf("the scores are %+v", of)
		}
		if figures, err = heatscores.FiguresAt(d.Context(), d.DB, 90); err != nil || !figures.Earned || figures.AUC < 0.9 || figures.Caught < 0.9 || figures.Heated != 229 {
			d.Errorf("the figures are %+v (%v)", figures, err)
		}
		page := func(filter moderation.Filter) (ids []int64) {
			filter.Queue, filter.Heated = moderation.Held, true
			for {
				page, err := moderation.NextPage(d.Context(), d.DB, filter)
				d.Check(err)
				for _, card := range page.Cards {
					ids = append(ids, card.ID)
				}
				if filter.After = page.Next; page.Next == 0 {
					return ids
				}
			}
		}
		late := f.Say("Nothing has a score yet").ID
		if got := page(moderation.Filter{}); !slices.Equal(got, []int64{hot, calm, late}) {
			d.Errorf("the most heated first are %v, not %v", got, []int64{hot, calm, late})
		}
		if got := page(moderation.Filter{HeatedFrom: 90}); !slices.Equal(got, []int64{hot}) {
			d.Errorf("from 0.9 on there are %v", got)
		}
		// A decided comment loses its score, an edited one gets a new one.
		d.Decide(discussion.DoApprove, hot)
		if of = scores(d, hot, calm); len(of) != 1 {
			d.Errorf("after the decision there are %v", of)
		}
		// What was undone is unlearned.
		d.Decide(discussion.DoRestore, declined...)
		d.Clock.Advance(time.Minute)
		if of = scores(d, hot, calm); len(of) != 0 {
			d.Errorf("with 199 declines left there are scores: %v", of)
		}
	})
}

func TestAllWaitingCommentsAreOnThePagesOnce(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		f := d.Forum()
		decided(d, f.ArticleID, 200, "offensive")
		d.Set("comment.heated", "true")
		var want []int64
		for i := range 3*moderation.PageSize + 7 {
			text := calmText(5000 + i)
			if i%3 == 0 {
				text = hotText(5000 + i)
			}
			want = append(want, f.Say(fmt.Sprint(text, " ", i)).ID)
		}
		of := scores(d, want...)
		var got []int64
		last := 100
		filter := moderation.Filter{Queue: moderation.Held, Heated: true}
		for {
			page, err := moderation.NextPage(d.Context(), d.DB, filter)
			d.Check(err)
			for _, card := range page.Cards {
				got = append(got, card.ID)
				if of[card.ID].Percent > last {
					d.Errorf("comment %d has %d after %d", card.ID, of[card.ID].Percent, last)
				}
				last = of[card.ID].Percent
				for _, other := range card.Alike {
					got = append(got, other.ID)
				}
			}
			if filter.After = page.Next; page.Next == 0 {
				break
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			d.Errorf("%d of %d comments are on the pages", len(got), len(want))
		}
	})
}

// The score never decides: with it and without it, all comments have the same states,
// reasons and versions.
func TestTheScoreChangesNoState(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		f := d.Forum()
		decided(d, f.ArticleID, 200, "harassment")
		d.Check(heatscores.Learn(d.Context(), d.DB))
		var outcomes []string
		for _, on := range []string{"false", "true"} {
			d.Set("comment.heated", on)
			d.Set("comment.heated-from", "0.5")
			var said []string
			for i, text := range []string{
				"You fool, you are all idiots", "The ferry is late", "see https://a.example https://b.example https://c.example",
				"YOU FOOL! YOU IDIOT!", "", "buy cheap pills now, dm me on telegram", strings.Repeat("idiot ", 300),
			} {
				c, err := d.Post(d.Saying(f.ArticleID, text))
				if err != nil {
					said = append(said, discussiontest.CodeOf(err))
					continue
				}
				if i%2 == 0 {
					d.Check(heatscores.Keep(d.Context(), d.DB))
				}
				c = d.Comment(c.ID)
				var reasons []string
				for _, reason := range c.Reasons {
					reasons = append(reasons, reason.Rule+" "+string(reason.State))
				}
				said = append(said, fmt.Sprint(c.State, c.Version, reasons))
			}
			d.Check(heatscores.Keep(d.Context(), d.DB))
			outcomes = append(outcomes, strings.Join(said, "\n"))
			d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error { // the second round repeats nothing of the first
				return tx.Query(d.Context()).Exec("UPDATE comments SET similar_a = NULL, similar_b = NULL, duplicate_key = NULL").Error
			}))
		}
		if outcomes[0] != outcomes[1] {
			d.Errorf("without the score:\n%s\nwith it:\n%s", outcomes[0], outcomes[1])
		}
	})
}
