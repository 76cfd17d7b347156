package discussion

import (
	"context"
	"fmt"
	"math"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// renderBatch is how many comments are rendered anew in one transaction, so
// that writers hardly wait.
const renderBatch = 200

// RenderAnew renders every comment again that was rendered under another
// policy, so that a mended sanitiser reaches what was said long ago. Once it
// has been through, it looks no more until the next policy.
func RenderAnew(ctx context.Context, db *models.DB) error {
	const policy = richtext.CommentPolicyVersion
	name := fmt.Sprintf("comments under policy %d", policy)
	for {
		last, err := models.Cursor(ctx, db, name)
		if err != nil || last == math.MaxInt64 {
			return err
		}
		var rows []Comment
		err = db.Query(ctx).Raw("SELECT id, article_id, version, text, html, policy FROM comments WHERE id > ? ORDER BY id LIMIT ?", last, renderBatch).Scan(&rows).Error
		if err != nil {
			return err
		}
		next := int64(math.MaxInt64)
		if len(rows) == renderBatch {
			next = rows[len(rows)-1].ID
		}
		for i := range rows {
			if rows[i].Policy != policy {
				rows[i].HTML = richtext.Comment(rows[i].Text)
			}
		}
		err = db.Write(ctx, func(tx *models.Tx) error {
			for i := range rows {
				if err := rows[i].keepRendering(ctx, tx, policy); err != nil {
					return err
				}
			}
			return models.SetCursor(ctx, tx, name, next)
		})
		if err != nil {
			return err
		}
	}
}

// keepRendering stores a comment's new HTML, unless its text was changed
// meanwhile: whoever did that rendered it too.
func (c *Comment) keepRendering(ctx context.Context, tx *models.Tx, policy int) error {
	if c.Policy == policy {
		return nil
	}
	tx.Touch(newsroom.ArticleTag(c.ArticleID))
	return tx.Query(ctx).Exec("UPDATE comments SET html = ?, policy = ? WHERE id = ? AND policy = ? AND text = ?", c.HTML, policy, c.ID, c.Policy, c.Text).Error
}
