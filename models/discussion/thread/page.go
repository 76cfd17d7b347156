package thread

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/threadblocks"
)

// Bounds of a page of comments.
const (
	MaxPageComments  = 200
	MaxThreadReplies = 20
)

// Order is the order of threads. Replies inside a thread are always oldest
// first.
type Order string

// The orders. MostRecommended has at most recommendedPages pages.
const (
	Oldest          Order = "oldest"
	Newest          Order = "newest"
	MostRecommended Order = "recommended"
)

// Orders lists the orders in the order in which a page offers them.
var Orders = []Order{Oldest, Newest, MostRecommended}

const recommendedPages = 20

// Query selects a page of an article's threads.
type Query struct {
	ArticleID int64
	// Threads and Comments are the article's public threads and comments, as
	// its row counts them.
	Threads, Comments int
	Order             Order
	Number            int // of the page, from 1
	// After is the last thread of the page before. The page then begins behind
	// it, even if threads were posted or removed meanwhile. With 0 it begins by
	// Number.
	After   int64
	PerPage int // at most MaxPageComments/4
	Depth   int // levels of nesting
}

// Page is one page of an article's threads.
type Page struct {
	Order   Order
	Threads []*Node
	Number  int // from 1
	Last    int // at least 1
}

// pages returns the number of pages.
func (q Query) pages() int {
	last := max(1, (q.Threads+q.PerPage-1)/q.PerPage)
	if q.Order == MostRecommended {
		last = min(last, recommendedPages)
	}
	return last
}

// Load returns a page of an article's threads. It returns a NotFound error for a
// page past the last. It takes one statement for an article with few comments
// and at most four for any article.
func Load(ctx context.Context, r models.Queryer, q Query) (*Page, error) {
	p := &Page{Order: q.Order, Number: q.Number, Last: q.pages()}
	if q.Number < 1 || q.Number > p.Last {
		return nil, models.Errorf(models.NotFound, "there is no page %d of comments", q.Number)
	}
	if q.Threads == 0 {
		return p, nil
	}
	where, args, backwards, err := q.roots(ctx, r)
	if err != nil {
		return nil, err
	}
	var rows []discussion.Comment
	if q.Comments <= MaxPageComments {
		rows, err = shown.All(ctx, r, `WITH roots AS (SELECT id FROM `+q.rootsTable(r)+` WHERE `+where+`)
			SELECT `+shownList+` FROM comments c WHERE c.id IN (SELECT id FROM roots)
			UNION ALL
			SELECT `+shownList+` FROM comments c`+r.Dialect().IndexedBy("comments_replies")+`
			WHERE c.depth > 0 AND c.state = 'approve' AND c.root_id IN (SELECT id FROM roots)
			ORDER BY created_at, id`, args...)
		rows = cutReplies(rows, MaxThreadReplies)
	} else {
		rows, err = shown.All(ctx, r, `SELECT `+shownList+` FROM `+q.rootsTable(r)+` WHERE `+where, args...)
		if err == nil {
			var replies []discussion.Comment
			replies, err = firstReplies(ctx, r, rows, replyBudget(rows))
			rows = append(rows, replies...)
		}
	}
	if err != nil {
		return nil, err
	}
	p.Threads = grow(rows, q.Depth)
	q.sort(p.Threads, backwards)
	return p, nil
}

// shown are the columns that a page shows of a comment.
var shown = models.ColumnsOf[discussion.Comment]().Only(
	"id", "article_id", "parent_id", "root_id", "depth", "author", "url", "user_id", "html", "state",
	"created_at", "edited_at", "thread_shown", "recommends", "version", "reports",
)

var shownList = shown.List("c")

// rootsTable names the table to read threads from, with the index that has them
// in the page's order.
func (q Query) rootsTable(r models.Queryer) string {
	if q.Order == MostRecommended {
		return "comments c" + r.Dialect().IndexedBy("comments_recommended")
	}
	return "comments c" + r.Dialect().IndexedBy("comments_threads")
}

