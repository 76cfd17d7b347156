package taxonomy

import (
	"slices"

	"broadsheet/models"
)

// CommentDefault is the rule of a category or a tag for comments on new articles. It has
// no effect on articles that are public already.
type CommentDefault struct {
	Comments    string // one of CommentDefaults, "" for no default
	CommentDays int    // comments close this many days after publication; 0 for no end
}

// The values of CommentDefault.Comments. They stand in the order of strictness, and the
// strictest of an article's terms wins.
const (
	CommentsOpen         = "open"
	CommentsVerified     = "verified"     // commenters with a verified address only
	CommentsPremoderated = "premoderated" // each comment is held
	CommentsClosed       = "closed"
)

// CommentDefaults are the values that a form offers.
var CommentDefaults = []string{"", CommentsOpen, CommentsVerified, CommentsPremoderated, CommentsClosed}

// MaxCommentDays is the largest CommentDays.
const MaxCommentDays = 3650

// Check refuses an unknown default with the names of the form's fields.
func (d CommentDefault) Check() (bad []models.FieldError) {
	if !slices.Contains(CommentDefaults, d.Comments) {
		bad = append(bad, models.FieldError{Field: "comments", Code: "choice"})
	}
	if d.CommentDays < 0 || d.CommentDays > MaxCommentDays {
		bad = append(bad, models.FieldError{Field: "comment_days", Code: "number", Limit: MaxCommentDays})
	}
	return bad
}

// CommentRules is the rule for comments that all terms of an article make together. Two
// terms can both count: one that asks for verified commenters, and one that holds.
type CommentRules struct {
	Closed, Premoderated, Verified, Open bool
	Days                                 int // the fewest; 0 for no end
	// By are the names of the terms that a rule comes from.
	By []string
}

// CommentRules returns the rules of the categories, of those above them and of the tags. A category
// without a default of its own has that of the category above it.
func (tree *Categories) CommentRules(categories []*Category, tags []*Tag) (rules CommentRules) {
	for _, c := range categories {
		for up := c; up != nil; up = tree.Parent(up) {
			if up.CommentDefault != (CommentDefault{}) {
				rules.add(up.CommentDefault, up.Name)
				break
			}
		}
	}
	for _, t := range tags {
		rules.add(t.CommentDefault, t.Name)
	}
	return rules
}

func (r *CommentRules) add(d CommentDefault, name string) {
	if d == (CommentDefault{}) {
		return
	}
	r.Closed = r.Closed || d.Comments == CommentsClosed
	r.Premoderated = r.Premoderated || d.Comments == CommentsPremoderated
	r.Verified = r.Verified || d.Comments == CommentsVerified
	r.Open = r.Open || d.Comments == CommentsOpen
	if d.CommentDays > 0 && (r.Days == 0 || d.CommentDays < r.Days) {
		r.Days = d.CommentDays
	}
	if !slices.Contains(r.By, name) {
		r.By = append(r.By, name)
	}
}

// None reports whether no term says anything.
func (r CommentRules) None() bool { return len(r.By) == 0 }
