package drafts

import (
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/paragraphs"
)

// Choice is an editor's answer to an overlap.
type Choice string

// The choices. Both keeps both texts, theirs first; only a paragraph can take it.
const (
	Unasked Choice = ""
	Mine    Choice = "mine"
	Theirs  Choice = "theirs"
	Both    Choice = "both"
)

// FieldOverlap is a field that both editors have changed in different ways. Base,
// Mine and Theirs are the values of the form field.
type FieldOverlap struct {
	Field              string // name of the form field
	Base, Mine, Theirs string
}

// Overlap is the Conflict error of a save that needs the decision of its editor: another
// editor has changed the same paragraphs or fields since Base. The refused text is kept as
// version Kept.
type Overlap struct {
	Base   int // version that the editor began with
	Newest int // version of the other text, Theirs
	Kept   int // version with the refused text
	By     models.Actor
	At     models.Time // when Theirs was saved
	Theirs newsroom.Manuscript
	// Merged has the changes of both texts. Where they overlap it has the editor's own.
	Merged newsroom.Manuscript
	Fields []FieldOverlap
	Parts  []paragraphs.Part // of the body
}

var errOverlap = models.Refusal(models.Conflict, "text-overlap", "somebody has changed the same paragraphs in between")

// Error returns the text for the log.
func (o *Overlap) Error() string { return errOverlap.Error() }

// Unwrap returns the kind of the error.
func (o *Overlap) Unwrap() error { return errOverlap }

// Choices are the answers of an editor to an [Overlap]: to its fields by name, and to
// the overlaps of its parts in order. A merge uses them only if its other text is still
// version Newest.
type Choices struct {
	Newest int
	Fields map[string]Choice
	Parts  []Choice
}

func (c *Choices) field(name string) Choice {
	if c == nil {
		return Unasked
	}
	return c.Fields[name]
}

func (c *Choices) part(i int) Choice {
	if c == nil || i >= len(c.Parts) {
		return Unasked
	}
	return c.Parts[i]
}
