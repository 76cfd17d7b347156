package spamcounts

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/spam"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The labels of a text, as the column learned of a comment holds them. A comment
// from which nothing was learned has "".
const (
	Spam = "spam"
	Ham  = "ham" // the spam filters' word for all that is not spam
)

// Cursor names the cursor that holds the last entry of the decision log that was
// learned.
const Cursor = "spam model"

// textsFeature is the row that counts the texts themselves. No hash has this value.
const textsFeature = 0

// feature is a row of the counts.
type feature struct {
	Feature   int64 `gorm:"primaryKey;autoIncrement:false"`
	Spam, Ham int
}

func (feature) TableName() string { return "spam_features" }

// Texts returns the number of texts that were learned. ok is false if there never
// was one.
func Texts(ctx context.Context, r models.Queryer) (texts spam.Count, ok bool, err error) {
	ok, err = models.QueryRow(ctx, r, []any{&texts.Spam, &texts.Ham}, "SELECT spam, ham FROM spam_features WHERE feature = ?", textsFeature)
	return texts, ok, err
}

// Read returns the counts of the given features and of all texts.
func Read(ctx context.Context, r models.Queryer, features []uint32) (own spam.Learned, err error) {
	texts, ok, err := Texts(ctx, r)
	own.Texts = texts
	if err != nil || !ok || texts == (spam.Count{}) {
		return own, err
	}
	own.Features = make(map[uint32]spam.Count, len(features))
	for chunk := range slices.Chunk(features, readAtOnce) {
		if err := read(ctx, r, chunk, own.Features); err != nil {
			return own, err
		}
	}
	return own, nil
}

// readAtOnce is how many features one statement reads. It always has so many
// parameters, some of them repeated, so that one prepared statement is enough.
const readAtOnce = 200

var readFeatures = "SELECT feature, spam, ham FROM spam_features WHERE feature IN (?" + strings.Repeat(", ?", readAtOnce-1) + ")"

func read(ctx context.Context, r models.Queryer, features []uint32, into map[uint32]spam.Count) error {
	args := make([]any, readAtOnce)
	for i := range args {
		args[i] = int64(features[min(i, len(features)-1)])
	}
	rows, err := models.QueryRows(ctx, r, readFeatures, args...)
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

// Changes are changes of counts, by feature.
type Changes map[uint32]change

type change struct{ spam, ham int }

// Add notes the features of a text with a label: by is +1 to learn the text and
// -1 to unlearn it. A text with the label "" changes nothing.
func (c Changes) Add(text, label string, by int) {
	add := change{spam: by}
	switch label {
	case "":
		return
	case Ham:
		add = change{ham: by}
	}
	for _, f := range append(spam.Features(text), textsFeature) {
		old := c[f]
		c[f] = change{old.spam + add.spam, old.ham + add.ham}
	}
}

// Write stores the changes.
func (c Changes) Write(ctx context.Context, tx *models.Tx) error {
	var rows []feature
	for f, by := range c {
		if by != (change{}) {
			rows = append(rows, feature{int64(f), by.spam, by.ham})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	// In one order, so that two transactions cannot deadlock.
	slices.SortFunc(rows, func(a, b feature) int { return int(a.Feature - b.Feature) })
	return tx.Query(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "feature"}},
		DoUpdates: clause.Assignments(map[string]any{
			"spam": gorm.Expr("spam_features.spam + excluded.spam"), "ham": gorm.Expr("spam_features.ham + excluded.ham"),
		}),
	}).CreateInBatches(rows, 500).Error
}
