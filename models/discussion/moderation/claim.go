package moderation

import (
	"context"
	"time"

	"broadsheet/models"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ClaimFor is the time for which a comment that one moderator looks at is left out
// of the queues of the others.
const ClaimFor = 2 * time.Minute

// claim notes that a moderator is looking at a comment. A claim is advisory: other
// moderators may still decide the comment, and the claim ends by itself.
type claim struct {
	CommentID int64 `gorm:"primaryKey;autoIncrement:false"`
	UserID    int64
	Until     models.Time
}

// Claim notes that a moderator is looking at comments, for [ClaimFor] from now. It
// skips comments outside the scope and comments that another moderator has claimed.
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

// ClaimedByOthers returns the number of comments in scope that other moderators
// are looking at.
func ClaimedByOthers(ctx context.Context, r models.Queryer, scope Scope, user int64, now time.Time) (int, error) {
	var ids []int64
	err := r.Query(ctx).Model(&claim{}).Where("until > ? AND user_id <> ?", models.At(now), user).Pluck("comment_id", &ids).Error
	if err != nil {
		return 0, err
	}
	inScope, err := scope.Filter(ctx, r, ids)
	return len(inScope), err
}

// PruneClaims deletes the claims that have ended.
func PruneClaims(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("until <= ?", models.At(tx.Now)).Delete(&claim{}).Error
	})
}
