package thread_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/bystate"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
)

// firstPage returns the query for the first page of comments of an article.
func firstPage(a *newsroom.Article) thread.Query { return pageOf(a, 1, thread.Oldest) }

func pageOf(a *newsroom.Article, number int, order thread.Order) thread.Query {
	return thread.Query{ArticleID: a.ID, Threads: a.Threads, Comments: a.CommentsApprove, Number: number, Order: order, PerPage: 50, Depth: 5}
}

// bring imports comments on the article "a1" from the source "paper".
func (d *desk) bring(rows []string) *newsroom.Article {
	d.Helper()
	a, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Source: "paper", SourceID: "a1", Title: "Much discussed"})
	if err != nil {
		d.Fatal(err)
	}
	im := imports.Importer{DB: d.DB, Reject: func(line int, err error) { d.Errorf("line %d: %v", line, err) }}
	if _, err := im.Run(d.Context(), strings.NewReader(strings.Join(rows, "\n"))); err != nil {
		d.Fatal(err)
	}
	return d.Reload(a.ID)
}

// row returns one line of an import, dated at the given second.
func row(id, parent string, second int) string {
	at := time.Date(2026, 11, 1, 0, 0, second, 0, time.UTC).Format(time.RFC3339)
	return fmt.Sprintf(`{"id":%q,"article_id":"a1","parent":%q,"author":"R%s","text":"Text %s","date":%q}`, id, parent, id, id, at)
}

func (d *desk) threads(q thread.Query) *thread.Page {
	d.Helper()
	p, err := thread.Load(d.Context(), d.DB, q)
	if err != nil {
		d.Fatal(err)
	}
	return p
}

func idsOf(nodes []*thread.Node) (ids []int64) {
	for _, n := range nodes {
		ids = append(ids, n.ID)
	}
	return ids
}

// countAll counts the comments on a page.
func countAll(nodes []*thread.Node) int {
	n := len(nodes)
	for _, node := range nodes {
		n += countAll(node.Replies)
	}
	return n
}

func holds(nodes []*thread.Node, id int64) bool {
	return slices.ContainsFunc(nodes, func(n *thread.Node) bool { return n.ID == id && !n.Gone || holds(n.Replies, id) })
}

func collect(nodes []*thread.Node, seen map[int64]bool) {
	for _, n := range nodes {
		seen[n.ID] = true
		collect(n.Replies, seen)
	}
}

// find returns the comment with a text.
func (d *desk) find(text string) *discussion.Comment {
	d.Helper()
	var c discussion.Comment
	if err := d.DB.Query(d.Context()).Where("text = ?", text).Take(&c).Error; err != nil {
		d.Fatalf("%q: %v", text, err)
	}
	return &c
}

// shape returns threads as nested ids: 1x is a removed comment, 6@5 a reply to 5.
func shape(nodes []*thread.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		fmt.Fprint(&b, n.ID)
		if n.Gone {
			b.WriteByte('x')
		}
		if n.InReplyTo != nil {
			fmt.Fprintf(&b, "@%d", n.InReplyTo.ID)
		}
		if len(n.Replies) > 0 {
			b.WriteString("(" + shape(n.Replies) + ")")
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// deepest returns the number of levels.
func deepest(nodes []*thread.Node) (levels int) {
	for _, n := range nodes {
		levels = max(levels, 1+deepest(n.Replies))
	}
	return levels
}

func TestThreadsAreFiveDeepThenFlat(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		d.Set("comment.previously-approved", "false")
		a := d.Article()
		var ids []int64
		parent := int64(0)
		for range 8 {
			in := d.Submission(a.ID)
			in.ParentID = parent
			c := d.MustPost(in)
			parent = c.ID
			ids = append(ids, c.ID)
			d.Clock.Advance(time.Minute)
		}
		draw := func() string {
			row, err := newsroom.ByID(d.Context(), d.DB, a.ID)
			if err != nil {
				d.Fatal(err)
			}
			p, err := thread.Load(d.Context(), d.DB, firstPage(row))
			if err != nil {
				d.Fatal(err)
			}
			return shape(p.Threads)
		}
		if got, want := draw(), "1(2(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("threads %s, want %s", got, want)
		}
		d.Decide(discussion.DoTrash, ids[1])
		if got, want := draw(), "1(2x(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("without 2: %s, want %s", got, want)
		}
		d.Decide(discussion.DoTrash, ids[0])
		if got, want := draw(), "1x(2x(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("without 1: %s, want %s", got, want)
		}
		d.Decide(discussion.DoSpam, ids[2:]...)
		if got := draw(); got != "" {
			d.Errorf("all gone: %s", got)
		}
		d.Decide(discussion.DoRestore, ids...)
		if got, want := draw(), "1(2(3(4(5 6@5 7@6 8@7))))"; got != want {
			d.Errorf("restored: %s, want %s", got, want)
		}
		d.CheckCounts()
	})
}

