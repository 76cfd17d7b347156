package heat_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/heat"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/toplist"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// forum has comments that are written as rows, with what tells their commenters.
type forum struct {
	*discussiontest.Desk
	said int
}

// say stores approved comments of one person, written now.
func (f *forum) say(article int64, times int, as discussion.Comment) (ids []int64) {
	f.Helper()
	for range times {
		f.said++
		c := as
		c.ArticleID, c.Type, c.State = article, "comment", discussion.Approved
		c.CreatedAt, c.StateAt = models.At(f.Clock.Now()), models.At(f.Clock.Now())
		c.Text = fmt.Sprint("Comment ", f.said)
		f.Check(f.DB.Write(f.Context(), func(tx *models.Tx) error { return tx.Query(f.Context()).Create(&c).Error }))
		ids = append(ids, c.ID)
	}
	return ids
}

func (f *forum) top(list toplist.List) (ids []int64) {
	f.Helper()
	f.Check(heat.RankDay(f.Context(), f.DB))
	f.Check(heat.RankWeek(f.Context(), f.DB))
	r, err := toplist.Load(f.Context(), f.DB, list)
	f.Check(err)
	for _, teaser := range r.Top(list, toplist.Size) {
		ids = append(ids, teaser.ID)
	}
	return ids
}

func person(n int) discussion.Comment {
	return discussion.Comment{Author: fmt.Sprint("Reader ", n), Email: fmt.Sprintf("reader%d@mail.example", n), Network: fmt.Sprintf("10.1.%d.0/24", n)}
}

// A quarrel of two people with 200 comments loses against twelve people with one
// comment each, also where the two change their names or clear their cookies.
func TestQuarrel(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		f := &forum{Desk: d}
		quarrel, talk := d.Article().ID, d.Article().ID
		for i := range 100 {
			for n := range 2 {
				as := person(n)
				if i%2 == 0 {
					as.Author, as.TokenHash = fmt.Sprint("Other name ", i), fmt.Sprint("browser ", i, n)
				}
				f.say(quarrel, 1, as)
			}
		}
		var ids []int64
		for i := range 12 {
			ids = append(ids, f.say(talk, 1, person(100+i))...)
		}
		for _, list := range []toplist.List{toplist.DiscussedDay, toplist.DiscussedWeek} {
			if got := f.top(list); !slices.Equal(got, []int64{talk, quarrel}) {
				d.Errorf("%s: %v, want %d before %d", list, got, talk, quarrel)
			}
		}
		// Removed comments do not count.
		f.Check(f.DB.Write(f.Context(), func(tx *models.Tx) error {
			return tx.Query(f.Context()).Model(&discussion.Comment{}).Where("id IN ?", ids[1:]).Update("state", discussion.Trashed).Error
		}))
		if got := f.top(toplist.DiscussedDay); got[0] != quarrel {
			d.Errorf("after removals: %v", got)
		}
		f.Clock.Advance(25 * time.Hour)
		if day, week := f.top(toplist.DiscussedDay), f.top(toplist.DiscussedWeek); len(day) > 0 || len(week) != 2 {
			d.Errorf("a day later: %v, and in the week %v", day, week)
		}
		f.Clock.Advance(7 * 24 * time.Hour)
		if week := f.top(toplist.DiscussedWeek); len(week) > 0 {
			d.Errorf("a week later: %v", week)
		}
	})
}

// Who is the same person, and how many people of one network count.
func TestPeople(t *testing.T) {
	account := int64(1)
	for name, c := range map[string]struct {
		comments []discussion.Comment
		people   int
	}{
		"one email":              {[]discussion.Comment{{Email: "a@x.example", Author: "A"}, {Email: "a@x.example", Author: "B", TokenHash: "t"}}, 1},
		"one browser":            {[]discussion.Comment{{Email: "a@x.example", TokenHash: "t"}, {Email: "b@x.example", TokenHash: "t"}}, 1},
		"joined by a third":      {[]discussion.Comment{{Email: "a@x.example"}, {TokenHash: "t"}, {Email: "a@x.example", TokenHash: "t"}}, 1},
		"one account":            {[]discussion.Comment{{UserID: &account}, {UserID: &account, Email: "b@x.example"}}, 1},
		"one name and network":   {[]discussion.Comment{{Author: "Ann", Network: "n"}, {Author: "ANN ", Network: "n"}}, 1},
		"one name, two networks": {[]discussion.Comment{{Author: "Ann", Network: "n"}, {Author: "Ann", Network: "m"}}, 2},
		"many of one network": {[]discussion.Comment{
			{Email: "a@x.example", Network: "n"},
			{Email: "b@x.example", Network: "n"},
			{Email: "c@x.example", Network: "n"},
			{Email: "d@x.example", Network: "n"},
			{Email: "e@x.example", Network: "n"},
			{Email: "f@x.example", Network: "m"},
		}, 4},
		"verified, of one network": {[]discussion.Comment{
			{Email: "a@x.example", Network: "n", Verified: true},
			{Email: "b@x.example", Network: "n", Verified: true},
			{Email: "c@x.example", Network: "n", Verified: true},
			{Email: "d@x.example", Network: "n", Verified: true},
		}, 4},
		"imported": {[]discussion.Comment{{Author: "A"}, {Author: "B"}, {Author: "C"}, {Author: "D"}, {Author: "E"}}, 5},
	} {
		if got := heat.People(c.comments); got != c.people {
			t.Errorf("%s: %d people, want %d", name, got, c.people)
		}
	}
}
