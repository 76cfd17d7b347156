package synthetic_test

import (
	"testing"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/richtext"
	"broadsheet/models/synthetic"
)

func TestInsertedCommentsAreCounted(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		const articles, comments = 400, 700
		if err := synthetic.AddArticles(d.Context(), d.DB, synthetic.Articles{Count: articles, Seed: 3, Words: 10}); err != nil {
			d.Fatal(err)
		}
		reported := 0
		err := synthetic.AddComments(d.Context(), d.DB, synthetic.Comments{Count: comments, Seed: 3, Progress: func(n int) { reported = n }})
		if err != nil {
			d.Fatal(err)
		}
		var list []discussion.Comment
		if err := d.DB.Query(d.Context()).Order("id").Find(&list).Error; err != nil {
			d.Fatal(err)
		}
		if len(list) != comments || reported != comments {
			d.Fatalf("%d comments, %d reported; want %d", len(list), reported, comments)
		}
		deepest, states, under := 0, map[discussion.State]int{}, map[int64]int{}
		for _, c := range list {
			under[c.ArticleID]++
			deepest = max(deepest, c.Depth)
			states[c.State]++
			if html := richtext.Comment(c.Text); html != c.HTML {
				d.Fatalf("the text renders to\n%q\nbut stored is\n%q", html, c.HTML)
			}
			if c.CreatedAt.After(d.DB.Now()) {
				d.Errorf("comment %d has a date in the future", c.ID)
			}
		}
		if deepest < 3 || states[discussion.Held] == 0 || states[discussion.Spam] == 0 || states[discussion.Trashed] == 0 {
			d.Errorf("too even a spread: depth %d, states %v", deepest, states)
		}
		if most := under[articles/2+1]; most < comments/100 {
			d.Errorf("the busiest article has %d comments, want a hundredth of %d", most, comments)
		}
		d.CheckCounts()
		d.MustPost(d.Submission(list[0].ArticleID)) // gets an id that is not in use
		d.CheckCounts()
	})
}

func TestMadeUpCommentsNeedAnArticle(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		if err := synthetic.AddComments(d.Context(), d.DB, synthetic.Comments{Count: 1}); err == nil {
			d.Error("comments were added without any article")
		}
	})
}
