package taxonomy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
)

// Category is a category of articles; readers see it as a section. Categories
// form a tree. Path holds the slugs from the top, such as
// "world-news/middle-east".
type Category struct {
	ID          int64
	ParentID    *int64
	Slug        string
	Path        string
	Name        string
	Description string
	Position    int         // order among siblings
	OwnArticles int         `gorm:"column:own_stories"` // public articles in this category itself
	Weight      float64     // for related articles, see package related
	Activity    float64     // recent public articles here and below, see related.RecomputeActivity
	WPID        *int64      `gorm:"column:wp_id"`
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
	Former      string      // earlier paths, one a line; they lead here
	CommentDefault
	Required string // see [Category.Checks]
}

// TableName names the table for GORM.
func (Category) TableName() string { return "categories" }

// UncategorizedSlug is the slug of the category of articles without one. Pages do
// not show its name, and it does not count for related articles.
const UncategorizedSlug = "uncategorized"

// MaxDepth is the largest number of parts of a category's path.
const MaxDepth = 8

// The cache tags of categories. The stored names use the word section.
const (
	CategoriesTag models.CacheTag = "sections"   // the tree of categories in memory, weights included
	NavigationTag models.CacheTag = "navigation" // names, order and addresses of categories, on every page
	categoryTags  models.CacheTag = "section:"
)

// CategoryTag returns the cache tag of a category's list of articles.
func CategoryTag(id int64) models.CacheTag { return categoryTags.Of(id) }

// Categories is the whole tree of categories. It is read-only.
type Categories struct {
	list     []*Category // parents before children, siblings by position and name
	byID     map[int64]*Category
	byPath   map[string]*Category
	former   map[string]*Category  // by an earlier path
	children map[int64][]*Category // by parent, 0 for the top
}

// LoadCategories reads the tree.
func LoadCategories(ctx context.Context, r models.Queryer) (*Categories, error) {
	var rows []*Category
	if err := r.Query(ctx).Order("position, name, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	tree := &Categories{
		byID: map[int64]*Category{}, byPath: map[string]*Category{}, former: map[string]*Category{}, children: map[int64][]*Category{},
	}
	for _, c := range rows {
		tree.byID[c.ID] = c
		tree.byPath[c.Path] = c
		for path := range strings.FieldsSeq(c.Former) {
			tree.former[path] = c
		}
		tree.children[parentID(c)] = append(tree.children[parentID(c)], c)
	}
	var walk func(id int64)
	walk = func(id int64) {
		for _, c := range tree.children[id] {
			tree.list = append(tree.list, c)
			walk(c.ID)
		}
	}
	walk(0)
	return tree, nil
}

func parentID(c *Category) int64 {
	if c.ParentID == nil {
		return 0
	}
	return *c.ParentID
}

// All lists the categories, parents before their children.
func (tree *Categories) All() []*Category { return tree.list }

// ByID returns the category, nil if there is none.
func (tree *Categories) ByID(id int64) *Category { return tree.byID[id] }

// ByPath returns the category at a path of slugs, nil if there is none.
func (tree *Categories) ByPath(path string) *Category { return tree.byPath[strings.Trim(path, "/")] }

// ByFormerPath returns the category that has had a path, nil if there is none. A category
// that has the path now goes before it: ask ByPath first.
func (tree *Categories) ByFormerPath(path string) *Category {
	return tree.former[strings.Trim(path, "/")]
}

