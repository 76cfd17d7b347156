package discussion

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/spam"
)

// These constants say when a site learns again: after a number of new
// decisions, after a share of those it learns from, and in any case after a
// time, so that a decision that was undone does not stay learnt.
const (
	leastNew    = 20
	newShare    = 0.15
	relearn     = time.Hour
	mostOldRows = 100 // marks that are kept
)

// dueToLearn reports whether there are enough new decisions.
func dueToLearn(decisions, before int) bool {
	fresh := decisions - before
	return max(fresh, -fresh) >= max(leastNew, int(newShare*float64(min(decisions, 2*spam.MostLessons))))
}

// LearnSite lets the site set its mark and learn its model from the decisions
// that [LearnDecisions] has seen. It works outside any request and stores the
// result as a new row; the rows before it show how the mark has moved.
func LearnSite(ctx context.Context, db *models.DB) error {
	last, err := newsroom.LastSpamMark(ctx, db)
	if err != nil {
		return err
	}
	if last == nil {
		last = &newsroom.SpamMark{}
	}
	cursor, err := models.Cursor(ctx, db, learnCursor)
	if err != nil || cursor == last.LogID {
		return err
	}
	var texts spam.Count
	if _, err := models.QueryRow(ctx, db, []any{&texts.Spam, &texts.Ham}, "SELECT spam, ham FROM spam_features WHERE feature = ?", textsFeature); err != nil {
		return err
	}
	decisions := int(texts.Spam + texts.Ham)
	if !dueToLearn(decisions, last.Decisions) && (last.ID == 0 || db.Now().Sub(last.At.Time) < relearn) {
		return nil
	}
	lessons, err := readLessons(ctx, db)
	if err != nil {
		return err
	}
	site := spam.LearnSite(lessons)
	model, err := site.Model()
	if err != nil {
		return err
	}
	if model == nil {
		model = []byte{}
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		row := newsroom.SpamMark{
			At: models.At(tx.Now), Mark: site.Mark, Good: site.Good, Held: site.Held, Spam: site.Spam, Caught: site.Caught,
			Decisions: decisions, LogID: cursor, Model: model,
		}
		if err := tx.Query(ctx).Create(&row).Error; err != nil {
			return err
		}
		tx.Touch(newsroom.SpamMarkTag)
		if err := tx.Query(ctx).Model(&newsroom.SpamMark{}).Where("id < ?", row.ID).UpdateColumn("model", []byte{}).Error; err != nil {
			return err
		}
		return tx.Query(ctx).Where("id <= ?", row.ID-mostOldRows).Delete(&newsroom.SpamMark{}).Error
	})
}

// readLessons reads the newest decided comments of each kind, the oldest
// first.
func readLessons(ctx context.Context, r models.Queryer) ([]spam.Lesson, error) {
	var all []*Comment
	for _, kind := range []string{learnedHam, learnedSpam} {
		var list []*Comment
		err := r.Query(ctx).Table("comments"+r.Dialect().By("comments_learned")).Select("id", "text", "reasons", "learned").
			Where("learned = ? AND learned <> '' AND text <> ''", kind).Order("id DESC").Limit(spam.MostLessons).Find(&list).Error
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *Comment) int { return int(a.ID - b.ID) })
	lessons := make([]spam.Lesson, len(all))
	for i, c := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lessons[i] = spam.Lesson{Reading: spam.Read(c.Text), Spam: c.Learned == learnedSpam}
		lessons[i].Points, lessons[i].Scored = c.Reasons.Score()
	}
	return lessons, nil
}

// Score returns the points of the spam score. ok is false if the score was off
// or found nothing.
func (r Reasons) Score() (points float64, ok bool) {
	for _, reason := range r {
		if reason.Rule == SpamScoreRule {
			return reason.Weight, true
		}
	}
	return 0, false
}
