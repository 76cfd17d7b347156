package newsroom

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
)

// Category is a section of the paper. Sections nest; Path holds the slugs
// from the top, such as "world-news/middle-east".
type Category struct {
	ID          int64
	ParentID    *int64
	Slug        string
	Path        string
	Name        string
	Description string
	Position    int         // order among siblings
	OwnArticles int         `gorm:"column:own_stories"` // public articles that name this very category
	Weight      float64     // how rare it is, see RecomputeWeights
	Activity    float64     // recent public articles here and below, see RecomputeActivity
	WPID        *int64      `gorm:"column:wp_id"`
	CreatedAt   models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Category) TableName() string { return "categories" }

// UncategorizedSlug is the category of articles that came without one. It
// shows no label and relates nothing.
const UncategorizedSlug = "uncategorized"

// maxCategoryDepth bounds nesting; deeper paths are refused.
const maxCategoryDepth = 8

// Categories is the whole tree of categories, read-only.
type Categories struct {
	list     []*Category // parents before children, siblings by position and name
	byID     map[int64]*Category
	byPath   map[string]*Category
	children map[int64][]*Category // 0: the top
}

// LoadCategories reads the tree.
func LoadCategories(ctx context.Context, r models.Queryer) (*Categories, error) {
	var rows []*Category
	if err := r.Query(ctx).Order("position, name, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	s := &Categories{byID: map[int64]*Category{}, byPath: map[string]*Category{}, children: map[int64][]*Category{}}
	for _, c := range rows {
		s.byID[c.ID] = c
		s.byPath[c.Path] = c
		s.children[parentID(c)] = append(s.children[parentID(c)], c)
	}
	var walk func(id int64)
	walk = func(id int64) {
		for _, c := range s.children[id] {
			s.list = append(s.list, c)
			walk(c.ID)
		}
	}
	walk(0)
	return s, nil
}

func parentID(c *Category) int64 {
	if c.ParentID == nil {
		return 0
	}
	return *c.ParentID
}

// All lists the sections, parents before their children.
func (s *Categories) All() []*Category { return s.list }

// ByID returns the section, nil if there is none.
func (s *Categories) ByID(id int64) *Category { return s.byID[id] }

// ByPath returns the section at a path of slugs, nil if there is none.
func (s *Categories) ByPath(path string) *Category { return s.byPath[strings.Trim(path, "/")] }

// Children lists the sections right below id, or the top ones for 0.
func (s *Categories) Children(id int64) []*Category { return s.children[id] }

// Below lists the numbers of a section and of all sections under it, none for a
// number of no section.
func (s *Categories) Below(id int64) []int64 {
	if s.byID[id] == nil {
		return nil
	}
	ids := []int64{id}
	for _, child := range s.children[id] {
		ids = append(ids, s.Below(child.ID)...)
	}
	return ids
}

// Parent returns the section above c, nil at the top.
func (s *Categories) Parent(c *Category) *Category { return s.byID[parentID(c)] }

// Ancestors lists the sections above c, from the top down to its parent.
func (s *Categories) Ancestors(c *Category) []*Category {
	var up []*Category
	for p := s.Parent(c); p != nil && len(up) < maxCategoryDepth; p = s.Parent(p) {
		up = append(up, p)
	}
	slices.Reverse(up)
	return up
}

// Within reports whether c is the section above or is below it. A nil c is in
// no section.
func (s *Categories) Within(c, above *Category) bool {
	for depth := 0; c != nil && depth < maxCategoryDepth; depth++ {
		if c.ID == above.ID {
			return true
		}
		c = s.Parent(c)
	}
	return false
}

// EnsureCategory returns the section at path, making it and its parents where
// they are missing. names gives the readable names, one for each part of the
// path; a missing one is made from the slug.
func EnsureCategory(ctx context.Context, tx *models.Tx, path string, names ...string) (*Category, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) > maxCategoryDepth || parts[0] == "" {
		return nil, models.Errorf(models.Invalid, "a section path has 1 to %d parts", maxCategoryDepth)
	}
	var c *Category
	for i := range parts {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		next, err := ensureOne(ctx, tx, c, parts[i], name)
		if err != nil {
			return nil, err
		}
		c = next
	}
	return c, nil
}

// named returns the section of a reference. It returns nil if the section is
// missing or if a section of another name has its path.
func (s *Categories) named(ref CategoryRef) *Category {
	c := s.ByPath(ref.Path)
	up := c
	for i := strings.Count(strings.Trim(ref.Path, "/"), "/"); i >= 0 && up != nil; i-- {
		if i < len(ref.Names) && namedBySlug(up.Slug, ref.Names[i]) && nameKey(ref.Names[i]) != nameKey(up.Name) {
			return nil
		}
		up = s.Parent(up)
	}
	return c
}

// namedBySlug reports whether a slug is only the name in another form.
func namedBySlug(slug, name string) bool { return name != "" && termSlug(name) == slug }

// ensureOne returns the section of that name below parent, and makes it if it
// is missing. The slug alone identifies the section, unless the slug was only
// made from the name.
func ensureOne(ctx context.Context, tx *models.Tx, parent *Category, slug, name string) (*Category, error) {
	above := ""
	if parent != nil {
		above = parent.Path + "/"
	}
	if base := Slug(slug); base != "" {
		slug = base
	}
	lookUp := func(slug string) (*Category, string, error) {
		var found []*Category
		err := tx.Query(ctx).Where("path = ?", above+slug).Limit(1).Find(&found).Error
		return first(found), nameOf(found, func(c *Category) string { return c.Name }), err
	}
	var c *Category
	var err error
	if !namedBySlug(slug, name) {
		c, _, err = lookUp(slug)
	} else {
		c, slug, err = findNamed(ctx, tx, slug, name, lookUp)
	}
	if err != nil || c != nil {
		return c, err
	}
	c = &Category{Slug: slug, Path: above + slug, Name: cmp.Or(name, nameFromSlug(slug)), Weight: 1, CreatedAt: models.At(tx.Now)}
	if parent != nil {
		c.ParentID = &parent.ID
	}
	tx.Touch(CategoriesTag, NavigationTag)
	return c, tx.Query(ctx).Create(c).Error
}

// DescribeCategory sets what readers see of a section.
func DescribeCategory(ctx context.Context, tx *models.Tx, id int64, name, description string, position int) error {
	tx.Touch(CategoriesTag, NavigationTag)
	return tx.Query(ctx).Model(&Category{ID: id}).
		Select("name", "description", "position").
		Updates(Category{Name: name, Description: description, Position: position}).Error
}

func first[T any](list []*T) *T {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
