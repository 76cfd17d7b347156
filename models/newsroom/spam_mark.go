package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/spam"
)

// SpamMark is a mark of the spam score that the site has learnt, see [spam.Site]. The newest
// row applies.
type SpamMark struct {
	ID                       int64
	At                       models.Time
	Mark                     float64
	Good, Held, Spam, Caught int
	Decisions                int   // number of decided comments at that time
	LogID                    int64 // last entry of the decision log that was learnt from
	Model                    []byte
}

// TableName names the table for GORM.
func (SpamMark) TableName() string { return "spam_marks" }

// SpamMarkTag is the cache tag of the learnt mark.
const SpamMarkTag models.CacheTag = "spam-mark"

// LastSpamMark returns the newest row, nil if there is none.
func LastSpamMark(ctx context.Context, r models.Queryer) (*SpamMark, error) {
	return models.First[SpamMark](r.Query(ctx).Where("id = (SELECT MAX(id) FROM spam_marks)"))
}

// Site returns the row in the form that the judging rules use.
func (m *SpamMark) Site() (*spam.Site, error) {
	s := &spam.Site{Mark: m.Mark, Good: m.Good, Held: m.Held, Spam: m.Spam, Caught: m.Caught}
	return s, s.SetModel(m.Model)
}

// loadSpam returns the newest mark and model that the site has learnt, nil for none.
func loadSpam(ctx context.Context, r models.Queryer) (*spam.Site, error) {
	m, err := LastSpamMark(ctx, r)
	if err != nil || m == nil {
		return nil, err
	}
	return m.Site()
}

// HoldMark returns the lowest score at which a comment is held, and its source:
// the setting, the site's own decisions or the shipped model.
func (s *Site) HoldMark() (points float64, from string) {
	switch {
	case s.CommentSpamHold > 0:
		return s.CommentSpamHold, "fixed by the rules"
	case s.Spam != nil && s.Spam.Mark > 0:
		return min(s.Spam.Mark, s.CommentSpamSpam), "set by the site"
	}
	return min(spam.HoldMark, s.CommentSpamSpam), "as shipped"
}
