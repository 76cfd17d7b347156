package learn

import (
	"context"
	"slices"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/spamcounts"
)

// decisionBatch is how many decisions one transaction learns: few enough that
// other writers hardly wait.
const decisionBatch = 50

// Decisions learns the decisions in the log since the last call: an approved
// comment is ham, a comment in spam is spam. It unlearns decisions that were
// changed.
func Decisions(ctx context.Context, db *models.DB) error {
	for {
		full := false
		err := db.WriteMany(ctx, func(tx *models.Tx) error {
			cursor, err := models.Cursor(ctx, tx, spamcounts.Cursor)
			if err != nil {
				return err
			}
			var entries []decisionlog.Entry
			err = tx.Query(ctx).Where("id > ? AND at <= ?", cursor, models.At(tx.Now.Add(-settled))).
				Order("id").Limit(decisionBatch).Find(&entries).Error
			if err != nil || len(entries) == 0 {
				return err
			}
			full = len(entries) == decisionBatch
			if err := learnFrom(ctx, tx, entries); err != nil {
				return err
			}
			return models.SetCursor(ctx, tx, spamcounts.Cursor, entries[len(entries)-1].ID)
		})
		if err != nil || !full {
			return err
		}
	}
}

// settled is how old a log entry must be before it is read. An entry of a
// transaction that commits later may have a lower number.
const settled = 5 * time.Second

// learnFrom learns the present states of the comments in the entries.
func learnFrom(ctx context.Context, tx *models.Tx, entries []decisionlog.Entry) error {
	var ids []int64
	for _, e := range entries {
		ids = append(ids, e.CommentID)
	}
	slices.Sort(ids)
	var comments []*discussion.Comment
	err := tx.Query(ctx).Select("id", "state", "text", "learned").Where("id IN ?", slices.Compact(ids)).Find(&comments).Error
	if err != nil {
		return err
	}
	changes := spamcounts.Changes{}
	for _, c := range comments {
		want := ""
		switch c.State {
		case discussion.Approved:
			want = spamcounts.Ham
		case discussion.Spam:
			want = spamcounts.Spam
		}
		if want == c.Learned {
			continue
		}
		changes.Add(c.Text, c.Learned, -1)
		changes.Add(c.Text, want, +1)
		if err := tx.Query(ctx).Model(c).UpdateColumn("learned", want).Error; err != nil {
			return err
		}
	}
	return changes.Write(ctx, tx)
}
