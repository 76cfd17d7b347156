package thread

import (
	"cmp"
	"slices"

	"broadsheet/models/discussion"
)

// Node is a comment in its thread, as a page shows it.
type Node struct {
	discussion.Comment
	// Shown is the level at which the page shows the comment, 0 at the top and
	// less than the site's depth.
	Shown int
	// InReplyTo is the parent. It is set where the place does not show it: beyond
	// the deepest level, or if the parent is on another page.
	InReplyTo *discussion.Comment
	// Elsewhere is set if the parent is not on this page.
	Elsewhere bool
	// Gone marks a comment that is not public but has public replies. The page
	// shows a placeholder for it.
	Gone    bool
	Replies []*Node
	// More is how many replies of the thread the page leaves out.
	More int

	above *Node // the node that holds it in Replies, nil for a thread's first comment
}

// replies returns the number of public replies in a thread.
func replies(c *discussion.Comment) int {
	if c.State == discussion.Approved {
		return c.ThreadShown - 1
	}
	return c.ThreadShown
}

// grow builds trees of comments. It puts a placeholder in place of a parent that
// is not public. In a thread that is cut, a missing parent may also be on another
// page; its replies then follow the thread's first comment.
func grow(rows []discussion.Comment, depth int) []*Node {
	nodes := make(map[int64]*Node, len(rows))
	var roots []*Node
	// Parents before children: an imported reply may be dated before its parent.
	slices.SortStableFunc(rows, func(a, b discussion.Comment) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range rows {
		n := &Node{Comment: c, Gone: c.State != discussion.Approved}
		nodes[c.ID] = n
		if c.Depth == 0 {
			n.More = replies(&c)
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
			n.InReplyTo, n.Elsewhere = &discussion.Comment{ID: c.ParentID}, true
			root.append(n, depth)
			continue
		}
		if parent == nil {
			parent = &Node{Gone: true, Shown: min(1, depth-1)}
			parent.Comment = discussion.Comment{ID: c.ParentID, ParentID: root.ID, RootID: root.ID, Depth: 1, CreatedAt: c.CreatedAt}
			nodes[c.ParentID] = parent
			parent.above, root.Replies = root, append(root.Replies, parent)
		}
		parent.addReply(n, depth)
	}
	for _, n := range nodes {
		slices.SortStableFunc(n.Replies, func(a, b *Node) int {
			return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
		})
	}
	return roots
}

// addReply adds a reply below its parent or, if the parent is at the deepest level,
// beside it.
func (n *Node) addReply(reply *Node, depth int) {
	place := n
	if n.Shown >= depth-1 {
		reply.InReplyTo = &n.Comment
		// Walk by the shown places, because a parent may be on no page.
		for place.Shown >= depth-1 && place.above != nil {
			place = place.above
		}
	}
	place.append(reply, depth)
}

// append adds a reply below n, after the others.
func (n *Node) append(reply *Node, depth int) {
	reply.Shown, reply.above = min(n.Shown+1, max(depth-1, 0)), n
	n.Replies = append(n.Replies, reply)
}
