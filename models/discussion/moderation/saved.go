package moderation

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Limits of what is saved.
const (
	MaxSavedName  = 80 // characters
	MaxSavedText  = 2000
	maxSavedQuery = 1000 // bytes
	mostSaved     = 50   // of each kind, for each moderator or for all
)

// SavedFilter is a way to look at the queue that a moderator comes back to.
type SavedFilter struct {
	ID     int64
	UserID int64
	Name   string
	Query  string // of the queue's address
}

// SavedReply is what the newsroom tells writers again and again.
type SavedReply struct {
	ID   int64
	Name string
	Text string
}

// errFull is returned when there is no room for more.
var errFull = models.Refusal(models.Conflict, "saved-full", "there are too many of these already: remove one first")

// SavedFilters returns a moderator's filters by name.
func SavedFilters(ctx context.Context, r models.Queryer, user int64) ([]SavedFilter, error) {
	var list []SavedFilter
	return list, r.Query(ctx).Where("user_id = ?", user).Order("name, id").Find(&list).Error
}

// SaveFilter keeps a filter under a name, in place of one of that name.
func SaveFilter(ctx context.Context, db *models.DB, user int64, name, query string) error {
	name, err := savedName(name)
	if err != nil {
		return err
	}
	if len(query) > maxSavedQuery {
		return models.InvalidFields(models.FieldError{Field: "query", Code: "too-long", Limit: maxSavedQuery})
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		list, err := SavedFilters(ctx, tx, user)
		if err != nil {
			return err
		}
		if len(list) >= mostSaved {
			return errFull
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "user_id"}, {Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"query"}),
		}).Create(&SavedFilter{UserID: user, Name: name, Query: query}).Error
	})
}

// DropFilter forgets a moderator's filter.
func DropFilter(ctx context.Context, db *models.DB, user, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("id = ? AND user_id = ?", id, user).Delete(&SavedFilter{}).Error
	})
}

// SavedReplies returns the newsroom's replies by name.
func SavedReplies(ctx context.Context, r models.Queryer) ([]SavedReply, error) {
	var list []SavedReply
	return list, r.Query(ctx).Order("name, id").Find(&list).Error
}

// SaveReply keeps a reply under a name, in place of one of that name.
func SaveReply(ctx context.Context, db *models.DB, name, text string) error {
	name, err := savedName(name)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	switch n := len([]rune(text)); {
	case n == 0:
		return models.InvalidFields(models.FieldError{Field: "text", Code: "required"})
	case n > MaxSavedText:
		return models.InvalidFields(models.FieldError{Field: "text", Code: "too-long", Limit: MaxSavedText})
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		list, err := SavedReplies(ctx, tx)
		if err != nil {
			return err
		}
		if len(list) >= mostSaved {
			return errFull
		}
		return tx.Query(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "name"}}, DoUpdates: clause.AssignmentColumns([]string{"text"}),
		}).Create(&SavedReply{Name: name, Text: text}).Error
	})
}

// DropReply forgets a reply.
func DropReply(ctx context.Context, db *models.DB, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("id = ?", id).Delete(&SavedReply{}).Error
	})
}

func savedName(name string) (string, error) {
	name = richtext.PlainLine(name)
	switch {
	case richtext.Blank(name):
		return "", models.InvalidFields(models.FieldError{Field: "name", Code: "required"})
	case richtext.TooLong(name, MaxSavedName):
		return "", models.InvalidFields(models.FieldError{Field: "name", Code: "too-many-characters", Limit: MaxSavedName})
	}
	return name, nil
}
