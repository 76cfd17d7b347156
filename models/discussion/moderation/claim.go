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

// Claim notes that a moderator is looking at some comments, from now on. It
// leaves out comments outside of the scope, and those that another moderator
// looks at.
func Claim(ctx context.Context, db *models.DB, scope Scope, user int64, ids []int64) error {
	ids, err := scope.Filter(ctx, db, ids)
	if err != nil || len(ids) == 0 {
		return err
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

// ClaimedByOthers returns how many comments of a scope other moderators are
// looking at.
func ClaimedByOthers(ctx context.Context, r models.Queryer, scope Scope, user int64, now time.Time) (int, error) {
	var ids []int64
	if err := r.Query(ctx).Model(&claim{}).Where("until > ? AND user_id <> ?", models.At(now), user).Pluck("comment_id", &ids).Error; err != nil {
		return 0, err
	}
	within, err := scope.Filter(ctx, r, ids)
	return len(within), err
}

// PruneClaims forgets claims that have ended.
func PruneClaims(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("until <= ?", models.At(tx.Now)).Delete(&claim{}).Error
	})
}
