package newsroom

import "broadsheet/models"

// The kinds of correction.
const (
	Correct = "correction"
	Clarify = "clarification"
)

// Correction is a dated note that a part of an article was wrong or unclear.
type Correction struct {
	ID        int64
	ArticleID int64
	Kind      string // Correct or Clarify
	At        models.Time
	Text      string // plain text
}

// TableName names the table for GORM.
func (Correction) TableName() string { return "corrections" }
