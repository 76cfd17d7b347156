package choices

import (
	"context"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// The choices. The first value of each is what an account has before it chooses.
const (
	List = "list" // Cards or Compact
	Keys = "keys" // On or Off: single letters act at the desk
)

// The values.
const (
	Cards   = "cards"
	Compact = "compact"
	On      = "on"
	Off     = "off"
)

var values = map[string][]string{List: {Cards, Compact}, Keys: {On, Off}}

// choice is one choice of an account.
type choice struct {
	UserID int64  `gorm:"primaryKey;autoIncrement:false"`
	Name   string `gorm:"primaryKey"`
	Value  string
}

// TableName names the table for GORM.
func (choice) TableName() string { return "desk_choices" }

// Of holds the choices of one account by name.
type Of map[string]string

// Is reports whether a choice has a value. Before an account chooses, a choice has
// its first value.
func (o Of) Is(name, value string) bool {
	chosen, ok := o[name]
	if !ok && len(values[name]) > 0 {
		chosen = values[name][0]
	}
	return chosen == value
}

// Read returns the choices of an account.
func Read(ctx context.Context, r models.Queryer, user int64) (Of, error) {
	var rows []choice
	err := r.Query(ctx).Where("user_id = ?", user).Find(&rows).Error
	of := Of{}
	for _, row := range rows {
		of[row.Name] = row.Value
	}
	return of, err
}

// Choose stores a choice of an account. It refuses an unknown name or value with
// Invalid.
func Choose(ctx context.Context, db *models.DB, user int64, name, value string) error {
	if !slices.Contains(values[name], value) {
		return models.Errorf(models.Invalid, "there is no such choice")
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "user_id"}, {Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"value"}),
		}).Create(&choice{user, name, value}).Error
	})
}
