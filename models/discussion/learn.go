package discussion

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/spam"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// What a comment has taught.
const (
	learnedSpam = "spam"
	learnedHam  = "ham"
)

// learnCursor names how far the log of decisions has been learnt.
const learnCursor = "spam model"

// textsFeature counts the texts themselves; no hash is used for it.
const textsFeature = 0

// learned reads what the site's decisions say about features.
func learned(ctx context.Context, r models.Queryer, features []uint32) (own spam.Learned, err error) {
	taught, err := models.QueryRow(ctx, r, []any{&own.Texts.Spam, &own.Texts.Ham}, "SELECT spam, ham FROM spam_features WHERE feature = ?", textsFeature)
	if err != nil || !taught || own.Texts == (spam.Count{}) {
		return own, err
	}
	own.Features = make(map[uint32]spam.Count, len(features))
	for chunk := range slices.Chunk(features, askedFeatures) {
		if err := readFeatures(ctx, r, chunk, own.Features); err != nil {
			return own, err
		}
	}
	return own, nil
}

// askedFeatures is how many features are asked for at once. It is always so
// many, some of them twice, so that one statement serves all.
const askedFeatures = 200

var askFeatures = "SELECT feature, spam, ham FROM spam_features WHERE feature IN (?" + strings.Repeat(", ?", askedFeatures-1) + ")"

func readFeatures(ctx context.Context, r models.Queryer, features []uint32, into map[uint32]spam.Count) error {
	args := make([]any, askedFeatures)
	for i := range args {
		args[i] = int64(features[min(i, len(features)-1)])
	}
	rows, err := models.QueryRows(ctx, r, askFeatures, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var feature int64
		var count spam.Count
		if err := rows.Scan(&feature, &count.Spam, &count.Ham); err != nil {
			return err
		}
		into[uint32(feature)] = count
	}
	return rows.Err()
}

// learnBatch is how many decisions are learnt in one transaction, few enough
// that writers hardly wait.
const learnBatch = 50

// LearnDecisions teaches the spam model what moderators have decided since
// the last time, and takes back what they have changed their minds about. It
// is done in the background: a moderator does not wait for it.
//
// A comment that a person made public is talk; one that a person marked as
// spam is spam. What the rules decided alone teaches nothing, else the model
// would learn from itself. The trash is for all kinds of reasons and teaches
// nothing either.
func LearnDecisions(ctx context.Context, db *models.DB) error {
	for {
		full := false
		err := db.WriteMany(ctx, func(tx *models.Tx) error {
			cursor, err := models.Cursor(ctx, tx, learnCursor)
			if err != nil {
				return err
			}
			var entries []decisionlog.Entry
			if err := tx.Query(ctx).Where("id > ? AND at <= ?", cursor, models.At(tx.Now.Add(-settled))).Order("id").Limit(learnBatch).Find(&entries).Error; err != nil || len(entries) == 0 {
				return err
			}
			full = len(entries) == learnBatch
			if err := learnFrom(ctx, tx, entries); err != nil {
				return err
			}
			return models.SetCursor(ctx, tx, learnCursor, entries[len(entries)-1].ID)
		})
		if err != nil || !full {
			return err
		}
	}
}

// settled is how old a log row is before it is read, so that one written at
// the same time with a lower number is not passed over.
const settled = 5 * time.Second

// lesson is a change to what a feature counts.
type lesson struct{ spam, ham int }

func learnFrom(ctx context.Context, tx *models.Tx, entries []decisionlog.Entry) error {
	var ids []int64
	for _, e := range entries {
		ids = append(ids, e.CommentID)
	}
	slices.Sort(ids)
	var comments []*Comment
	err := tx.Query(ctx).Select("id", "state", "text", "learned").Where("id IN ?", slices.Compact(ids)).Find(&comments).Error
	if err != nil {
		return err
	}
	lessons := map[uint32]lesson{}
	for _, c := range comments {
		want := ""
		switch c.State {
		case Approved:
			want = learnedHam
		case Spam:
			want = learnedSpam
		}
		if want == c.Learned {
			continue
		}
		c.teach(lessons, c.Learned, -1)
		c.teach(lessons, want, +1)
		if err := tx.Query(ctx).Model(c).UpdateColumn("learned", want).Error; err != nil {
			return err
		}
	}
	return writeLessons(ctx, tx, lessons)
}

// unlearn takes back what a comment has taught, before its text changes.
func (c *Comment) unlearn(ctx context.Context, tx *models.Tx) error {
	lessons := map[uint32]lesson{}
	c.teach(lessons, c.Learned, -1)
	c.Learned = ""
	return writeLessons(ctx, tx, lessons)
}

func (c *Comment) teach(lessons map[uint32]lesson, what string, by int) {
	add := lesson{spam: by}
	switch what {
	case "":
		return
	case learnedHam:
		add = lesson{ham: by}
	}
	for _, f := range append(spam.Features(c.Text), textsFeature) {
		l := lessons[f]
		lessons[f] = lesson{l.spam + add.spam, l.ham + add.ham}
	}
}

func writeLessons(ctx context.Context, tx *models.Tx, lessons map[uint32]lesson) error {
	var rows []spamFeature
	for f, l := range lessons {
		if l != (lesson{}) {
			rows = append(rows, spamFeature{int64(f), l.spam, l.ham})
		}
	}
	// In one order, so that two instances do not wait for each other.
	slices.SortFunc(rows, func(a, b spamFeature) int { return int(a.Feature - b.Feature) })
	if len(rows) == 0 {
		return nil
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "feature"}},
		DoUpdates: clause.Assignments(map[string]any{
			"spam": gorm.Expr("spam_features.spam + excluded.spam"), "ham": gorm.Expr("spam_features.ham + excluded.ham"),
		}),
	}).CreateInBatches(rows, 500).Error
}

// spamFeature is a row of what was learnt.
type spamFeature struct {
	Feature   int64 `gorm:"primaryKey;autoIncrement:false"`
	Spam, Ham int
}

func (spamFeature) TableName() string { return "spam_features" }
