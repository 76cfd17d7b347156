package discussion

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
)

// Node is a comment in its thread, as a page shows it.
type Node struct {
	Comment
	// Shown is how deep it is shown: at most the site's depth, however deep
	// it really is.
	Shown int
	// InReplyTo is the comment it answers, set where that is not plain from
	// its place: beyond the depth that is shown, or on another page.
	InReplyTo *Comment
	// Elsewhere: what it answers is not on this page.
	Elsewhere bool
	// Gone marks a comment that is not public but has public answers; only
	// its place is shown.
	Gone    bool
	Replies []*Node
	// More is how many answers of the thread the page leaves out.
	More int

	above *Node // under which it is shown, nil for a thread's first comment
}

// Bounds of a page of comments.
const (
	MaxPageComments  = 200
	MaxThreadReplies = 20
)

// Order is the order of threads. Answers inside a thread are always oldest
// first.
type Order string

// The orders. A comment that many recommend comes before the others by
// MostRecommended; it has at most recommendedPages pages.
const (
	Oldest          Order = "oldest"
	Newest          Order = "newest"
	MostRecommended Order = "recommended"
)

// Orders lists the orders as they are offered.
var Orders = []Order{Oldest, Newest, MostRecommended}

const recommendedPages = 20

// ThreadQuery asks for a page of an article's threads.
type ThreadQuery struct {
	ArticleID int64
	// Threads and Comments are how many the article shows in all, which its
	// row tells.
	Threads, Comments int
	Order             Order
	Number            int // of the page, from 1
	// After is the last thread of the page before, for walking: the page
	// begins behind it, whatever was posted or removed meanwhile. 0 means by
	// number.
	After   int64
	PerPage int // at most MaxPageComments/4
	Depth   int
}

// ThreadPage is one page of an article's threads.
type ThreadPage struct {
	Order   Order
	Threads []*Node
	Number  int // from 1
	Last    int // at least 1
}

// pages returns how many pages there are.
func (q ThreadQuery) pages() int {
	last := max(1, (q.Threads+q.PerPage-1)/q.PerPage)
	if q.Order == MostRecommended {
		last = min(last, recommendedPages)
	}
	return last
}

