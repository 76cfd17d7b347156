package discussion

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/newsroom"

	"gorm.io/gorm"
)

// Batch stores comments that were written elsewhere, such as those of an import,
// with the state and the time that they had there. No rule judges them, and no
// mail is sent about them. Use one Batch in one transaction.
type Batch struct{ t *tally }

// NewBatch returns an empty batch.
func NewBatch() *Batch { return &Batch{newTally()} }

// Insert stores a comment below its parent, or at the top if parent is nil.
// Counts are stored by [Batch.Write].
func (b *Batch) Insert(ctx context.Context, tx *models.Tx, c, parent *Comment) error {
	if parent != nil {
		c.ParentID, c.RootID, c.Depth = parent.ID, parent.Root(), parent.Depth+1
	}
	b.t.add(c)
	return tx.Query(ctx).Create(c).Error
}

// Write stores the counts of the inserted comments.
func (b *Batch) Write(ctx context.Context, tx *models.Tx) error { return b.t.write(ctx, tx) }

// InsertComments writes new comments with their counts and the log about them, for load
// tests. comments is not empty. Ids and parents are set, a parent comes before its
// replies, and a thread is complete.
func InsertComments(ctx context.Context, tx *models.Tx, comments []*Comment, log []*decisionlog.Entry) error {
	t, roots := newTally(), map[int64]*Comment{}
	t.log = log
	for _, c := range comments {
		if c.Depth == 0 {
			roots[c.ID] = c
		}
		t.add(c)
		if c.Depth > 0 && c.State == Approved {
			// The thread's root is not stored yet, so it is counted in memory.
			roots[c.RootID].ThreadShown++
			delete(t.shown, c.RootID)
		}
	}
	if err := tx.Query(ctx).CreateInBatches(comments, 500).Error; err != nil {
		return err
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	return models.ResetSequence(tx, "comments")
}

// Attach moves a top comment and all its replies below parent, a comment on the
// same article and in another thread.
func (c *Comment) Attach(ctx context.Context, tx *models.Tx, parent *Comment) error {
	root, deeper := parent.Root(), parent.Depth+1
	err := tx.Query(ctx).Model(&Comment{}).Where("root_id = ?", c.ID).
		UpdateColumns(map[string]any{"root_id": root, "depth": gorm.Expr("depth + ?", deeper)}).Error
	if err != nil {
		return err
	}
	tx.Touch(newsroom.ArticleTag(c.ArticleID))
	err = tx.Query(ctx).Model(&Comment{}).Where("id = ?", c.ID).
		UpdateColumns(map[string]any{"parent_id": parent.ID, "root_id": root, "depth": deeper}).Error
	if err != nil || c.ThreadShown == 0 {
		return err
	}
	t := newTally()
	t.show(c.ArticleID, c.ID, -c.ThreadShown)
	t.show(c.ArticleID, root, c.ThreadShown)
	return t.write(ctx, tx)
}

// UpdateImported gives a stored comment the text and the commenter of a newer
// import, and reports whether anything changed. It leaves the comment of a
// forgotten commenter as it is.
func (c *Comment) UpdateImported(ctx context.Context, tx *models.Tx, from Comment) (changed bool, err error) {
	if c.Forgotten || c.Text == from.Text && c.Author == from.Author && c.URL == from.URL && c.Email == from.Email {
		return false, nil
	}
	if c.Text != from.Text {
		if err := c.unlearn(ctx, tx); err != nil {
			return false, err
		}
	}
	tx.Touch(newsroom.ArticleTag(c.ArticleID), CommentsTag)
	err = tx.Query(ctx).Model(c).Select(
		"text", "html", "policy", "similar_a", "similar_b", "learned", "author", "url", "email", "version",
	).Updates(Comment{
		Text: from.Text, HTML: from.HTML, Policy: from.Policy, SimilarA: from.SimilarA, SimilarB: from.SimilarB, Learned: c.Learned,
		Author: from.Author, URL: from.URL, Email: from.Email, Version: c.Version + 1,
	}).Error
	if err != nil {
		return false, err
	}
	return true, reindex(ctx, tx, []int64{c.ID})
}
