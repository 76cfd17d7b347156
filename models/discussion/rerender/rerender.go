package rerender

import (
	"context"
	"fmt"
	"math"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// renderBatch is how many comments one transaction renders, so that other writers
// hardly wait.
const renderBatch = 200

// Comments renders again every comment that was rendered under another
// policy, so that a better renderer reaches old comments. It also cleans the
// website of each commenter, and indexes a comment again if its rendering
// changed. After the last comment it does nothing until the next policy.
func Comments(ctx context.Context, db *models.DB) error {
	const policy = richtext.CommentPolicyVersion
	name := fmt.Sprintf("comments under policy %d", policy)
	for {
		last, err := models.Cursor(ctx, db, name)
		if err != nil || last == math.MaxInt64 {
			return err
		}
		var rows []discussion.Comment
		err = db.Query(ctx).Raw("SELECT id, article_id, version, text, html, url, policy FROM comments WHERE id > ? ORDER BY id LIMIT ?",
			last, renderBatch).Scan(&rows).Error
		if err != nil {
			return err
		}
		var changed []int64
		next := int64(math.MaxInt64)
		if len(rows) == renderBatch {
			next = rows[len(rows)-1].ID
		}
		for i := range rows {
			if rows[i].Policy != policy {
				html, url := richtext.Comment(rows[i].Text), discussion.CleanURL(rows[i].URL)
				if html != rows[i].HTML || url != rows[i].URL {
					changed = append(changed, rows[i].ID)
				}
				rows[i].HTML, rows[i].URL = html, url
			}
		}
		err = db.Write(ctx, func(tx *models.Tx) error {
			for i := range rows {
				if err := store(ctx, tx, &rows[i], policy); err != nil {
					return err
				}
			}
			if len(changed) > 0 {
				// The search index holds words and links of the rendering, so
				// it must change too.
				if err := discussion.Reindex(ctx, tx, changed); err != nil {
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

// store stores a comment's new HTML, unless the text was changed meanwhile,
// because that change has rendered it.
func store(ctx context.Context, tx *models.Tx, c *discussion.Comment, policy int) error {
	if c.Policy == policy {
		return nil
	}
	tx.Touch(newsroom.ArticleTag(c.ArticleID))
	return tx.Query(ctx).Exec("UPDATE comments SET html = ?, url = ?, policy = ? WHERE id = ? AND policy = ? AND text = ?",
		c.HTML, c.URL, policy, c.ID, c.Policy, c.Text).Error
}
