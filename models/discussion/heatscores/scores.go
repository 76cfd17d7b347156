package heatscores

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/heated"
	"broadsheet/models/newsroom"

	"gorm.io/gorm/clause"
)

const (
	// scoreBatch is how many comments one transaction scores.
	scoreBatch = 200
	// mostWords is how many words a score names.
	mostWords = 4
	// mostWordRunes is the longest word that it names.
	mostWordRunes = 40
)

// scored is the row of a score.
type scored struct {
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	Version   int   // of the comment
	ModelID   int64
	Score     int
	Words     string // one a line
}

// TableName names the table for GORM.
func (scored) TableName() string { return "heated_scores" }

// waits is the condition for comments that have a score: those that a moderator has to
// look at.
const waits = "(comments.state = 'hold' OR comments.state = 'approve' AND comments.reports > 0) AND comments.text <> ''"

// Keep scores the waiting comments and removes the scores of others. Where the score is
// off, or has not earned its place, it removes all.
func Keep(ctx context.Context, db *models.DB) error {
	site, err := newsroom.LoadSite(ctx, db)
	if err != nil {
		return err
	}
	model, err := last(ctx, db)
	if err != nil {
		return err
	}
	on := site.CommentHeated && model.earned()
	if err := prune(ctx, db, on); err != nil || !on {
		return err
	}
	var learnt *heated.Site
	for {
		list, err := unscored(ctx, db, model.ID)
		if err != nil || len(list) == 0 {
			return err
		}
		if learnt == nil {
			if learnt, err = load(ctx, db, model.ID); err != nil || learnt == nil {
				return err
			}
		}
		rows := make([]scored, len(list))
		for i, c := range list {
			rows[i] = scored{c.ID, c.Version, model.ID, learnt.Score(heated.Read(c.Text)), wordsOf(learnt, c.Text)}
		}
		err = db.WriteMany(ctx, func(tx *models.Tx) error {
			return tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&rows).Error
		})
		if err != nil {
			return err
		}
	}
}

// prune removes the scores of comments that no longer wait, or all of them. It writes
// nothing if there are none.
func prune(ctx context.Context, db *models.DB, on bool) error {
	gone := "1 = 1"
	if on {
		gone = "NOT EXISTS (SELECT 1 FROM comments WHERE comments.id = heated_scores.comment_id AND " + waits + ")"
	}
	var found int64
	err := db.Query(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM heated_scores WHERE " + gone + " LIMIT 1) AS few").Scan(&found).Error
	if err != nil || found == 0 {
		return err
	}
	return db.WriteMany(ctx, func(tx *models.Tx) error { return tx.Query(ctx).Where(gone).Delete(&scored{}).Error })
}

// unscored returns waiting comments without a score of the model for their present
// text. The two lists have an index each.
func unscored(ctx context.Context, r models.Queryer, model int64) (list []discussion.Comment, err error) {
	for _, which := range []string{"comments.state = 'hold'", "comments.reports > 0 AND comments.state || '' = 'approve'"} {
		var some []discussion.Comment
		err := r.Query(ctx).Raw(`SELECT id, version, text FROM comments WHERE `+which+` AND text <> '' AND NOT EXISTS (
			SELECT 1 FROM heated_scores s WHERE s.comment_id = comments.id AND s.version = comments.version AND s.model_id = ?)
			LIMIT ?`, model, scoreBatch-len(list)).Scan(&some).Error
		if err != nil {
			return nil, err
		}
		if list = append(list, some...); len(list) >= scoreBatch {
			break
		}
	}
	return list, nil
}

// load reads a model, nil if it was replaced meanwhile.
func load(ctx context.Context, r models.Queryer, id int64) (*heated.Site, error) {
	row, err := models.First[learned](r.Query(ctx).Where("id = ?", id))
	if err != nil || row == nil || len(row.Model) == 0 {
		return nil, err
	}
	return heated.Unmarshal(row.Model)
}

func wordsOf(site *heated.Site, text string) string {
	var list []string
	for _, word := range site.Words(text, mostWords) {
		if runes := []rune(word); len(runes) > mostWordRunes {
			word = string(runes[:mostWordRunes]) + "…"
		}
		list = append(list, word)
	}
	return strings.Join(list, "\n")
}

// Most is the highest score.
const Most = 99

// Score is how heated a comment is: more than Percent of a hundred approved comments.
type Score struct {
	Percent int
	Words   []string
}

// Of returns the scores of comments, by their numbers, as far as they have one.
func Of(ctx context.Context, r models.Queryer, ids []int64) (map[int64]Score, error) {
	of := map[int64]Score{}
	if len(ids) == 0 {
		return of, nil
	}
	var rows []scored
	if err := r.Query(ctx).Where("comment_id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, row := range rows {
		of[row.CommentID] = Score{row.Score, strings.FieldsFunc(row.Words, func(r rune) bool { return r == '\n' })}
	}
	return of, nil
}
