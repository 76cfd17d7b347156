package moderation_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
)

// meddle does what readers and writers do to a comment. It may be refused.
func meddle(d *discussiontest.Desk, random *rand.Rand, site *newsroom.Site, id int64) {
	d.Helper()
	var err error
	switch random.IntN(5) {
	case 0:
		_, err = discussion.Edit(d.Context(), d.DB, site, id, d.Comment(id).Version, fmt.Sprint("Edited ", random.IntN(1e9)), discussion.Submission{})
	case 1:
		err = discussion.RemoveOwn(d.Context(), d.DB, site, id)
	case 2:
		_, err = react.Recommend(d.Context(), d.DB, site, id, react.Visitor{IP: discussiontest.IP(random.IntN(200))})
	case 3:
		_, err = react.Report(d.Context(), d.DB, site, id, react.Visitor{IP: discussiontest.IP(random.IntN(200))}, react.Complaint{Reason: "abuse"})
	case 4:
		d.Clock.Advance(time.Minute)
		err = learn.Decisions(d.Context(), d.DB)
	}
	switch models.KindOf(err) {
	case models.Forbidden, models.NotFound, models.Conflict, models.TooMany:
	default:
		if err != nil {
			d.Fatal(err)
		}
	}
}

func TestLongCountsAfterRandomDecisions(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.Set("comment.flood", "0")
		random := rand.New(rand.NewPCG(1, 2))
		articles := []*newsroom.Article{d.Article(), d.Article()}
		actions := 10_000
		if testing.Short() {
			actions = 500
		}
		site := d.Site()
		var ids []int64
		for range actions {
			if len(ids) > 5 && random.IntN(5) == 0 {
				meddle(d, random, site, ids[max(0, len(ids)-20)+random.IntN(min(20, len(ids)))])
				continue
			}
			if len(ids) > 5 && random.IntN(3) > 0 {
				action := discussion.Actions[random.IntN(len(discussion.Actions))]
				d.Decide(action, ids[random.IntN(len(ids))], ids[random.IntN(len(ids))])
				continue
			}
			in := d.Submission(articles[random.IntN(2)].ID)
			if len(ids) > 0 {
				if c, err := discussion.ByID(d.Context(), d.DB, ids[random.IntN(len(ids))]); err == nil && c.State == discussion.Approved {
					in.ArticleID, in.ParentID = c.ArticleID, c.ID
				}
			}
			ids = append(ids, d.MustPost(in).ID)
		}
		d.CheckCounts()
	})
}