// roots returns the condition, order and bounds that select the page's threads.
// backwards is set if the page shows the selected threads newest first.
func (q Query) roots(ctx context.Context, r models.Queryer) (where string, args []any, backwards bool, err error) {
	first := (q.Number - 1) * q.PerPage
	if q.Order == MostRecommended {
		return threadblocks.Shown + ` ORDER BY c.recommends DESC, c.created_at, c.id LIMIT ? OFFSET ?`,
			[]any{q.ArticleID, q.PerPage, first}, false, nil
	}
	if after, err := q.after(ctx, r); err != nil {
		return "", nil, false, err
	} else if after != nil {
		if q.Order == Newest {
			return threadblocks.Shown + ` AND (c.created_at, c.id) < (?, ?) ORDER BY c.created_at DESC, c.id DESC LIMIT ?`,
				[]any{q.ArticleID, after.CreatedAt, after.ID, q.PerPage}, true, nil
		}
		return threadblocks.Shown + ` AND (c.created_at, c.id) > (?, ?) ORDER BY c.created_at, c.id LIMIT ?`,
			[]any{q.ArticleID, after.CreatedAt, after.ID, q.PerPage}, false, nil
	}
	count := min(q.PerPage, q.Threads-first)
	if q.Order == Newest {
		first = q.Threads - first - count
	}
	from, skip, err := threadblocks.Seek(ctx, r, q.ArticleID, q.Threads, first)
	return threadblocks.Shown + ` AND (c.created_at, c.id) >= (?, ?) ORDER BY c.created_at, c.id LIMIT ? OFFSET ?`,
		[]any{q.ArticleID, from.At, from.ID, count, skip}, q.Order == Newest, err
}

// after returns the thread q.After, nil if the article has no such thread.
func (q Query) after(ctx context.Context, r models.Queryer) (*discussion.Comment, error) {
	if q.After == 0 {
		return nil, nil
	}
	return models.First[discussion.Comment](r.Query(ctx).Select("id", "created_at").
		Where("id = ? AND article_id = ? AND depth = 0", q.After, q.ArticleID))
}

// sort puts threads into the page's order.
func (q Query) sort(threads []*Node, backwards bool) {
	if backwards {
		slices.SortStableFunc(threads, func(a, b *Node) int {
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt.Time), cmp.Compare(b.ID, a.ID))
		})
	}
	if q.Order == MostRecommended {
		slices.SortStableFunc(threads, func(a, b *Node) int { return cmp.Compare(b.Recommends, a.Recommends) })
	}
}

// replyBudget returns how many replies of each thread a page shows, so that all
// its comments together stay within MaxPageComments.
func replyBudget(roots []discussion.Comment) int {
	for most := MaxThreadReplies; most > 0; most-- {
		sum := len(roots)
		for i := range roots {
			sum += min(most, replies(&roots[i]))
		}
		if sum <= MaxPageComments {
			return most
		}
	}
	return 0
}

// firstReplies returns the first replies of each thread. Their index holds only
// public replies, so the statement reads no more rows than it returns.
func firstReplies(ctx context.Context, r models.Queryer, roots []discussion.Comment, most int) ([]discussion.Comment, error) {
	by := r.Dialect().IndexedBy("comments_replies")
	var arms []string
	var args []any
	for i := range roots {
		if replies(&roots[i]) > 0 && most > 0 {
			arms = append(arms, `SELECT * FROM (SELECT `+shownList+` FROM comments c`+by+`
				WHERE c.root_id = ? AND c.depth > 0 AND c.state = 'approve' ORDER BY c.created_at, c.id LIMIT ?) arm`)
			args = append(args, roots[i].ID, most)
		}
	}
	if len(arms) == 0 {
		return nil, nil
	}
	return shown.All(ctx, r, strings.Join(arms, " UNION ALL "), args...)
}

// cutReplies keeps the first replies of each thread.
func cutReplies(rows []discussion.Comment, most int) []discussion.Comment {
	seen := map[int64]int{}
	return slices.DeleteFunc(rows, func(c discussion.Comment) bool {
		if c.Depth == 0 {
			return false
		}
		seen[c.RootID]++
		return seen[c.RootID] > most
	})
}
