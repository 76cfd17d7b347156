package learn

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/spamcounts"
	"broadsheet/models/newsroom"
	"broadsheet/models/spam"
)

// A site learns again after so many new decisions, in any case after an hour, so
// that a decision that was undone is unlearned.
const (
	leastNew    = 20
	newShare    = 0.15 // of the decisions that it learns from
	relearn     = time.Hour
	mostOldRows = 100 // rows kept for the history of the mark
)

// dueToLearn reports whether there are enough new decisions.
func dueToLearn(decisions, before int) bool {
	fresh := decisions - before
	return max(fresh, -fresh) >= max(leastNew, int(newShare*float64(min(decisions, 2*spam.MostLessons))))
}

// Site computes the site's mark and model from the decisions that [Decisions]
// has learned, if enough of them are new. It stores the result as a new row; the
// rows before it show how the mark has moved.
func Site(ctx context.Context, db *models.DB) error {
	last, err := newsroom.LastSpamMark(ctx, db)
	if err != nil {
		return err
	}
	if last == nil {
		last = &newsroom.SpamMark{}
	}
	cursor, err := models.Cursor(ctx, db, spamcounts.Cursor)
	if err != nil || cursor == last.LogID {
		return err
	}
	texts, _, err := spamcounts.Texts(ctx, db)
	if err != nil {
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

// readLessons reads the newest decided comments of each label, the oldest first.
func readLessons(ctx context.Context, r models.Queryer) ([]spam.Lesson, error) {
	var all []*discussion.Comment
	for _, kind := range []string{spamcounts.Ham, spamcounts.Spam} {
		var list []*discussion.Comment
		err := r.Query(ctx).Table("comments"+r.Dialect().IndexedBy("comments_learned")).Select("id", "text", "reasons", "learned").
			Where("learned = ? AND learned <> '' AND text <> ''", kind).Order("id DESC").Limit(spam.MostLessons).Find(&list).Error
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *discussion.Comment) int { return int(a.ID - b.ID) })
	lessons := make([]spam.Lesson, len(all))
	for i, c := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		lessons[i] = spam.Lesson{Reading: spam.Read(c.Text), Spam: c.Learned == spamcounts.Spam}
		lessons[i].Points, lessons[i].Scored = c.Reasons.Score()
	}
	return lessons, nil
}