func TestPagesOfALongDiscussion(t *testing.T) {
	each(t, func(d *desk) {
		const threads = 2600
		var rows []string
		for i := range threads {
			// The order is random, so that blocks are also split in the middle.
			rows = append(rows, row(fmt.Sprint("t", i), "", i))
		}
		rng := rand.New(rand.NewPCG(1, 1))
		rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		a := d.bring(rows)
		check := func() {
			d.Helper()
			a = d.Reload(a.ID)
			var want []int64
			err := d.DB.Query(d.Context()).Raw("SELECT id FROM comments WHERE article_id = ? AND depth = 0 AND thread_shown > 0 ORDER BY created_at, id", a.ID).Scan(&want).Error
			if err != nil || len(want) != a.Threads {
				d.Fatalf("%d threads, the article says %d (%v)", len(want), a.Threads, err)
			}
			last := (len(want) + 49) / 50
			for _, number := range []int{1, 2, 19, 20, 21, last - 1, last} {
				part := want[(number-1)*50 : min(number*50, len(want))]
				if got := idsOf(d.threads(pageOf(a, number, thread.Oldest)).Threads); !slices.Equal(got, part) {
					d.Fatalf("page %d has %v, want %v", number, got, part)
				}
				end := len(want) - (number-1)*50
				part = slices.Clone(want[max(0, end-50):end])
				slices.Reverse(part)
				if got := idsOf(d.threads(pageOf(a, number, thread.Newest)).Threads); !slices.Equal(got, part) {
					d.Fatalf("newest first, page %d has %v, want %v", number, got, part)
				}
			}
			for _, i := range []int{0, 49, 50, len(want) / 2, len(want) - 1} {
				c, err := discussion.ByID(d.Context(), d.DB, want[i])
				if err != nil {
					d.Fatal(err)
				}
				if place, err := thread.PlaceOf(d.Context(), d.DB, c, firstPage(a)); err != nil || place != (thread.Place{Page: i/50 + 1}) {
					d.Fatalf("thread %d is at %+v (%v), want page %d", i, place, err, i/50+1)
				}
			}
			for _, number := range []int{0, -1, last + 1, 999999} {
				if _, err := thread.Load(d.Context(), d.DB, pageOf(a, number, thread.Oldest)); models.KindOf(err) != models.NotFound {
					d.Errorf("page %d: %v", number, err)
				}
			}
		}
		check()
		// Remove many threads, more from one block than from others, and restore some.
		var some []int64
		for i := range 700 {
			some = append(some, int64(1+i*3))
		}
		d.Decide(discussion.DoSpam, some...)
		check()
		d.Decide(discussion.DoRestore, some[:300]...)
		check()
		d.CheckCounts()
	})
}

func TestNextPageIsStableAfterRemovals(t *testing.T) {
	each(t, func(d *desk) {
		var rows []string
		for i := range 130 {
			rows = append(rows, row(fmt.Sprint("t", i), "", i))
		}
		a := d.bring(rows)
		first := d.threads(firstPage(a)).Threads
		d.Decide(discussion.DoTrash, first[0].ID, first[1].ID, first[2].ID)
		a = d.Reload(a.ID)
		q := pageOf(a, 2, thread.Oldest)
		q.After = first[49].ID
		second := d.threads(q).Threads
		if second[0].ID != first[49].ID+1 || len(second) != 50 {
			d.Errorf("after %d comes %v", first[49].ID, idsOf(second))
		}
		q.Order, q.After = thread.Newest, 100
		if got := d.threads(q).Threads; got[0].ID != 99 {
			d.Errorf("newest first, after 100 comes %d", got[0].ID)
		}
		q.After = 1 << 40 // nobody's: the number counts
		q.Order = thread.Oldest
		if got := d.threads(q).Threads; got[0].ID != 54 {
			d.Errorf("after nobody, page 2 begins with %d", got[0].ID)
		}
	})
}

