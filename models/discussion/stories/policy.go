package stories

import (
	"cmp"

	"broadsheet/models/newsroom"
)

// CloseComments returns a policy with comments that a moderator closes now. It remembers how
// they were open.
func CloseComments(p newsroom.CommentPolicy) newsroom.CommentPolicy {
	if p.Status == newsroom.CommentsClosed {
		return p
	}
	p.Reopen = "" // a manuscript may have opened the comments since then
	switch {
	case p.Status == newsroom.CommentsPremoderate:
		p.Reopen = newsroom.CommentsPremoderate
	case p.ByHand:
		p.Reopen = newsroom.CommentsOpen
	}
	p.Status, p.ByHand = newsroom.CommentsClosed, false
	return p
}

// OpenComments returns a policy with closed comments open again, as they were before.
func OpenComments(p newsroom.CommentPolicy) newsroom.CommentPolicy {
	if p.Status == newsroom.CommentsClosed {
		p.Status, p.ByHand = cmp.Or(p.Reopen, newsroom.CommentsOpen), p.Reopen != ""
		p.Reopen = ""
	}
	return p
}
