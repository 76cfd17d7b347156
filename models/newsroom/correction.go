package newsroom

import (
	"slices"

	"broadsheet/models"
)

// The kinds of correction.
const (
	Correct = "correction"
	Clarify = "clarification"
	Update  = "update" // adds facts that became known later
)

// CorrectionKinds are the kinds in the order of a form.
var CorrectionKinds = []string{Correct, Clarify, Update}

// The places of a correction. "" leaves it to the site's setting.
const (
	AtTop  = "top"
	AtFoot = "foot"
)

// MaxCorrectionText is the most characters of a correction.
const MaxCorrectionText = 2000

// CorrectionsTag is the cache tag of the corrections of all public articles.
const CorrectionsTag models.CacheTag = "corrections"

// Correction is a dated note that a part of an article was wrong or unclear.
type Correction struct {
	ID        int64
	ArticleID int64
	Kind      string // one of CorrectionKinds
	// At is the time of publication. A correction without one is in a draft: an article
	// shows it only once it has one. Package drafts gives it.
	At    models.Time
	Text  string // plain text
	Place string `json:",omitempty"` // AtTop, AtFoot or ""
}

// TableName names the table for GORM.
func (Correction) TableName() string { return "corrections" }

// Same reports whether two corrections say the same. Its date does not count: a draft has
// none yet.
func (c Correction) Same(other Correction) bool { return c.Kind == other.Kind && c.Text == other.Text }

// dated returns the corrections that have a date.
func dated(list []Correction) []Correction {
	return slices.DeleteFunc(slices.Clone(list), func(c Correction) bool { return c.At.IsZero() })
}

// touchCorrections touches the list of all corrections if the article had some or has
// some now.
func touchCorrections(tx *models.Tx, before, now int) {
	if before > 0 || now > 0 {
		tx.Touch(CorrectionsTag)
	}
}