// AtPaths returns the categories at paths, in this order. It leaves out paths
// without a category.
func (tree *Categories) AtPaths(paths []string) (list []*Category) {
	for _, path := range paths {
		if c := tree.ByPath(path); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// Missing returns those of the paths that have no category.
func (tree *Categories) Missing(paths []string) (missing []string) {
	for _, path := range paths {
		if tree.ByPath(path) == nil {
			missing = append(missing, path)
		}
	}
	return missing
}

// Children lists the categories directly below id, or the top ones for 0.
func (tree *Categories) Children(id int64) []*Category { return tree.children[id] }

// NamedChildren is Children without Uncategorized, which readers do not see.
func (tree *Categories) NamedChildren(id int64) []*Category {
	return slices.DeleteFunc(slices.Clone(tree.children[id]), func(c *Category) bool { return c.Path == UncategorizedSlug })
}

// MostActive returns at most so many of the NamedChildren of id. If there are
// more, it returns the most active ones, in the order of their activity.
func (tree *Categories) MostActive(id int64, most int) []*Category {
	list := tree.NamedChildren(id)
	if len(list) <= most {
		return list
	}
	slices.SortStableFunc(list, func(a, b *Category) int { return cmp.Compare(b.Activity, a.Activity) })
	return list[:most]
}

// Below returns the ids of a category and of all categories below it. It returns
// nil if there is no category id.
func (tree *Categories) Below(id int64) []int64 {
	if tree.byID[id] == nil {
		return nil
	}
	ids := []int64{id}
	for _, child := range tree.children[id] {
		ids = append(ids, tree.Below(child.ID)...)
	}
	return ids
}

// Parent returns the category above c, nil at the top.
func (tree *Categories) Parent(c *Category) *Category { return tree.byID[parentID(c)] }

// Ancestors lists the categories above c, from the top down to its parent.
func (tree *Categories) Ancestors(c *Category) []*Category {
	var up []*Category
	for p := tree.Parent(c); p != nil && len(up) < MaxDepth; p = tree.Parent(p) {
		up = append(up, p)
	}
	slices.Reverse(up)
	return up
}

// Within reports whether c is the category above, or is below it. It returns
// false for a nil c.
func (tree *Categories) Within(c, above *Category) bool {
	for depth := 0; c != nil && depth < MaxDepth; depth++ {
		if c.ID == above.ID {
			return true
		}
		c = tree.Parent(c)
	}
	return false
}

// CategoryRef refers to a category by its path of slugs. Names gives readable
// names for the parts, which may not exist yet.
type CategoryRef struct {
	Path  string
	Names []string
}

// Find returns the category of a reference, also by an earlier path. It returns nil if
// the category is missing or if a category with another name has the path.
func (tree *Categories) Find(ref CategoryRef) *Category {
	c := tree.ByPath(ref.Path)
	if c == nil {
		return tree.ByFormerPath(ref.Path)
	}
	up := c
	for i := strings.Count(strings.Trim(ref.Path, "/"), "/"); i >= 0 && up != nil; i-- {
		if i < len(ref.Names) && isNameOf(up.Slug, ref.Names[i]) && nameKey(ref.Names[i]) != nameKey(up.Name) {
			return nil
		}
		up = tree.Parent(up)
	}
	return c
}

// EnsureCategory returns the category at a path, and creates it and its parents
// where they are missing. names gives a readable name for each part of the path;
// a missing name is made from the slug. An
// earlier path of a category means this category.
func EnsureCategory(ctx context.Context, tx *models.Tx, path string, names ...string) (*Category, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > MaxDepth || parts[0] == "" {
		return nil, models.Errorf(models.Invalid, "a category's path has 1 to %d parts", MaxDepth)
	}
	former, err := formerCategory(ctx, tx, strings.Join(parts, "/"))
	if err != nil || former != nil {
		return former, err
	}
	var c *Category
	for i := range parts {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		next, err := ensureChild(ctx, tx, c, parts[i], name)
		if err != nil {
			return nil, err
		}
		c = next
	}
	return c, nil
}

// formerCategory returns the category that has had a path, nil if there is none or if a
// category has the path now.
func formerCategory(ctx context.Context, tx *models.Tx, path string) (*Category, error) {
	rows, err := models.QueryRows(ctx, tx, "SELECT id, path, former FROM categories WHERE path = ? OR former <> ''", path)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found int64
	for rows.Next() {
		var c Category
		if err := rows.Scan(&c.ID, &c.Path, &c.Former); err != nil || c.Path == path {
			return nil, err
		}
		if slices.Contains(strings.Fields(c.Former), path) {
			found = c.ID
		}
	}
	if err := rows.Err(); err != nil || found == 0 {
		return nil, err
	}
	rows.Close()
	return models.First[Category](tx.Query(ctx).Where("id = ?", found))
}

// ensureChild returns the category with a name below parent, and creates it if it
// is missing. If the slug was not made from the name, the slug alone identifies
// the category.
func ensureChild(ctx context.Context, tx *models.Tx, parent *Category, slug, name string) (*Category, error) {
	above := ""
	if parent != nil {
		above = parent.Path + "/"
	}
	if base := Slug(slug); base != "" {
		slug = base
	}
	lookUp := func(slug string) (*Category, string, error) {
		return bySlug(ctx, tx, "path", above+slug, func(c *Category) string { return c.Name })
	}
	var c *Category
	var err error
	if !isNameOf(slug, name) {
		c, _, err = lookUp(slug)
	} else {
		c, slug, err = findNamed(ctx, tx, slug, name, lookUp)
	}
	if err != nil || c != nil {
		return c, err
	}
	if c, err = formerCategory(ctx, tx, above+slug); err != nil || c != nil {
		return c, err
	}
	c = &Category{Slug: slug, Path: above + slug, Name: cmp.Or(name, nameFromSlug(slug)), Weight: 1, CreatedAt: models.At(tx.Now)}
	if parent != nil {
		c.ParentID = &parent.ID
	}
	tx.Touch(CategoriesTag, NavigationTag)
	return c, tx.Query(ctx).Create(c).Error
}

// DescribeCategory stores a category's name, description and position.
func DescribeCategory(ctx context.Context, tx *models.Tx, id int64, name, description string, position int) error {
	tx.Touch(CategoriesTag, NavigationTag)
	return tx.Query(ctx).Model(&Category{ID: id}).
		Select("name", "description", "position").
		Updates(Category{Name: name, Description: description, Position: position}).Error
}
