package latest

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Comment is a public comment as lists of new comments show it.
type Comment struct {
	ID        int64
	ArticleID int64
	ParentID  int64 // the comment that it answers; 0 at the top
	Author    string
	HTML      string `gorm:"column:html"` // sanitised
	CreatedAt models.Time
	EditedAt  models.Time
	StateAt   models.Time // when it became public
}

var columns = models.ColumnsOf[Comment]()

// maxHidden is how many of the newest comments [OfSite] looks through. Above that
// many comments on articles that are no longer public, older ones are missing.
const maxHidden = 1000

// OfSite returns the newest public comments of all public articles, newest first.
func OfSite(ctx context.Context, r models.Queryer, most int) ([]Comment, error) {
	return columns.All(ctx, r, `SELECT `+columns.List("c")+` FROM (
			SELECT * FROM comments WHERE state = 'approve' ORDER BY created_at DESC, id DESC LIMIT ?
		) c JOIN articles a ON a.id = c.article_id WHERE a.status = 'published'
		ORDER BY c.created_at DESC, c.id DESC LIMIT ?`, maxHidden, most)
}

// OfArticle returns the newest public comments of an article, newest first.
func OfArticle(ctx context.Context, r models.Queryer, articleID int64, most int) ([]Comment, error) {
	return columns.All(ctx, r, `SELECT `+columns.List("c")+` FROM comments c
		WHERE c.article_id = ? AND c.state = 'approve' ORDER BY c.created_at DESC, c.id DESC LIMIT ?`, articleID, most)
}

// Replies returns the newest public replies to a comment, newest first: of a top
// comment all replies of its thread, of another comment its direct replies.
func Replies(ctx context.Context, r models.Queryer, c *discussion.Comment, most int) ([]Comment, error) {
	condition := "c.parent_id = ? AND c.parent_id > 0 AND c.state = 'approve'"
	if c.Depth == 0 {
		condition = "c.root_id = ? AND c.depth > 0 AND c.state = 'approve'"
	}
	return columns.All(ctx, r, `SELECT `+columns.List("c")+` FROM comments c
		WHERE `+condition+` ORDER BY c.created_at DESC, c.id DESC LIMIT ?`, c.ID, most)
}
