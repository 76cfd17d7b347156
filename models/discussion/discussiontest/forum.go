package discussiontest

import (
	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Forum is a desk with one article.
type Forum struct {
	*Desk
	ArticleID int64
}

// Forum publishes a new article for comments.
func (d *Desk) Forum() *Forum {
	d.Helper()
	return &Forum{d, d.Article().ID}
}

// Say posts a comment from a new commenter.
func (f *Forum) Say(text string) *discussion.Comment {
	f.Helper()
	return f.Reply(0, text)
}

// Reply posts a reply from a new commenter.
func (f *Forum) Reply(parent int64, text string) *discussion.Comment {
	f.Helper()
	in := f.Saying(f.ArticleID, text)
	in.ParentID = parent
	return f.MustPost(in)
}

// State returns the state of a comment.
func (f *Forum) State(id int64) discussion.State {
	f.Helper()
	return f.Comment(id).State
}

// DecideAs takes an action on comments on behalf of a moderator. It can be undone.
func (f *Forum) DecideAs(
	name string, action discussion.Action, seen ...discussion.Versioned,
) (op string, results []discussion.DecisionResult) {
	f.Helper()
	verdict := discussion.Verdict{Undoable: true, Action: action}
	op, results, err := discussion.Decide(f.Context(), f.DB, models.Actor{Name: name}, seen, verdict)
	f.Check(err)
	return op, results
}
