package newsroom

import (
	"context"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Media is a picture of the library. The original stands in the blob store
// under Key; alt, caption and credit are the ones it was entered with.
type Media struct {
	ID        int64
	Key       string // also in its public address
	Format    string // jpeg, png, gif or webp
	Width     int    // pixels, after orientation
	Height    int
	Bytes     int64
	Alt       string // empty means decorative
	Caption   string
	Credit    string
	FocusX    int         // percent from the left of what must not be cropped away
	FocusY    int         // percent from the top
	WPID      *int64      `gorm:"column:wp_id"`
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Media) TableName() string { return "media" }

// AddMedia stores a picture's row, or updates the one that has its key.
func AddMedia(ctx context.Context, tx *models.Tx, m Media) (*Media, error) {
	m.CreatedAt = models.At(tx.Now)
	if m.FocusX == 0 && m.FocusY == 0 {
		m.FocusX, m.FocusY = 50, 50
	}
	err := tx.Query(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "key"}},
		DoUpdates: clause.AssignmentColumns([]string{"width", "height", "alt", "caption", "credit", "focus_x", "focus_y"}),
	}).Create(&m).Error
	if err != nil {
		return nil, err
	}
	stored, err := MediaByKey(ctx, tx, m.Key)
	if err == nil {
		tx.Touch(PictureTag(stored.ID))
	}
	return stored, err
}

// MediaByKey returns the picture's row; a NotFound error if there is none.
func MediaByKey(ctx context.Context, r models.Reader, key string) (*Media, error) {
	var m Media
	return &m, r.Query(ctx).Where("key = ?", key).Take(&m).Error
}
