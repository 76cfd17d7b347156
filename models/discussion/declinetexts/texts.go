package declinetexts

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// MaxText is the length of the longest sentence, in characters.
const MaxText = 300

// declineText is a row of the sentences.
type declineText struct {
	Reason   string `gorm:"primaryKey"`
	Language string `gorm:"primaryKey"`
	Text     string
}

// TableName names the table for GORM.
func (declineText) TableName() string { return "decline_texts" }

// auditSubject is the kind of the entries of the audit about sentences.
const auditSubject models.SubjectKind = "decline text"

// In returns the sentences of a language by their reasons.
func In(ctx context.Context, r models.Queryer, language string) (map[string]string, error) {
	var rows []declineText
	err := r.Query(ctx).Where("language = ?", language).Find(&rows).Error
	texts := map[string]string{}
	for _, row := range rows {
		texts[row.Reason] = row.Text
	}
	return texts, err
}

// Of returns the sentence for one reason, "" for none.
func Of(ctx context.Context, r models.Queryer, language, reason string) (string, error) {
	if reason == "" {
		return "", nil
	}
	row, err := models.First[declineText](r.Query(ctx).Where("reason = ? AND language = ?", reason, language))
	if err != nil || row == nil {
		return "", err
	}
	return row.Text, nil
}

// Save changes sentences of a language, by their reasons, and records each change in the
// audit. An empty sentence removes the one that there was. Save refuses with Invalid an
// unknown reason and a sentence that is longer than [MaxText]; it then changes none.
func Save(ctx context.Context, db *models.DB, who models.Actor, language string, changes map[string]string) error {
	var wrong []models.FieldError
	lines := map[string]string{}
	for reason, text := range changes {
		lines[reason] = richtext.PlainLine(text)
		switch {
		case !discussion.IsDeclineReason(reason):
			wrong = append(wrong, models.FieldError{Field: reason, Code: "unknown"})
		case richtext.TooLong(lines[reason], MaxText):
			wrong = append(wrong, models.FieldError{Field: reason, Code: "too-many-characters", Limit: MaxText})
		}
	}
	if len(wrong) > 0 {
		return models.InvalidFields(wrong...)
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		before, err := In(ctx, tx, language)
		if err != nil {
			return err
		}
		for _, reason := range discussion.DeclineReasons {
			text, named := lines[reason]
			if !named || text == before[reason] {
				continue
			}
			if err := set(ctx, tx, declineText{reason, language, text}); err != nil {
				return err
			}
			subject := models.Subject{Kind: auditSubject, Name: reason + " " + language}
			if err := models.Audit(ctx, tx, who, subject, "set", before[reason], text); err != nil {
				return err
			}
		}
		return nil
	})
}

// set stores a sentence, and deletes the one that there was when it is empty.
func set(ctx context.Context, tx *models.Tx, row declineText) error {
	if richtext.Blank(row.Text) {
		return tx.Query(ctx).Where("reason = ? AND language = ?", row.Reason, row.Language).Delete(&declineText{}).Error
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "reason"}, {Name: "language"}}, DoUpdates: clause.AssignmentColumns([]string{"text"}),
	}).Create(&row).Error
}

// Used returns how many comments were declined for each reason since an instant, without
// the decisions that were undone. It counts all in the index of reasons and then takes
// away the undone ones, which are few: to look at each decision for its undo would read
// the log of every declined comment.
func Used(ctx context.Context, r models.Queryer, since time.Time) (map[string]int, error) {
	used := map[string]int{}
	from, reasons := models.At(since), discussion.DeclineReasons
	for _, part := range []struct {
		sign  int
		query string
		args  []any
	}{
		{1, "SELECT reason, COUNT(*) AS n FROM comment_log WHERE reason IN ? AND at >= ? GROUP BY reason", []any{reasons, from}},
		// An undo is after its decision. The expression uses no index, so that no database
		// begins with the decisions.
		{-1, `SELECT l.reason, COUNT(*) AS n FROM comment_log u
			JOIN comment_log l ON l.comment_id = u.comment_id AND l.operation = u.operation AND l.at >= ? AND l.reason || '' IN ?
			WHERE u.reason = 'undo' AND u.at >= ? AND u.operation <> '' GROUP BY l.reason`, []any{from, reasons, from}},
	} {
		var rows []struct {
			Reason string
			N      int
		}
		if err := r.Query(ctx).Raw(part.query, part.args...).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			if used[row.Reason] += part.sign * row.N; used[row.Reason] == 0 {
				delete(used, row.Reason)
			}
		}
	}
	return used, nil
}
