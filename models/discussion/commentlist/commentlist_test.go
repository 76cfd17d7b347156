package commentlist_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/commentlist"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// TestCommentsAgainstEveryRow compares random queries with a look at every row.
func TestCommentsAgainstEveryRow(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { compare(d, newsroom.Withdrawn) })
}

// While every article is public, totals and parts come from kept counts and an index
// alone.
func TestCommentsOfPublicArticlesAgainstEveryRow(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { compare(d, newsroom.Published) })
}

// compare compares random queries, with the third article in a status.
func compare(d *discussiontest.Desk, third newsroom.Status) {
	all := comments(d, third)
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		q := question(random, all)
		page, err := q.Find(d.Context(), d.DB)
		if err != nil {
			d.Fatalf("%+v: %v", q, err)
		}
		var got []int64
		for _, c := range page.Comments {
			got = append(got, c.ID)
		}
		ids, total := want(all, q)
		if !slices.Equal(got, ids) || page.Total != total {
			d.Fatalf("%+v\n got %v of %d\nwant %v of %d", q, got, page.Total, ids, total)
		}
	}
	newest, err := commentlist.Newest(d.Context(), d.DB, []int64{1, 2, 3, 99}, 2)
	if err != nil {
		d.Fatal(err)
	}
	for id := int64(1); id <= 3; id++ {
		ids, _ := want(all, commentlist.Query{Articles: []int64{id}, Limit: 2})
		var got []int64
		for _, c := range newest[id] {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, ids) {
			d.Errorf("the newest of article %d: %v, want %v", id, got, ids)
		}
	}
}

// comments writes comments in several states on three articles, of which the third
// gets a status, and returns the public ones.
func comments(d *discussiontest.Desk, third newsroom.Status) (public []discussion.Comment) {
	d.TrustAll()
	var articles []int64
	for range 3 {
		articles = append(articles, d.Article().ID)
	}
	random := rand.New(rand.NewPCG(5, 6))
	var ids []int64
	for i := range 40 {
		in := d.Saying(articles[i%3], fmt.Sprintf("The tide of day %d was %c.", i, 'a'+i%26))
		d.Clock.Advance(time.Duration(random.IntN(3)) * time.Hour)
		if i > 6 && i%2 == 0 {
			in.ParentID = ids[i-3]
		}
		ids = append(ids, d.MustPost(in).ID)
	}
	for i, id := range ids {
		if i%5 == 1 {
			d.Decide(discussion.DoTrash, id)
		}
	}
	if third != newsroom.Published {
		d.Check(discussion.SetArticleStatus(d.Context(), d.DB, models.ActorCommand, articles[2], third, ""))
	}
	for _, id := range ids {
		if c := d.Comment(id); c.State == discussion.Approved && (c.ArticleID != articles[2] || third == newsroom.Published) {
			public = append(public, *c)
		}
	}
	if len(public) < 15 {
		d.Fatalf("only %d comments are public", len(public))
	}
	return public
}

func want(all []discussion.Comment, q commentlist.Query) (ids []int64, total int) {
	var found []discussion.Comment
	for _, c := range all {
		is := func(list []int64, id int64) bool { return len(list) == 0 || slices.Contains(list, id) }
		text := strings.ToLower(c.Text + "\x00" + c.Author)
		if is(q.IDs, c.ID) && !slices.Contains(q.ExceptIDs, c.ID) && is(q.Articles, c.ArticleID) && is(q.Parents, c.ParentID) &&
			!slices.Contains(q.ExceptParents, c.ParentID) && strings.Contains(text, strings.ToLower(q.Search)) &&
			(q.After.IsZero() || c.CreatedAt.After(q.After)) && (q.Before.IsZero() || c.CreatedAt.Before(q.Before)) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b discussion.Comment) int {
		by := 0
		switch q.Order {
		case commentlist.ByDate:
			by = a.CreatedAt.Compare(b.CreatedAt.Time)
		case commentlist.ByArticle:
			by = cmp.Compare(a.ArticleID, b.ArticleID)
		case commentlist.ByParent:
			by = cmp.Compare(a.ParentID, b.ParentID)
		case commentlist.ByRequest:
			return cmp.Compare(slices.Index(q.IDs, a.ID), slices.Index(q.IDs, b.ID))
		}
		by = cmp.Or(by, cmp.Compare(a.ID, b.ID))
		if !q.Ascending {
			by = -by
		}
		return by
	})
	for _, c := range found[min(q.Offset, len(found)):] {
		if len(ids) < q.Limit {
			ids = append(ids, c.ID)
		}
	}
	return ids, len(found)
}

func question(random *rand.Rand, all []discussion.Comment) commentlist.Query {
	some := func(least, most int64) (ids []int64) {
		for range random.IntN(3) * random.IntN(2) {
			if id := least + random.Int64N(most); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	yes := func(oneIn int) bool { return random.IntN(oneIn) == 0 }
	q := commentlist.Query{
		Articles: some(1, 4), Order: commentlist.Order(random.IntN(5)), Ascending: yes(2), Limit: random.IntN(9), Offset: random.IntN(9) * random.IntN(2),
	}
	if yes(3) {
		q.Parents, q.ExceptParents, q.ExceptIDs = some(0, 20), some(0, 20), some(1, 40)
	}
	if yes(4) {
		q.Search = []string{"TIDE", "day 1", "nothing", "%", all[0].Author}[random.IntN(5)]
	}
	if yes(4) {
		q.After = all[random.IntN(len(all))].CreatedAt.Time
	}
	if yes(4) {
		q.Before = all[random.IntN(len(all))].CreatedAt.Time
	}
	if yes(6) {
		q.IDs, q.Order = []int64{9, 3, 4, 17, 99, 12}, commentlist.ByRequest
	}
	return q
}
