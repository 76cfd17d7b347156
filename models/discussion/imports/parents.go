package imports

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// adopt moves comments below their parents if these came later, in this file or
// in another one. A comment stays at the top if its parent never came or is one of
// its own replies.
func (im *Importer) adopt(ctx context.Context) error {
	for len(im.late) > 0 {
		chunk := im.late[:min(len(im.late), importRows)]
		im.late = im.late[len(chunk):]
		err := im.DB.WriteMany(ctx, func(tx *models.Tx) error {
			for _, o := range chunk {
				if err := reparent(ctx, tx, o); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reparent moves one orphan below its parent.
func reparent(ctx context.Context, tx *models.Tx, o orphan) error {
	c, err := models.First[discussion.Comment](tx.Query(ctx).Where("id = ?", o.id))
	if err != nil {
		return err
	}
	p, err := models.First[discussion.Comment](tx.Query(ctx).Where("source = ? AND source_id = ?", o.source, o.parent))
	if err != nil || c == nil || p == nil {
		return err
	}
	if c.ParentID != 0 || p.ArticleID != c.ArticleID || p.Root() == c.ID {
		return nil // placed already, of another article, or a cycle
	}
	return c.Attach(ctx, tx, p)
}
