package latest_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/latest"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// The lists are what a look at every comment finds, newest first. A comment that is
// not public, or whose article is not, is in no list of the site.
func TestNewestComments(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		d.TrustAll()
		first, second := d.Article().ID, d.Article().ID
		var ids []int64
		say := func(article, parent int64) int64 {
			d.Clock.Advance(time.Minute)
			in := d.Saying(article, fmt.Sprint("Thought number ", len(ids)))
			in.ParentID = parent
			ids = append(ids, d.MustPost(in).ID)
			return ids[len(ids)-1]
		}
		top := say(first, 0)
		reply := say(first, top)
		below := say(first, reply)
		other := say(second, 0)
		trash := say(first, top)
		last := say(first, 0)
		d.Decide(discussion.DoTrash, trash)

		expect := func(step string, got []latest.Comment, err error, want ...int64) {
			d.Helper()
			var found []int64
			for _, c := range got {
				found = append(found, c.ID)
			}
			if err != nil || !slices.Equal(found, want) {
				d.Errorf("%s: %v (%v), want %v", step, found, err, want)
			}
		}
		ctx, db := d.Context(), d.DB
		site := func(most int) ([]latest.Comment, error) { return latest.OfSite(ctx, db, most) }
		list, err := site(10)
		expect("of the site", list, err, last, other, below, reply, top)
		list, err = site(2)
		expect("two of the site", list, err, last, other)
		list, err = latest.OfArticle(ctx, db, first, 10)
		expect("of the article", list, err, last, below, reply, top)
		if len(list) == 4 && (list[1].ParentID != reply || list[1].ArticleID != first || list[1].HTML == "" || list[1].Author == "" || list[1].CreatedAt.IsZero() || list[1].StateAt.IsZero()) {
			d.Errorf("the comment is %+v", list[1])
		}
		list, err = latest.OfArticle(ctx, db, first, 1)
		expect("one of the article", list, err, last)
		for id, want := range map[int64][]int64{top: {below, reply}, reply: {below}, below: nil, last: nil} {
			c, err := discussion.ByID(ctx, db, id)
			d.Check(err)
			list, err = latest.Replies(ctx, db, c, 10)
			expect(fmt.Sprint("replies to ", id), list, err, want...)
		}
		_, err = latest.OfArticle(ctx, db, 999, 10)
		d.Check(err)
		d.Check(discussion.SetArticleStatus(ctx, db, models.ActorCommand, first, newsroom.Withdrawn, ""))
		list, err = site(10)
		expect("with a withdrawn article", list, err, other)
	})
}
