package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"

	"gorm.io/gorm"
)

// adopt gives the comments whose parents came after them, or in another
// file, their true place. One whose parent never came, or is its own
// descendant, keeps its place at the top.
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

func reparent(ctx context.Context, tx *models.Tx, o orphan) error {
	var child, parent []*Comment
	if err := tx.Query(ctx).Where("id = ?", o.id).Limit(1).Find(&child).Error; err != nil {
		return err
	}
	err := tx.Query(ctx).Where("source = ? AND source_id = ?", o.source, o.parent).Limit(1).Find(&parent).Error
	if err != nil || len(child) == 0 || len(parent) == 0 {
		return err
	}
	c, p := child[0], parent[0]
	if c.ParentID != 0 || p.ArticleID != c.ArticleID || p.Root() == c.ID {
		return nil // placed already, of another article, or a cycle
	}
	if err := graft(ctx, tx, c, p); err != nil {
		return err
	}
	if c.ThreadShown == 0 {
		return nil
	}
	// The thread that stood alone now counts with its new root.
	t := newTally()
	t.show(c.ArticleID, c.ID, -c.ThreadShown)
	t.show(c.ArticleID, p.Root(), c.ThreadShown)
	return t.write(ctx, tx)
}

// graft hangs c and its whole subtree under p.
func graft(ctx context.Context, tx *models.Tx, c, p *Comment) error {
	root, deeper := p.Root(), p.Depth+1
	err := tx.Query(ctx).Model(&Comment{}).Where("root_id = ?", c.ID).
		UpdateColumns(map[string]any{"root_id": root, "depth": gorm.Expr("depth + ?", deeper)}).Error
	if err != nil {
		return err
	}
	tx.Touch(newsroom.ArticleTag(c.ArticleID))
	return tx.Query(ctx).Model(&Comment{}).Where("id = ?", c.ID).
		UpdateColumns(map[string]any{"parent_id": p.ID, "root_id": root, "depth": deeper}).Error
}
