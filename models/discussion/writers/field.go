package writers

import (
	"cmp"
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/richtext"
)

// Field is a field of a comment that a moderator may change beside the text.
type Field string

// The fields.
const (
	Name    Field = "name"
	Website Field = "website"
)

// SetField changes the name or the website of a comment on behalf of a moderator, for
// example to remove an insult or a link. An empty name becomes
// [discussion.Anonymous]. The decision log keeps who changed which field, but not the
// old value, which may be the reason for the change. SetField refuses with Invalid an
// unknown field and a malformed value, and with Conflict (changed) a comment that was
// changed since seen.
func SetField(ctx context.Context, db *models.DB, actor models.Actor, seen discussion.Versioned, field Field, value string) error {
	column, clean := "author", cmp.Or(discussion.CutAuthor(strings.TrimSpace(value)), discussion.Anonymous)
	switch {
	case field == Website:
		column, clean = "url", discussion.CleanURL(value)
		if clean == "" && !richtext.Blank(value) {
			return models.InvalidFields(models.FieldError{Field: "value", Code: "not-web-address"})
		}
	case field != Name:
		return models.Errorf(models.Invalid, "a comment has no such field")
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		c, err := models.First[discussion.Comment](tx.Lock(ctx).Where("id = ?", seen.ID))
		switch {
		case err != nil:
			return err
		case c == nil:
			return models.Errorf(models.NotFound, "there is no comment %d", seen.ID)
		case column == "author" && c.Author == clean, column == "url" && c.URL == clean:
			return nil // also the second half of a double click
		case c.Version != seen.Version:
			return models.Refusal(models.Conflict, "changed", "the comment was changed in between")
		}
		err = tx.Query(ctx).Model(&discussion.Comment{}).Where("id = ?", c.ID).
			UpdateColumns(map[string]any{column: clean, "version": c.Version + 1}).Error
		if err != nil {
			return err
		}
		return discussion.NoteChange(ctx, tx, actor, c, "changed "+string(field))
	})
}
