package termchanges

import (
	"context"
	"maps"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
)

// RemoveCategory removes a category. Its articles keep their other categories; articles
// without another category get "Uncategorized". The categories below it move to its parent.
// Its addresses lead to its parent, or, for a top category, to "Uncategorized". Settings
// that list it then list its parent; a top category leaves these lists.
// RemoveCategory returns the change in the log. It refuses with NotFound, and with Conflict:
//
//	category-fixed  the category is "Uncategorized"
//	merge-children  a category below it would get the address of another category
func RemoveCategory(ctx context.Context, db *models.DB, by models.Actor, id int64) (change int64, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		log, err := record(ctx, tx, taxonomy.CategoryKind, nil, []int64{id}, "", "")
		if err != nil {
			return err
		}
		name, err := restName(ctx, tx)
		if err != nil {
			return err
		}
		rest, err := taxonomy.EnsureCategory(ctx, tx, taxonomy.UncategorizedSlug, name)
		if err != nil {
			return err
		}
		tree, err := lockTree(ctx, tx)
		if err != nil {
			return err
		}
		old := tree.ByID(id)
		if old == nil {
			return errNoCategory(id)
		}
		if err := removable(tree, old); err != nil {
			return err
		}
		m := merging{tree: tree, old: old, rest: rest, heir: tree.Parent(old), above: tree.Parent(old)}
		if m.heir == nil {
			m.heir = rest
		}
		if err := m.run(ctx, tx, by); err != nil {
			return err
		}
		if change, err = log.finish(ctx, tx, by, Change{SubjectID: id, Verb: Removed, Name: old.Name}); err != nil {
			return err
		}
		on := models.Subject{Kind: CategorySubject, ID: id, Name: old.Name}
		return audit(ctx, tx, by, on, Removed, FormOfCategory(old).String(), "")
	})
	return change, err
}

// freePaths refuses a move of the categories below old to above, nil for the top, if one of
// them would get the path of another category.
func freePaths(tree *taxonomy.Categories, old, above *taxonomy.Category) error {
	for _, child := range tree.Children(old.ID) {
		if other := tree.ByPath(pathBelow(above, child.Slug)); other != nil && other.ID != old.ID {
			return models.Refusal(models.Conflict, "merge-children", "both have a category "+child.Slug+" below them: merge those first")
		}
	}
	return nil
}

func pathBelow(above *taxonomy.Category, slug string) string {
	if above == nil {
		return slug
	}
	return above.Path + "/" + slug
}

// merging removes a category from the tree, for a merge or a removal.
type merging struct {
	tree  *taxonomy.Categories
	old   *taxonomy.Category
	rest  *taxonomy.Category // gets the articles
	heir  *taxonomy.Category // gets the addresses
	above *taxonomy.Category // gets the categories below, nil for the top
	all   bool               // rest gets all articles; false: only those without another category
}

func (m merging) run(ctx context.Context, tx *models.Tx, by models.Actor) error {
	from, into := m.old.ID, m.rest.ID
	articles, err := loadSubtree(ctx, tx, m.tree, from)
	if err != nil {
		return err
	}
	if err := m.adopt(ctx, tx, by); err != nil {
		return err
	}
	if !m.all {
		if err := dropBesideOthers(ctx, tx, from); err != nil {
			return err
		}
	}
	if err := moveCategoryRows(ctx, tx, from, into); err != nil {
		return err
	}
	block := m.heir.ID
	if m.heir.Path == taxonomy.UncategorizedSlug { // it has no block on the front page
		block = 0
	}
	if err := frontplan.LeaveSection(ctx, tx, by, from, block); err != nil {
		return err
	}
	now, err := taxonomy.LoadCategories(ctx, tx)
	if err != nil {
		return err
	}
	after, err := placesOf(ctx, tx, from)
	if err == nil {
		err = indexAgain(ctx, tx, newsroom.CategoryArticles, from)
	}
	if err == nil {
		err = articles.relist(ctx, tx, now, after, from, into)
	}
	if err == nil {
		err = newsroom.ChangeList(ctx, tx, newsroom.List{Kind: newsroom.CategoryArticles, Ref: from}, articles.entries, nil)
	}
	if err == nil {
		err = dropCategory(ctx, tx, m.old, m.heir.ID)
	}
	return err
}

// adopt moves the categories below old to above, and makes the paths of old lead to the heir.
func (m merging) adopt(ctx context.Context, tx *models.Tx, by models.Actor) error {
	// A category below old may get the path that old has had.
	if err := row(ctx, tx, "categories", m.old.ID).UpdateColumn("path", "/"+m.old.Path).Error; err != nil {
		return err
	}
	var parent *int64
	if m.above != nil {
		parent = &m.above.ID
	}
	all := map[string]string{m.old.Path: m.heir.Path}
	if m.heir.Path == taxonomy.UncategorizedSlug {
		all[m.old.Path] = "" // readers are shown no list of it
	}
	for _, child := range m.tree.Children(m.old.ID) {
		if err := row(ctx, tx, "categories", child.ID).UpdateColumn("parent_id", parent).Error; err != nil {
			return err
		}
		moved, err := movePaths(ctx, tx, m.tree, child, pathBelow(m.above, child.Slug))
		if err != nil {
			return err
		}
		maps.Copy(all, moved)
	}
	return movePathsOfSettings(ctx, tx, by, all)
}

// dropBesideOthers removes a category from the articles that have another category.
func dropBesideOthers(ctx context.Context, tx *models.Tx, id int64) error {
	const another = "SELECT category_id FROM article_categories x WHERE x.article_id = articles.id AND x.category_id <> ?"
	err := models.Exec(ctx, tx, "UPDATE articles SET main_category_id = ("+another+` ORDER BY position LIMIT 1)
		WHERE main_category_id = ? AND EXISTS (`+another+")", id, id, id)
	if err == nil {
		err = models.Exec(ctx, tx, `DELETE FROM article_categories WHERE category_id = ? AND EXISTS (SELECT 1 FROM article_categories x
			WHERE x.article_id = article_categories.article_id AND x.category_id <> ?)`, id, id)
	}
	return err
}