func TestEveryCommentOfACutThreadIsReachable(t *testing.T) {
	each(t, func(d *desk) {
		var rows []string
		for thread := range 60 {
			name := fmt.Sprint("t", thread)
			rows = append(rows, row(name, "", thread*1000))
			replies := thread % 7
			if thread == 3 {
				replies = 450
			}
			parent := name
			for i := range replies {
				id := fmt.Sprintf("%s-%d", name, i)
				rows = append(rows, row(id, parent, thread*1000+1+i))
				if i%3 == 0 {
					parent = id
				}
			}
		}
		a := d.bring(rows)
		for number := 1; number <= 2; number++ {
			p := d.threads(pageOf(a, number, thread.Oldest))
			if n := countAll(p.Threads); n > thread.MaxPageComments || len(p.Threads) > 50 {
				d.Errorf("page %d has %d comments in %d threads", number, n, len(p.Threads))
			}
			for _, top := range p.Threads {
				if n := countAll(top.Replies); n > thread.MaxThreadReplies || n+top.More != top.ThreadShown-1 {
					d.Errorf("thread %d shows %d answers and promises %d of %d", top.ID, n, top.More, top.ThreadShown-1)
				}
			}
		}
		list, err := bystate.Queue{Limit: 1000}.List(d.Context(), d.DB)
		if err != nil {
			d.Fatal(err)
		}
		pages := map[int][]*thread.Node{}
		for i := range list {
			c := &list[i]
			place, err := thread.PlaceOf(d.Context(), d.DB, c, firstPage(a))
			if err != nil {
				d.Fatal(err)
			}
			if place.Own {
				own, err := thread.LoadComment(d.Context(), d.DB, c, 0, 5)
				if err != nil || own.Thread.ID != c.ID {
					d.Fatalf("own page of %d: %+v, %v", c.ID, own, err)
				}
				continue
			}
			if pages[place.Page] == nil {
				pages[place.Page] = d.threads(pageOf(a, place.Page, thread.Oldest)).Threads
			}
			if !holds(pages[place.Page], c.ID) {
				d.Fatalf("comment %d is not on page %d", c.ID, place.Page)
			}
		}
		// All pages of the long thread together show every reply once.
		root := d.find("Text t3")
		seen, after := map[int64]bool{}, int64(0)
		for {
			own, err := thread.LoadComment(d.Context(), d.DB, root, after, 5)
			if err != nil {
				d.Fatal(err)
			}
			collect(own.Thread.Replies, seen)
			if after = own.Next; after == 0 {
				break
			}
		}
		if len(seen) != 450 {
			d.Errorf("the walk saw %d answers of 450", len(seen))
		}
		// The page of a reply shows its ancestors and its replies.
		own, err := thread.LoadComment(d.Context(), d.DB, d.find("Text t3-3"), 0, 5)
		if err != nil || len(own.Ancestors) != 2 || own.Ancestors[0].Text != "" && own.Ancestors[0].ID != root.ID || !own.Cut || countAll(own.Thread.Replies) != thread.MaxReplies {
			d.Errorf("own page of an answer: %d above, %d below, cut %v, %v", len(own.Ancestors), countAll(own.Thread.Replies), own.Cut, err)
		}
	})
}

// A long thread is cut, and a reply is shown although its parent is not. The page
// has a place for it at every depth.
func TestRepliesWithAHiddenParentAreShown(t *testing.T) {
	each(t, func(d *desk) {
		rows := []string{row("root", "", 0), row("late", "root", 50), row("early", "late", 1), row("next", "early", 2), row("third", "next", 3)}
		for i := range 25 {
			rows = append(rows, row(fmt.Sprint("other", i), "root", 4+i))
		}
		a := d.bring(rows)
		for depth := 1; depth <= 5; depth++ {
			q := firstPage(a)
			q.Depth = depth
			page := d.threads(q)
			if len(page.Threads) != 1 || countAll(page.Threads) != 1+thread.MaxThreadReplies {
				d.Fatalf("depth %d: %d threads, %d comments", depth, len(page.Threads), countAll(page.Threads))
			}
			early := page.Threads[0].Replies[0]
			if early.Author != "Rearly" || !early.Elsewhere {
				d.Errorf("depth %d: first comes %q", depth, early.Author)
			}
			if deep := deepest(page.Threads); deep > max(depth, 2) {
				d.Errorf("depth %d: %d levels are shown", depth, deep)
			}
		}
	})
}

// A removed comment leaves an empty place while a public reply is below it. The
// order of the removals does not matter.
func TestRemovedCommentsLeaveAPlaceForReplies(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}} {
			a := d.Article()
			ids := make([]int64, 3)
			for i := range ids {
				in := d.Submission(a.ID)
				if i > 0 {
					in.ParentID = ids[i-1]
				}
				ids[i] = d.MustPost(in).ID
			}
			for n, i := range order {
				d.Decide(discussion.DoTrash, ids[i])
				shown := countAll(d.threads(firstPage(d.Reload(a.ID))).Threads)
				deepest := 0
				for _, left := range order[n+1:] {
					deepest = max(deepest, left+1)
				}
				if shown != deepest {
					d.Errorf("%v: after %d removals %d places are shown, want %d", order, n+1, shown, deepest)
				}
			}
			d.CheckCounts()
		}
	})
}

func TestMostRecommendedOrder(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		a := d.Article()
		var ids []int64
		for range 4 {
			d.Clock.Advance(time.Minute)
			ids = append(ids, d.MustPost(d.Submission(a.ID)).ID)
		}
		for i, n := range []int{0, 2, 1, 2} {
			for k := range n {
				if _, err := react.Recommend(d.Context(), d.DB, d.Site(), ids[i], react.Visitor{IP: discussiontest.IP(k)}); err != nil {
					d.Fatal(err)
				}
			}
		}
		got := idsOf(d.threads(pageOf(d.Reload(a.ID), 1, thread.MostRecommended)).Threads)
		if want := []int64{ids[1], ids[3], ids[2], ids[0]}; fmt.Sprint(got) != fmt.Sprint(want) {
			d.Errorf("order %v, want %v", got, want)
		}
	})
}
