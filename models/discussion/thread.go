package discussion

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
)

// Node is a comment in its thread, as a page shows it.
type Node struct {
	Comment
	// Shown is how deep it is shown: at most the site's depth, however deep
	// it really is.
	Shown int
	// InReplyTo is the comment it answers, set where that is not plain from
	// its place: beyond the depth that is shown.
	InReplyTo *Comment
	// Gone marks a comment that is not public but has public answers; only
	// its place is shown.
	Gone    bool
	Replies []*Node
}

// ThreadPage is one page of an article's threads.
type ThreadPage struct {
	Threads []*Node
	Number  int // from 1
	Last    int // at least 1
}

// Threads returns a page of an article's threads, oldest first, in one
// statement. threads is how many the article shows in all, which its row
// tells; a page past the last is a NotFound error.
func Threads(ctx context.Context, r models.Reader, articleID int64, threads, number, perPage, depth int) (*ThreadPage, error) {
	p := &ThreadPage{Number: number, Last: max(1, (threads+perPage-1)/perPage)}
	if number < 1 || number > p.Last {
		return nil, models.Errorf(models.NotFound, "there is no page %d of comments", number)
	}
	if threads == 0 {
		return p, nil
	}
	var rows []Comment
	err := r.Query(ctx).Raw(`WITH roots AS (
			SELECT id FROM comments WHERE article_id = ? AND depth = 0 AND thread_shown > 0
			ORDER BY created_at, id LIMIT ? OFFSET ?)
		SELECT `+shownColumns+` FROM comments c WHERE c.id IN (SELECT id FROM roots)
		UNION ALL
		SELECT `+shownColumns+` FROM comments c WHERE c.depth > 0 AND c.state = ? AND c.root_id IN (SELECT id FROM roots)
		ORDER BY created_at, id`,
		articleID, perPage, (number-1)*perPage, Approve).Scan(&rows).Error
	p.Threads = grow(rows, depth)
	return p, err
}

// shownColumns are what a page shows of a comment.
const shownColumns = `c.id, c.article_id, c.parent_id, c.root_id, c.depth, c.author, c.url, c.user_id, c.html, c.state, c.created_at, c.edited_at`

// grow makes trees of comments that come oldest first. A comment whose
// parent is not among them gets a stand-in for it.
func grow(rows []Comment, depth int) []*Node {
	nodes := make(map[int64]*Node, len(rows))
	var roots []*Node
	for _, c := range rows {
		n := &Node{Comment: c, Gone: c.State != Approve}
		nodes[c.ID] = n
		if c.Depth == 0 {
			roots = append(roots, n)
		}
	}
	// Parents before children, also where an import brought an answer that is
	// dated before what it answers.
	byDepth := slices.Clone(rows)
	slices.SortStableFunc(byDepth, func(a, b Comment) int { return a.Depth - b.Depth })
	for _, c := range byDepth {
		if c.Depth == 0 {
			continue
		}
		parent := nodes[c.ParentID]
		if parent == nil {
			root := nodes[c.RootID]
			if root == nil {
				continue
			}
			parent = &Node{Comment: Comment{ID: c.ParentID, ParentID: root.ID, RootID: root.ID, Depth: 1, CreatedAt: c.CreatedAt}, Gone: true, Shown: min(1, depth-1)}
			nodes[c.ParentID] = parent
			root.Replies = append(root.Replies, parent)
		}
		n := nodes[c.ID]
		parent.answer(n, nodes, depth)
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
func (n *Node) answer(reply *Node, nodes map[int64]*Node, depth int) {
	place := n
	if n.Shown >= depth-1 {
		reply.InReplyTo = &n.Comment
		for place.Shown >= depth-1 && place.Shown > 0 {
			place = nodes[place.ParentID]
		}
	}
	reply.Shown = min(place.Shown+1, max(depth-1, 0))
	place.Replies = append(place.Replies, reply)
}

// PageOf returns the number of the page that shows a comment.
func PageOf(ctx context.Context, r models.Reader, c *Comment, perPage int) (int, error) {
	root := c
	if c.RootID != 0 {
		var err error
		if root, err = ByID(ctx, r, c.RootID); err != nil {
			return 0, err
		}
	}
	var before int
	err := r.Query(ctx).Raw(`SELECT COUNT(*) FROM comments WHERE article_id = ? AND depth = 0 AND thread_shown > 0
		AND (created_at < ? OR created_at = ? AND id < ?)`, c.ArticleID, root.CreatedAt, root.CreatedAt, root.ID).Scan(&before).Error
	return before/perPage + 1, err
}

// ByID returns a comment, whatever its state; a NotFound error if there is
// none.
func ByID(ctx context.Context, r models.Reader, id int64) (*Comment, error) {
	var c Comment
	return &c, r.Query(ctx).Where("id = ?", id).Take(&c).Error
}

// maxPending bounds how many of one's own waiting comments a page shows.
const maxPending = 20

// PendingOf returns the held comments that a browser wrote under an
// article, oldest first.
func PendingOf(ctx context.Context, r models.Reader, articleID int64, token string) ([]Comment, error) {
	hash := HashToken(token)
	if hash == "" {
		return nil, nil
	}
	var list []Comment
	err := r.Query(ctx).Where("token_hash = ? AND token_hash <> '' AND article_id = ? AND state = ?", hash, articleID, Hold).
		Order("created_at, id").Limit(maxPending).Find(&list).Error
	return list, err
}
