package discussion_test

import (
	"testing"

	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

func TestSynthesizeKeepsEveryCount(t *testing.T) {
	each(t, func(d *desk) {
		const articles, comments = 400, 700
		if err := newsroom.Synthesize(d.Context(), d.db, newsroom.Synthetic{Articles: articles, Seed: 3, Words: 10}); err != nil {
			d.Fatal(err)
		}
		told := 0
		err := discussion.Synthesize(d.Context(), d.db, discussion.Synthetic{Comments: comments, Seed: 3, Progress: func(n int) { told = n }})
		if err != nil {
			d.Fatal(err)
		}
		var list []discussion.Comment
		if err := d.db.Query(d.Context()).Order("id").Find(&list).Error; err != nil {
			d.Fatal(err)
		}
		if len(list) != comments || told != comments {
			d.Fatalf("%d comments, %d told of; want %d", len(list), told, comments)
		}
		deepest, states, under := 0, map[discussion.State]int{}, map[int64]int{}
		for _, c := range list {
			under[c.ArticleID]++
			deepest = max(deepest, c.Depth)
			states[c.State]++
			if html := richtext.Comment(c.Text); html != c.HTML {
				d.Fatalf("the text renders to\n%q\nbut stored is\n%q", html, c.HTML)
			}
			if c.CreatedAt.After(d.db.Now()) {
				d.Errorf("comment %d is of the future", c.ID)
			}
		}
		if deepest < 3 || states[discussion.Held] == 0 || states[discussion.Spam] == 0 || states[discussion.Trashed] == 0 {
			d.Errorf("too even a spread: depth %d, states %v", deepest, states)
		}
		if most := under[articles/2+1]; most < comments/100 {
			d.Errorf("the story that everybody talks about has %d comments, want a hundredth of %d", most, comments)
		}
		d.recount()
		d.mustPost(d.submission(list[0].ArticleID)) // gets a number of its own
		d.recount()
	})
}

func TestSynthesizeWantsArticles(t *testing.T) {
	each(t, func(d *desk) {
		if err := discussion.Synthesize(d.Context(), d.db, discussion.Synthetic{Comments: 1}); err == nil {
			d.Error("comments without any article")
		}
	})
}
