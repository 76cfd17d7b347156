package termchanges

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// MergeCategories merges the categories from into the category into: their articles, and
// the categories below them, move to into. All their addresses lead to into. It returns the
// change in the log, 0 for none. MergeCategories refuses with NotFound, with Invalid at the
// field into, and with Conflict:
//
//	category-fixed  one of them is the category of articles without a category
//	merge-children  both have a category with the same slug below them: merge those first
func MergeCategories(ctx context.Context, db *models.DB, by models.Actor, from []int64, into int64) (change int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) (err error) {
		change, err = mergeAll(ctx, tx, by, taxonomy.CategoryKind, from, into, mergeCategory)
		return err
	})
	return change, err
}

func mergeCategory(ctx context.Context, tx *models.Tx, by models.Actor, from, into int64) (oldName, name string, err error) {
	tree, err := lockTree(ctx, tx)
	if err != nil {
		return "", "", err
	}
	old, c := tree.ByID(from), tree.ByID(into)
	if err := mergeable(tree, old, c); err != nil {
		return "", "", err
	}
	m := merging{tree: tree, old: old, rest: c, heir: c, above: c, all: true}
	if err := m.run(ctx, tx, by); err != nil {
		return "", "", err
	}
	return old.Name, c.Name, audit(ctx, tx, by, models.Subject{Kind: CategorySubject, ID: into, Name: c.Name}, Merged, old.Name, c.Name)
}

// mergeable returns the refusal of a merge, or nil.
func mergeable(tree *taxonomy.Categories, old, c *taxonomy.Category) error {
	var bad fields
	switch {
	case old == nil:
		return models.Errorf(models.NotFound, "there is no such category")
	case old.Path == taxonomy.UncategorizedSlug:
		return errFixed
	case c == nil:
		bad.refuse("into", "choice", 0)
	case old.ID == c.ID:
		bad.refuse("into", "itself", 0)
	case tree.Within(c, old):
		bad.refuse("into", "below-itself", 0)
	case c.Path == taxonomy.UncategorizedSlug && len(tree.Children(old.ID)) > 0:
		bad.refuse("into", "choice", 0)
	}
	if err := bad.err(); err != nil {
		return err
	}
	if err := freePaths(tree, old, c); err != nil {
		return err
	}
	for _, child := range tree.Children(old.ID) {
		if heightOf(tree, child.ID)+1+len(tree.Ancestors(c)) > taxonomy.MaxDepth {
			bad.refuse("into", "too-deep", taxonomy.MaxDepth)
			return bad.err()
		}
	}
	return nil
}

// moveCategoryRows replaces category from by category into in all articles. In an article with
// both, the first of the two places stays, so that a main category stays the main one.
func moveCategoryRows(ctx context.Context, tx *models.Tx, from, into int64) error {
	const laterOfBoth = `DELETE FROM article_categories WHERE category_id = ? AND EXISTS (SELECT 1 FROM article_categories x
		WHERE x.article_id = article_categories.article_id AND x.category_id = ? AND x.position < article_categories.position)`
	for _, change := range []struct {
		text string
		args []any
	}{
		{laterOfBoth, []any{from, into}},
		{laterOfBoth, []any{into, from}},
		{"UPDATE article_categories SET category_id = ? WHERE category_id = ?", []any{into, from}},
		{"UPDATE articles SET main_category_id = ? WHERE main_category_id = ?", []any{into, from}},
		// The limits of moderators and the wishes of subscribers.
		{`DELETE FROM user_sections WHERE category_id = ? AND user_id IN (SELECT user_id FROM user_sections WHERE category_id = ?)`, []any{from, into}},
		{"UPDATE user_sections SET category_id = ? WHERE category_id = ?", []any{into, from}},
		{"UPDATE invitation_sections SET category_id = ? WHERE category_id = ?", []any{into, from}},
		{`DELETE FROM digest_choices WHERE category_id = ? AND subscription_id IN
			(SELECT subscription_id FROM digest_choices WHERE category_id = ?)`, []any{from, into}},
		{"UPDATE digest_choices SET category_id = ? WHERE category_id = ?", []any{into, from}},
		{`UPDATE categories SET own_stories = (SELECT COUNT(*) FROM article_categories x JOIN articles a ON a.id = x.article_id
			WHERE x.category_id = categories.id AND a.status = 'published') WHERE id = ?`, []any{into}},
	} {
		if err := models.Exec(ctx, tx, change.text, change.args...); err != nil {
			return err
		}
	}
	return nil
}

// dropCategory deletes a category whose articles and children were moved to another one.
func dropCategory(ctx context.Context, tx *models.Tx, old *taxonomy.Category, into int64) error {
	c, err := models.First[taxonomy.Category](tx.Query(ctx).Where("id = ?", into))
	if err != nil {
		return err
	}
	former := appendLine(c.Former, old.Path)
	for _, path := range strings.Fields(old.Former) {
		former = appendLine(former, path)
	}
	former = withoutLine(former, c.Path)
	if err := models.Exec(ctx, tx, "DELETE FROM categories WHERE id = ?", old.ID); err != nil {
		return err
	}
	if err := dropCounts(ctx, tx, newsroom.CategoryArticles, old.ID); err != nil {
		return err
	}
	changed := map[string]any{"former": former}
	if c.WPID == nil && old.WPID != nil {
		changed["wp_id"] = *old.WPID
	}
	return row(ctx, tx, "categories", into).UpdateColumns(changed).Error
}