// Threads returns a page of an article's threads. A page past the last is a
// NotFound error. It takes one statement for an article with few comments and
// at most four for any, none of which reads more than a bounded number of
// rows.
func Threads(ctx context.Context, r models.Queryer, q ThreadQuery) (*ThreadPage, error) {
	p := &ThreadPage{Order: q.Order, Number: q.Number, Last: q.pages()}
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
	var rows []Comment
	if q.Comments <= MaxPageComments {
		rows, err = readShown(ctx, r, `WITH roots AS (SELECT id FROM `+q.rootsTable(r)+` WHERE `+where+`)
			SELECT `+shownColumns+` FROM comments c WHERE c.id IN (SELECT id FROM roots)
			UNION ALL
			SELECT `+shownColumns+` FROM comments c`+r.Dialect().By("comments_replies")+` WHERE c.depth > 0 AND c.state = 'approve' AND c.root_id IN (SELECT id FROM roots)
			ORDER BY created_at, id`, args...)
		rows = cutReplies(rows, MaxThreadReplies)
	} else {
		rows, err = readShown(ctx, r, `SELECT `+shownColumns+` FROM `+q.rootsTable(r)+` WHERE `+where, args...)
		if err == nil {
			var replies []Comment
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

// shownColumns are what a page shows of a comment.
const shownColumns = `c.id, c.article_id, c.parent_id, c.root_id, c.depth, c.author, c.url, c.user_id, c.html, c.state, c.created_at, c.edited_at, c.thread_shown, c.recommends`

// readShown runs a query for shownColumns.
func readShown(ctx context.Context, r models.Queryer, text string, args ...any) ([]Comment, error) {
	rows, err := models.QueryRows(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Comment
	for rows.Next() {
		var c Comment
		err := rows.Scan(&c.ID, &c.ArticleID, &c.ParentID, &c.RootID, &c.Depth, &c.Author, &c.URL, &c.UserID, &c.HTML, &c.State, &c.CreatedAt, &c.EditedAt, &c.ThreadShown, &c.Recommends)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// shownRoots is the condition of comments_threads, the index that pages are
// read by.
const shownRoots = `c.article_id = ? AND c.depth = 0 AND c.thread_shown > 0`

// rootsTable names the table to take threads from, by the index that has
// them in the page's order.
func (q ThreadQuery) rootsTable(r models.Queryer) string {
	if q.Order == MostRecommended {
		return "comments c" + r.Dialect().By("comments_recommended")
	}
	return "comments c" + r.Dialect().By("comments_threads")
}

// roots returns the condition, order and bounds that select the page's
// threads. backwards tells that they come newest first.
func (q ThreadQuery) roots(ctx context.Context, r models.Queryer) (where string, args []any, backwards bool, err error) {
	first := (q.Number - 1) * q.PerPage
	if q.Order == MostRecommended {
		return shownRoots + ` ORDER BY c.recommends DESC, c.created_at, c.id LIMIT ? OFFSET ?`, []any{q.ArticleID, q.PerPage, first}, false, nil
	}
	if after, err := q.after(ctx, r); err != nil {
		return "", nil, false, err
	} else if after != nil {
		if q.Order == Newest {
			return shownRoots + ` AND (c.created_at, c.id) < (?, ?) ORDER BY c.created_at DESC, c.id DESC LIMIT ?`,
				[]any{q.ArticleID, after.CreatedAt, after.ID, q.PerPage}, true, nil
		}
		return shownRoots + ` AND (c.created_at, c.id) > (?, ?) ORDER BY c.created_at, c.id LIMIT ?`,
			[]any{q.ArticleID, after.CreatedAt, after.ID, q.PerPage}, false, nil
	}
	count := min(q.PerPage, q.Threads-first)
	if q.Order == Newest {
		first = q.Threads - first - count
	}
	from, skip, err := seekThread(ctx, r, q.ArticleID, q.Threads, first)
	return shownRoots + ` AND (c.created_at, c.id) >= (?, ?) ORDER BY c.created_at, c.id LIMIT ? OFFSET ?`,
		[]any{q.ArticleID, from.At, from.ID, count, skip}, q.Order == Newest, err
}

// after returns the thread to go on behind, nil where there is none such.
func (q ThreadQuery) after(ctx context.Context, r models.Queryer) (*Comment, error) {
	if q.After == 0 {
		return nil, nil
	}
	var found []*Comment
	err := r.Query(ctx).Select("id", "created_at").Where("id = ? AND article_id = ? AND depth = 0", q.After, q.ArticleID).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// sort brings threads into the page's order.
func (q ThreadQuery) sort(threads []*Node, backwards bool) {
	if backwards {
		slices.SortStableFunc(threads, func(a, b *Node) int {
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt.Time), cmp.Compare(b.ID, a.ID))
		})
	}
	if q.Order == MostRecommended {
		slices.SortStableFunc(threads, func(a, b *Node) int { return cmp.Compare(b.Recommends, a.Recommends) })
	}
}

// replies returns how many public answers a thread has.
func (c *Comment) replies() int {
	if c.State == Approved {
		return c.ThreadShown - 1
	}
	return c.ThreadShown
}

// replyBudget returns how many answers of each thread a page can show, so
// that all its comments together stay within the bound.
func replyBudget(roots []Comment) int {
	for most := MaxThreadReplies; most > 0; most-- {
		sum := len(roots)
		for i := range roots {
			sum += min(most, roots[i].replies())
		}
		if sum <= MaxPageComments {
			return most
		}
	}
	return 0
}

// firstReplies returns the first answers of each thread. Their index holds
// only public ones, so that it reads no more than it returns.
func firstReplies(ctx context.Context, r models.Queryer, roots []Comment, most int) ([]Comment, error) {
	by := r.Dialect().By("comments_replies")
	var arms []string
	var args []any
	for i := range roots {
		if roots[i].replies() > 0 && most > 0 {
			arms = append(arms, `SELECT * FROM (SELECT `+shownColumns+` FROM comments c`+by+`
				WHERE c.root_id = ? AND c.depth > 0 AND c.state = 'approve' ORDER BY c.created_at, c.id LIMIT ?) arm`)
			args = append(args, roots[i].ID, most)
		}
	}
	if len(arms) == 0 {
		return nil, nil
	}
	return readShown(ctx, r, strings.Join(arms, " UNION ALL "), args...)
}

// cutReplies leaves the first answers of each thread.
func cutReplies(rows []Comment, most int) []Comment {
	seen := map[int64]int{}
	return slices.DeleteFunc(rows, func(c Comment) bool {
		if c.Depth == 0 {
			return false
		}
		seen[c.RootID]++
		return seen[c.RootID] > most
	})
}

// grow makes trees of comments. A comment whose parent is not public gets a
// stand-in for it; where the thread is cut, the parent may only be on another
// page.
func grow(rows []Comment, depth int) []*Node {
	nodes := make(map[int64]*Node, len(rows))
	var roots []*Node
	// Parents before children, also where an import brought an answer that is
	// dated before what it answers.
	slices.SortStableFunc(rows, func(a, b Comment) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range rows {
		n := &Node{Comment: c, Gone: c.State != Approved}
		nodes[c.ID] = n
		if c.Depth == 0 {
			n.More = c.replies()
			roots = append(roots, n)
		} else if root := nodes[c.RootID]; root != nil {
			root.More--
		}
	}
	for _, c := range rows {
		root := nodes[c.RootID]
		if c.Depth == 0 || root == nil {
			continue
		}
		n, parent := nodes[c.ID], nodes[c.ParentID]
		if parent == nil && root.More > 0 {
			n.InReplyTo, n.Elsewhere = &Comment{ID: c.ParentID}, true
			root.hang(n, depth)
			continue
		}
		if parent == nil {
			parent = &Node{Comment: Comment{ID: c.ParentID, ParentID: root.ID, RootID: root.ID, Depth: 1, CreatedAt: c.CreatedAt}, Gone: true, Shown: min(1, depth-1)}
			nodes[c.ParentID] = parent
			parent.above, root.Replies = root, append(root.Replies, parent)
		}
		parent.answer(n, depth)
	}
	for _, n := range nodes {
		slices.SortStableFunc(n.Replies, func(a, b *Node) int {
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
		})
	}
	return roots
}

// answer hangs a reply under the comment it answers or, where that stands
// at the last level that is shown, beside it.
func (n *Node) answer(reply *Node, depth int) {
	place := n
	if n.Shown >= depth-1 {
		reply.InReplyTo = &n.Comment
		// By where each is shown, since what one answers may be on no page.
		for place.Shown >= depth-1 && place.above != nil {
			place = place.above
		}
	}
	place.hang(reply, depth)
}

func (n *Node) hang(reply *Node, depth int) {
	reply.Shown, reply.above = min(n.Shown+1, max(depth-1, 0)), n
	n.Replies = append(n.Replies, reply)
}

// ByID returns a comment, whatever its state; a NotFound error if there is
// none.
func ByID(ctx context.Context, r models.Queryer, id int64) (*Comment, error) {
	var c Comment
	return &c, r.Query(ctx).Where("id = ?", id).Take(&c).Error
}

// maxPending bounds how many of one's own waiting comments a page shows.
const maxPending = 20
