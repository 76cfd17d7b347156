package termchanges

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/models/settings"
)

// Removal holds the effects that RemoveCategory would have on a category now.
type Removal struct {
	Category *taxonomy.Category
	Articles int        // those that have the category itself, whatever their status
	Alone    int        // those of them without another category: they come to Rest
	First    []Homeless // the newest of those without another category
	Rest     *taxonomy.Category
	Above    *taxonomy.Category   // gets the categories below and the addresses; nil for the top
	Below    []*taxonomy.Category // those directly below
	Listed   bool                 // a setting lists it
	Chosen   bool                 // moderators, invitations or subscribers have it: they get Rest
	Refused  error                // what RemoveCategory would answer, nil for a removal that can be
}

// Homeless is an article that would have no category left.
type Homeless struct {
	ID    int64
	Title string
}

// Heir returns the category to which the addresses of the removed one lead.
func (r *Removal) Heir() *taxonomy.Category {
	if r.Above != nil {
		return r.Above
	}
	return r.Rest
}

// RemovalOf returns the effects of RemoveCategory in advance, with at most most of the
// articles that would have no category left. It changes nothing. It refuses with NotFound.
func RemovalOf(ctx context.Context, r models.Queryer, id int64, most int) (*Removal, error) {
	tree, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	c := tree.ByID(id)
	if c == nil {
		return nil, errNoCategory(id)
	}
	v := &Removal{
		Category: c, Rest: tree.ByPath(taxonomy.UncategorizedSlug), Above: tree.Parent(c), Below: tree.Children(id),
		Refused: removable(tree, c),
	}
	stored, err := settings.Stored(ctx, r)
	if err != nil {
		return nil, err
	}
	if v.Rest == nil { // the removal makes it
		name, err := restName(ctx, r)
		if err != nil {
			return nil, err
		}
		v.Rest = &taxonomy.Category{Name: name, Slug: taxonomy.UncategorizedSlug, Path: taxonomy.UncategorizedSlug}
	}
	for _, key := range termlist.PathSettings {
		v.Listed = v.Listed || slices.Contains(settings.SplitPaths(stored[key]), c.Path)
	}
	return v, v.count(ctx, r, most)
}

// count reads the numbers of articles and accounts that have the category.
func (v *Removal) count(ctx context.Context, r models.Queryer, most int) error {
	const alone = `NOT EXISTS (SELECT 1 FROM article_categories x WHERE x.article_id = c.article_id AND x.category_id <> c.category_id)`
	id := v.Category.ID
	var counts struct{ Articles, Alone, Chosen int }
	err := r.Query(ctx).Raw(`SELECT COUNT(*) AS articles, COALESCE(SUM(CASE WHEN `+alone+` THEN 1 ELSE 0 END), 0) AS alone,
		(SELECT COUNT(*) FROM user_sections WHERE category_id = ?) + (SELECT COUNT(*) FROM invitation_sections WHERE category_id = ?)
		+ (SELECT COUNT(*) FROM digest_choices WHERE category_id = ?) AS chosen
		FROM article_categories c WHERE c.category_id = ?`, id, id, id, id).Scan(&counts).Error
	if err != nil {
		return err
	}
	v.Articles, v.Alone, v.Chosen = counts.Articles, counts.Alone, counts.Chosen > 0
	if v.Alone == 0 {
		return nil
	}
	return r.Query(ctx).Table("article_categories c").Joins("JOIN articles a ON a.id = c.article_id").
		Where("c.category_id = ? AND "+alone, id).Order("a.id DESC").Limit(most).Select("a.id, a.title").Scan(&v.First).Error
}

// restName returns the name of the category of articles without one, for a removal that
// makes it.
func restName(ctx context.Context, r models.Queryer) (string, error) {
	s, err := settings.Load(ctx, r)
	return taxonomy.RestName(s.Language), err
}

func errNoCategory(id int64) error {
	return models.Errorf(models.NotFound, "there is no category %d", id)
}

// removable refuses a removal that cannot be.
func removable(tree *taxonomy.Categories, c *taxonomy.Category) error {
	if c.Path == taxonomy.UncategorizedSlug {
		return errFixed
	}
	return freePaths(tree, c, tree.Parent(c))
}
