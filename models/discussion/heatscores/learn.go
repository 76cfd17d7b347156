package heatscores

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/heated"
)

// Reasons are the codes for declining that count as abuse.
var Reasons = []string{"abusive", "harassment", "hate", "offensive"}

// A site learns again after so many new declines, in any case after a day.
const (
	leastNew = 20
	relearn  = 24 * time.Hour
)

// learned is the row of what was learned.
type learned struct {
	ID           int64
	At           models.Time
	Heated, Calm int
	AUC          float64 `gorm:"column:auc"`
	LogID        int64   // the last entry of the decision log
	Model        []byte
}

// TableName names the table for GORM.
func (learned) TableName() string { return "heated_models" }

// earned reports whether the model is good enough to be used.
func (l *learned) earned() bool {
	return l != nil && min(l.Heated, l.Calm) >= heated.LeastLessons && l.AUC >= heated.LeastAUC
}

// last returns the row without its model, nil if nothing was learned yet.
func last(ctx context.Context, r models.Queryer) (*learned, error) {
	return models.First[learned](r.Query(ctx).Select("id", "at", "heated", "calm", "auc", "log_id").Order("id DESC").Limit(1))
}

// Learn learns from the decisions, if enough of them are new. It does so whether the
// score is on or off, so that its figures are known before it is switched on.
func Learn(ctx context.Context, db *models.DB) error {
	before, err := last(ctx, db)
	if err != nil {
		return err
	}
	row := learned{Model: []byte{}}
	if err := db.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comment_log").Scan(&row.LogID).Error; err != nil {
		return err
	}
	if before == nil {
		before = &learned{}
	}
	if row.LogID == before.LogID {
		return nil
	}
	list, err := lessons(ctx, db)
	if err != nil {
		return err
	}
	declined := 0
	for _, l := range list {
		if l.Heated {
			declined++
		}
	}
	if change := declined - before.Heated; max(change, -change) < leastNew && db.Now().Sub(before.At.Time) < relearn {
		return nil
	}
	site := heated.Learn(list)
	if model, err := site.Marshal(); err != nil {
		return err
	} else if model != nil {
		row.Model = model
	}
	row.Heated, row.Calm, row.AUC = site.Heated, site.Calm, site.AUC
	return db.Write(ctx, func(tx *models.Tx) error {
		row.ID, row.At = 0, models.At(tx.Now)
		if err := tx.Query(ctx).Create(&row).Error; err != nil {
			return err
		}
		return tx.Query(ctx).Where("id < ?", row.ID).Delete(&learned{}).Error
	})
}

// lessons returns the newest decided comments of both kinds, the oldest first. A
// declined comment counts by the last entry of the log about it.
func lessons(ctx context.Context, r models.Queryer) ([]heated.Lesson, error) {
	type decided struct {
		ID     int64
		Text   string
		Heated bool
	}
	var all, calm []decided
	err := r.Query(ctx).Raw(`SELECT c.id, c.text, TRUE AS heated FROM comment_log l JOIN comments c ON c.id = l.comment_id
		WHERE l.reason IN ? AND c.state = 'trash' AND c.text <> '' AND NOT EXISTS (
			SELECT 1 FROM comment_log later WHERE later.comment_id = l.comment_id AND later.id > l.id)
		ORDER BY l.id DESC LIMIT ?`, Reasons, heated.MostHeated).Scan(&all).Error
	if err != nil {
		return nil, err
	}
	err = r.Query(ctx).Raw(`SELECT id, text, FALSE AS heated FROM comments`+r.Dialect().IndexedBy("comments_learned")+`
		WHERE learned = ? AND learned <> '' AND text <> '' AND state || '' = 'approve' ORDER BY id DESC LIMIT ?`,
		spamcounts.Ham, heated.MostCalm).Scan(&calm).Error
	if err != nil {
		return nil, err
	}
	all = append(all, calm...)
	slices.SortStableFunc(all, func(a, b decided) int { return int(a.ID - b.ID) })
	list := make([]heated.Lesson, len(all))
	for i, d := range all {
		list[i] = heated.Lesson{Text: d.Text, Heated: d.Heated}
	}
	return list, nil
}

// The limits of package heated, for the page that shows the figures.
const (
	Needs    = heated.LeastLessons
	LeastAUC = heated.LeastAUC
)

// Figures are what is known of the score on this site.
type Figures struct {
	Known        bool // something was learned
	Earned       bool // the score is good enough to be used
	Enough       bool // there were enough decisions for a test
	At           time.Time
	Heated, Calm int     // comments declined as abuse, and approved, that were learned
	AUC          float64 // share of pairs of both that the test ordered rightly
	Caught       float64 // share of the declined ones that would be marked
}

// FiguresAt returns the figures for comments that are marked from a score on.
func FiguresAt(ctx context.Context, r models.Queryer, from int) (f Figures, err error) {
	row, err := models.First[learned](r.Query(ctx).Order("id DESC").Limit(1))
	if err != nil || row == nil {
		return f, err
	}
	f = Figures{Known: true, Earned: row.earned(), At: row.At.Time, Heated: row.Heated, Calm: row.Calm, AUC: row.AUC}
	if len(row.Model) == 0 {
		return f, nil
	}
	site, err := heated.Unmarshal(row.Model)
	if err != nil {
		return f, err
	}
	f.Enough, f.Caught = true, site.Caught(from)
	return f, nil
}
