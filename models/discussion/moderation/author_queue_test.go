package moderation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
)

// authorOf returns the scope of a new author, with a name in the byline of articles.
func authorOf(t *testing.T, db *models.DB, articles ...int64) moderation.Scope {
	t.Helper()
	ctx := t.Context()
	u, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Ana", Email: "ana@courier.example", Role: people.AuthorRole})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		author, err := taxonomy.EnsureAuthor(ctx, tx, "ana", "Ana")
		if err == nil {
			err = taxonomy.TieAuthor(ctx, tx, models.ActorShell, author.ID, models.Subject{Kind: models.AccountSubject, ID: u.ID})
		}
		for _, id := range articles {
			if err == nil {
				err = models.Exec(ctx, tx, "INSERT INTO article_authors (article_id, position, author_id) VALUES (?, 9, ?)", id, author.ID)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	scope, err := moderation.ScopeOf(ctx, db, nil, u) // an author's scope has no categories
	if err != nil || scope.Authors() == nil {
		t.Fatalf("the account has no author: %v", err)
	}
	return scope
}

// The queue of an author lists the comments under the author's articles, each once,
// whether they are few or more than are sorted.
func TestQueueOfAnAuthorHasTheOwnArticlesOnly(t *testing.T) {
	onFloor(t, func(d *floor) {
		own, second, other := d.article("world"), d.article("sport"), d.article("world")
		scope := authorOf(d.T, d.db, own, second)
		states := map[moderation.QueueName][]int64{}
		check := func(when string) {
			d.Helper()
			for queue, want := range states {
				f := moderation.Filter{Queue: queue, Within: scope}
				if got := d.found(f); !slices.Equal(got, want) {
					d.Errorf("%s, %s: %v, want %v", when, queue, got, want)
				}
				if n, err := moderation.Count(d.Context(), d.db, f); err != nil || n != len(want) {
					d.Errorf("%s, %s: %d are counted, want %d (%v)", when, queue, n, len(want), err)
				}
				all, err := moderation.Matching(d.Context(), d.db, f)
				d.check(err)
				if len(all) != len(want) {
					d.Errorf("%s, %s: %d match, want %d", when, queue, len(all), len(want))
				}
			}
		}
		for i := range 30 {
			article := []int64{own, other, second, other, other}[i%5]
			c := d.post(article, fmt.Sprint("Thought ", i, " has words of its own, such as ", strings.Repeat(string(rune('a'+i%26)), 9)))
			queue := moderation.Held
			if i%3 == 0 {
				d.decide(discussion.DoApprove, c.ID)
				queue = moderation.Approved
			}
			if article != other && queue == moderation.Held {
				states[queue] = append(states[queue], c.ID)
			} else if article != other {
				states[queue] = append([]int64{c.ID}, states[queue]...)
			}
			if i == 9 {
				check("few")
			}
		}
		check("many")
		if len(states[moderation.Held]) < 8 || len(states[moderation.Approved]) < 2 {
			d.Errorf("the author has only %v", states)
		}
	})
}

// The queue of an author, its numbers and what it decides about are found by the
// author's articles, however many comments the site has.
func TestQueueOfAnAuthorBeginsAtTheArticles(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	db := modeltest.SQLite(t, clock)
	d := newDesk(t, db, clock)
	f := moderation.Filter{Within: authorOf(t, db, d.article)}
	d.post("10.3.1.7", "A thought.")
	p := watchPlans(d)
	byState := "SEARCH comments USING INDEX comments_queue (state=?)"
	for _, f.Queue = range []moderation.QueueName{moderation.Held, moderation.Approved, moderation.All, moderation.Spam, moderation.Trash, moderation.Any} {
		for name, ask := range map[string]func() error{
			"the list":     func() error { _, err := moderation.NextPage(d.Context(), db, f); return err },
			"the number":   func() error { _, err := moderation.Count(d.Context(), db, f); return err },
			"what matches": func() error { _, err := moderation.Matching(d.Context(), db, f); return err },
		} {
			d.check(ask())
			plan := p.plan()
			if !strings.Contains(plan, "comments_article_state (article_id=? AND state=?)") || !strings.Contains(plan, "article_authors_author (author_id=?)") || strings.Contains(plan, byState) {
				t.Errorf("%s of %s does not begin at the articles:\n%s", name, f.Queue, plan)
			}
		}
	}
	_, err := moderation.Counts(d.Context(), db, f.Within)
	d.check(err)
	if plan := p.plan(); !strings.Contains(plan, "SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)") {
		t.Errorf("the numbers of the queues do not begin at the articles:\n%s", plan)
	}
	// Without the author the queue is read by state: the check above can fail.
	f = moderation.Filter{Queue: moderation.Held}
	_, err = moderation.NextPage(d.Context(), db, f)
	d.check(err)
	if plan := p.plan(); !strings.Contains(plan, byState) {
		t.Errorf("the queue of all is read otherwise:\n%s", plan)
	}
}
