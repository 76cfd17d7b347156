package presence

import (
	"context"
	"time"

	"broadsheet/models"
)

// Lasts is how long an account counts as present after its last [Note]. The form of an
// article causes one every minute.
const Lasts = 150 * time.Second

// row is a row of article_presence.
type row struct {
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	UserID    int64 `gorm:"primaryKey;autoIncrement:false"`
	Name      string
	At        models.Time
}

func (row) TableName() string { return "article_presence" }

// Note records that an account has the form of an article open now.
func Note(ctx context.Context, db *models.DB, article, user int64, name string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Save(&row{article, user, name, models.At(tx.Now)}).Error
	})
}

// Others returns the names of the other accounts that have the form open, the account with
// the latest [Note] first.
func Others(ctx context.Context, r models.Queryer, article, user int64, now time.Time) (names []string, err error) {
	err = r.Query(ctx).Model(&row{}).Where("article_id = ? AND user_id <> ? AND at > ?", article, user, models.At(now.Add(-Lasts))).
		Order("at DESC, user_id").Pluck("name", &names).Error
	return names, err
}

// Prune removes the rows that are older than [Lasts].
func Prune(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return models.Exec(ctx, tx, "DELETE FROM article_presence WHERE at <= ?", models.At(tx.Now.Add(-Lasts)))
	})
}
