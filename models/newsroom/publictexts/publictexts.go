package publictexts

import (
	"context"

	"broadsheet/models"
)

// Text is a version of an article that readers have seen.
type Text struct {
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	Number    int   `gorm:"primaryKey;autoIncrement:false"` // of the version
	At        models.Time
	// Quiet means that the public history does not show how the text differs from the
	// one before.
	Quiet bool
}

// TableName names the table for GORM.
func (Text) TableName() string { return "public_texts" }

// Last returns the number of the version that readers have seen last, 0 if none is
// recorded.
func Last(ctx context.Context, r models.Queryer, article int64) (number int, err error) {
	_, err = models.QueryRow(ctx, r, []any{&number}, "SELECT COALESCE(MAX(number), 0) FROM public_texts WHERE article_id = ?", article)
	return number, err
}

// Add records a text, and counts it on the article unless it is quiet.
func Add(ctx context.Context, tx *models.Tx, t Text) error {
	err := models.Exec(ctx, tx, "INSERT INTO public_texts (article_id, number, at, quiet) VALUES (?, ?, ?, ?)",
		t.ArticleID, t.Number, t.At, t.Quiet)
	if err != nil || t.Quiet {
		return err
	}
	return models.Exec(ctx, tx, "UPDATE articles SET changes = changes + 1 WHERE id = ?", t.ArticleID)
}

// Newest returns at most that many texts of an article, newest first.
func Newest(ctx context.Context, r models.Queryer, article int64, most int) (list []Text, err error) {
	err = r.Query(ctx).Where("article_id = ?", article).Order("number DESC").Limit(most).Find(&list).Error
	return list, err
}

// Silence makes a text quiet or not. It reports whether there is such a text after the
// first one. The caller touches the article's cache tag.
func Silence(ctx context.Context, tx *models.Tx, article int64, number int, quiet bool) (found bool, err error) {
	done := tx.Query(ctx).Exec(`UPDATE public_texts SET quiet = ? WHERE article_id = ? AND number = ?
		AND number > (SELECT MIN(number) FROM public_texts WHERE article_id = ?)`, quiet, article, number, article)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, done.Error
	}
	return true, models.Exec(ctx, tx, `UPDATE articles SET changes =
		(SELECT COUNT(*) FROM public_texts WHERE article_id = ? AND NOT quiet) WHERE id = ?`, article, article)
}
