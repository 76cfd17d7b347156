package library

import (
	"context"
	"errors"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

// UpdateAlt replaces the alternative text old of a picture, in the text of an article, by the
// library's. A draft gets a new version. A live article shows the change at once; its
// unpublished changes stay unpublished. UpdateAlt reports whether it changed the text: it
// does not if another editor has changed the same paragraph. It refuses with NotFound and
// Invalid.
func UpdateAlt(ctx context.Context, db *models.DB, by models.Actor, m *pictures.Picture, old string, article int64) (bool, error) {
	d, err := drafts.Open(ctx, db, article)
	if err != nil {
		return false, err
	}
	text, found := d.Text, false
	mine := func(file string) bool { return pictures.KeyOf(file) == m.Key }
	text.Body, found = richtext.ReplaceAlt(text.Body, text.Format, mine, old, m.Alt)
	if !found {
		return false, nil
	}
	stored, err := drafts.Save(ctx, db, by, article, d.Number, text, nil)
	if err == nil && d.Article.Status == newsroom.Published {
		move := drafts.Move{Number: stored.Number}
		if d.Number != 0 {
			move.Base = d.Number
		}
		_, err = drafts.Show(ctx, db, by, article, move)
	}
	if _, overlaps := errors.AsType[*drafts.Overlap](err); overlaps {
		return false, nil
	}
	return err == nil, err
}
