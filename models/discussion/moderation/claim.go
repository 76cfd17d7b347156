package moderation

import (
	"context"
	"time"

	"broadsheet/models"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ClaimFor is how long a comment that was dealt out is not dealt to somebody
// else.
const ClaimFor = 2 * time.Minute

// claim notes who is looking at a comment. It is soft: nobody is kept from
// deciding, and it ends by itself.
type claim struct {
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	UserID    int64
	Until     models.Time
}

// Claim notes that a moderator is looking at some comments, from now on. What
// somebody else looks at stays theirs.
func Claim(ctx context.Context, db *models.DB, user int64, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		now := models.At(tx.Now)
		rows := make([]claim, len(ids))
		for i, id := range ids {
			rows[i] = claim{id, user, models.At(tx.Now.Add(ClaimFor))}
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "comment_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"user_id", "until"}),
			Where:     clause.Where{Exprs: []clause.Expression{gorm.Expr("claims.user_id = ? OR claims.until <= ?", user, now)}},
		}).Create(&rows).Error
	})
}

// ClaimedByOthers returns how many comments others are looking at.
func ClaimedByOthers(ctx context.Context, r models.Reader, user int64, now time.Time) (n int, err error) {
	err = r.Query(ctx).Raw("SELECT COUNT(*) FROM claims WHERE until > ? AND user_id <> ?", models.At(now), user).Scan(&n).Error
	return n, err
}

// PruneClaims forgets claims that have ended.
func PruneClaims(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("until <= ?", models.At(tx.Now)).Delete(&claim{}).Error
	})
}
