package moderation

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"gorm.io/gorm/clause"
)

// Limits of saved filters and replies.
const (
	MaxSavedName  = 80   // characters
	MaxSavedText  = 2000 // characters
	maxSavedQuery = 1000 // bytes
	mostSaved     = 50   // filters of a moderator, and replies of the site
)

// SavedFilter is a named filter of the queue page that belongs to one moderator.
type SavedFilter struct {
	ID     int64
	UserID int64
	Name   string
	Query  string // of the queue page's address
}

// SavedReply is a text that moderators often answer commenters with. All moderators
// share the saved replies.
type SavedReply struct {
	ID   int64
	Name string
	Text string
}

// errFull refuses another filter or reply beyond mostSaved.
var errFull = models.Refusal(models.Conflict, "saved-full", "there are too many of these already: remove one first")

// SavedFilters returns a moderator's filters, ordered by name.
func SavedFilters(ctx context.Context, r models.Queryer, user int64) ([]SavedFilter, error) {
	var list []SavedFilter
	return list, r.Query(ctx).Where("user_id = ?", user).Order("name, id").Find(&list).Error
}

// SaveFilter saves a moderator's filter. It replaces the one with the same name.
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

// DropFilter deletes a moderator's filter. It ignores the filters of others.
func DropFilter(ctx context.Context, db *models.DB, user, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("id = ? AND user_id = ?", id, user).Delete(&SavedFilter{}).Error
	})
}

// SavedReplies returns the saved replies, ordered by name.
func SavedReplies(ctx context.Context, r models.Queryer) ([]SavedReply, error) {
	var list []SavedReply
	return list, r.Query(ctx).Order("name, id").Find(&list).Error
}

// SaveReply saves a reply. It replaces the one with the same name.
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

// DropReply deletes a saved reply.
func DropReply(ctx context.Context, db *models.DB, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("id = ?", id).Delete(&SavedReply{}).Error
	})
}

// savedName returns a name on one line. It refuses an empty or too long one.
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
