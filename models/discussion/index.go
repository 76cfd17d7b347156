package discussion

import (
	"context"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/richtext"
	"broadsheet/models/terms"

	"gorm.io/gorm/clause"
)

// Moderators search comments by their words, by the hosts of their links and by the
// rules that applied to them. The index for this is written in the background, a
// moment after a comment came in, so that posting does not wait for it.

// indexCursor names how far comments have been indexed.
const indexCursor = "comment words"

const (
	// indexBatch is how many comments are indexed in one transaction.
	indexBatch = 200
	// indexBack is how many numbers before the last one are checked again: in
	// PostgreSQL a transaction may commit a lower number after a higher one.
	indexBack = 2000
)

// Kinds of marks, which are search keys beside the words.
const (
	MarkHost = "host" // a host that a comment links to, or the host of the commenter's website
	MarkRule = "rule" // a rule that asked for more than publication
)

// mark is a search key of a comment.
type mark struct {
	Kind      string `gorm:"primaryKey"`
	Value     string `gorm:"primaryKey"`
	CommentID int64  `gorm:"primaryKey"`
}

func (mark) TableName() string { return "comment_marks" }

// IndexComments indexes the comments since the last call.
func IndexComments(ctx context.Context, db *models.DB) error {
	for {
		var last int64
		if err := db.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&last).Error; err != nil {
			return err
		}
		done, err := models.Cursor(ctx, db, indexCursor)
		if err != nil || last <= done {
			return err
		}
		n := 0
		err = db.Write(ctx, func(tx *models.Tx) (err error) {
			n, err = indexSome(ctx, tx, done, last)
			return err
		})
		if err != nil || n < indexBatch {
			return err
		}
	}
}

// indexSome indexes comments after the number done, and late ones just before it. It
// returns how many.
func indexSome(ctx context.Context, tx *models.Tx, done, last int64) (int, error) {
	if err := models.LockKey(ctx, tx, indexCursor); err != nil {
		return 0, err
	}
	var list []*Comment
	err := tx.Query(ctx).Select("id", "author", "url", "text", "html", "reasons").
		Where("id > ? AND id <= ? AND NOT EXISTS (SELECT 1 FROM comment_words w WHERE w.docid = comments.id)",
			max(0, done-indexBack), last).
		Order("id").Limit(indexBatch).Find(&list).Error
	if err != nil {
		return 0, err
	}
	if err := addToIndex(ctx, tx, list); err != nil {
		return 0, err
	}
	reached := last
	if len(list) == indexBatch {
		reached = max(done, list[len(list)-1].ID)
	}
	return len(list), models.SetCursor(ctx, tx, indexCursor, reached)
}

func addToIndex(ctx context.Context, tx *models.Tx, list []*Comment) error {
	var marks []mark
	for _, c := range list {
		words, wordsArg := tx.Dialect().Words(terms.Index(richtext.CommentText(c.Text)))
		author, authorArg := tx.Dialect().Words(terms.Index(c.Author))
		err := tx.Query(ctx).Exec("INSERT INTO comment_words (docid, words, author) VALUES (?, "+words+", "+author+")",
			c.ID, wordsArg, authorArg).Error
		if err != nil {
			return err
		}
		marks = append(marks, c.marks()...)
	}
	if len(marks) == 0 {
		return nil
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(marks, 300).Error
}

// marks returns the marks of a comment.
func (c *Comment) marks() (list []mark) {
	for _, target := range append(richtext.LinkTargets(c.HTML), c.URL) {
		if u, err := url.Parse(target); err == nil && u.Hostname() != "" {
			list = append(list, mark{MarkHost, strings.ToLower(strings.TrimPrefix(u.Hostname(), "www.")), c.ID})
		}
	}
	for _, reason := range c.Reasons {
		if reason.State != Approved {
			list = append(list, mark{MarkRule, reason.Rule, c.ID})
		}
	}
	return list
}

// unindex removes comments from the index.
func unindex(ctx context.Context, tx *models.Tx, ids []int64) error {
	for _, table := range []string{"comment_words WHERE docid", "comment_marks WHERE comment_id"} {
		if err := tx.Query(ctx).Exec("DELETE FROM "+table+" IN ?", ids).Error; err != nil {
			return err
		}
	}
	return nil
}

// reindex indexes comments again after a change of the text or the commenter.
func reindex(ctx context.Context, tx *models.Tx, ids []int64) error {
	if err := unindex(ctx, tx, ids); err != nil {
		return err
	}
	var list []*Comment
	if err := tx.Query(ctx).Select("id", "author", "url", "text", "html", "reasons").Where("id IN ?", ids).Find(&list).Error; err != nil {
		return err
	}
	return addToIndex(ctx, tx, list)
}
