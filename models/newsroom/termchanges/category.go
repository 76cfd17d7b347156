package termchanges

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/models/settings"
)

// CategoryForm has the fields of a category. An empty slug is made from the
// name.
type CategoryForm struct {
	Parent                  int64 // 0 for the top
	Name, Slug, Description string
	Position                int // order among the categories beside it
	Comments                taxonomy.CommentDefault
	Required                string // names of required checks, see taxonomy.Checks
}

// String returns the fields for the audit.
func (f CategoryForm) String() string {
	return fmt.Sprintf("%s /%s/ below %d, %d, %s %d, %s, %s",
		f.Name, f.Slug, f.Parent, f.Position, f.Comments.Comments, f.Comments.CommentDays, f.Required, f.Description)
}

// FormOfCategory returns the fields of a category.
func FormOfCategory(c *taxonomy.Category) CategoryForm {
	f := CategoryForm{
		Name: c.Name, Slug: c.Slug, Description: c.Description, Position: c.Position, Comments: c.CommentDefault, Required: c.Required,
	}
	if c.ParentID != nil {
		f.Parent = *c.ParentID
	}
	return f
}

// maxPosition bounds the order of categories.
const maxPosition = 1_000_000

// errFixed refuses to move, rename or merge the category of articles without one.
var errFixed = models.Refusal(models.Conflict, "category-fixed", "this category is for articles without one: it stays where it is")

// SaveCategory changes a category, or adds one if id is 0. Its earlier address leads to it for
// ever, and the earlier addresses of the categories below it lead to these. SaveCategory
// returns the change in the log, 0 for none. It refuses with NotFound, with Conflict
// (category-fixed), and with Invalid for the fields parent, name, slug, description,
// position, comments and comment_days.
func SaveCategory(
	ctx context.Context, db *models.DB, by models.Actor, id int64, f CategoryForm,
) (c *taxonomy.Category, change int64, err error) {
	var bad fields
	f.Name, f.Description = bad.name(f.Name), bad.text("description", f.Description, MaxDescription)
	f.Slug = bad.slugFor(f.Slug, f.Name)
	bad.comments(f.Comments)
	if f.Position < 0 || f.Position > maxPosition {
		bad.refuse("position", "number", maxPosition)
	}
	var names []string
	for _, check := range (&taxonomy.Category{Required: f.Required}).Checks() {
		names = append(names, string(check))
	}
	f.Required = strings.Join(names, " ")
	if err := bad.err(); err != nil {
		return nil, 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		change = 0
		tree, err := lockTree(ctx, tx)
		if err != nil {
			return err
		}
		if id == 0 {
			c, err = addCategory(ctx, tx, by, tree, f)
			return err
		}
		if c = tree.ByID(id); c == nil {
			return models.Errorf(models.NotFound, "there is no category %d", id)
		}
		change, err = changeCategory(ctx, tx, by, tree, c, f)
		return err
	})
	return c, change, err
}

// lockTree reads all categories and locks them until the end of the transaction. A save of an
// article waits for the lock, too.
func lockTree(ctx context.Context, tx *models.Tx) (*taxonomy.Categories, error) {
	var ids []int64
	if err := tx.Lock(ctx).Model(&taxonomy.Category{}).Order("id").Pluck("id", &ids).Error; err != nil {
		return nil, err
	}
	return taxonomy.LoadCategories(ctx, tx)
}

// pathOf checks the place that a form gives a category, and returns the path of that place. c
// is nil for a new category.
func pathOf(tree *taxonomy.Categories, c *taxonomy.Category, f CategoryForm) (string, error) {
	var bad fields
	path := f.Slug
	depth := 1
	if c != nil {
		depth = heightOf(tree, c.ID)
	}
	if f.Parent != 0 {
		parent := tree.ByID(f.Parent)
		switch {
		case parent == nil || parent.Path == taxonomy.UncategorizedSlug:
			bad.refuse("parent", "choice", 0)
			return "", bad.err()
		case c != nil && tree.Within(parent, c):
			bad.refuse("parent", "below-itself", 0)
			return "", bad.err()
		}
		path, depth = parent.Path+"/"+f.Slug, depth+strings.Count(parent.Path, "/")+1
	}
	if depth > taxonomy.MaxDepth {
		bad.refuse("parent", "too-deep", taxonomy.MaxDepth)
	}
	if other := tree.ByPath(path); other != nil && (c == nil || other.ID != c.ID) {
		bad.refuse("slug", "taken", 0)
	}
	return path, bad.err()
}

// heightOf returns the number of levels from a category down to its lowest descendant.
func heightOf(tree *taxonomy.Categories, id int64) int {
	most := 0
	for _, child := range tree.Children(id) {
		most = max(most, heightOf(tree, child.ID))
	}
	return most + 1
}

func addCategory(
	ctx context.Context, tx *models.Tx, by models.Actor, tree *taxonomy.Categories, f CategoryForm,
) (*taxonomy.Category, error) {
	path, err := pathOf(tree, nil, f)
	if err != nil {
		return nil, err
	}
	c := &taxonomy.Category{
		Slug: f.Slug, Path: path, Name: f.Name, Description: f.Description, Position: f.Position, Weight: 1,
		CreatedAt: models.At(tx.Now), CommentDefault: f.Comments, Required: f.Required,
	}
	if f.Parent != 0 {
		c.ParentID = &f.Parent
	}
	if err := forget(ctx, tx, tree, path); err != nil {
		return nil, err
	}
	if err := tx.Query(ctx).Create(c).Error; err != nil {
		return nil, err
	}
	return c, audit(ctx, tx, by, models.Subject{Kind: CategorySubject, ID: c.ID, Name: c.Name}, "added", "", f.String())
}

// forget removes an earlier path from the category that had it, because another category has
// the path now.
func forget(ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, path string) error {
	c := tree.ByFormerPath(path)
	if c == nil {
		return nil
	}
	c.Former = withoutLine(c.Former, path)
	return row(ctx, tx, "categories", c.ID).UpdateColumn("former", c.Former).Error
}

func changeCategory(
	ctx context.Context, tx *models.Tx, by models.Actor, tree *taxonomy.Categories, c *taxonomy.Category, f CategoryForm,
) (change int64, err error) {
	before := FormOfCategory(c)
	path, err := pathOf(tree, c, f)
	if err != nil || before == f {
		return 0, err
	}
	if c.Path == taxonomy.UncategorizedSlug && path != c.Path {
		return 0, errFixed
	}
	log, err := record(ctx, tx, taxonomy.CategoryKind, []int64{c.ID}, nil, "", "")
	if err != nil {
		return 0, err
	}
	articles, err := loadSubtree(ctx, tx, tree, c.ID)
	if err != nil {
		return 0, err
	}
	var parent *int64
	if f.Parent != 0 {
		parent = &f.Parent
	}
	err = row(ctx, tx, "categories", c.ID).UpdateColumns(map[string]any{
		"name": f.Name, "description": f.Description, "position": f.Position, "slug": f.Slug, "parent_id": parent,
		"comments": f.Comments.Comments, "comment_days": f.Comments.CommentDays, "required": f.Required,
	}).Error
	if err == nil && path != c.Path {
		moved, moveErr := movePaths(ctx, tx, tree, c, path)
		if err = moveErr; err == nil {
			err = movePathsOfSettings(ctx, tx, by, moved)
		}
	}
	if err == nil && before.Parent != f.Parent {
		now, loadErr := taxonomy.LoadCategories(ctx, tx)
		if loadErr != nil {
			return 0, loadErr
		}
		if err = articles.relist(ctx, tx, now, articles.places, c.ID); err == nil {
			err = indexAgain(ctx, tx, newsroom.CategoryArticles, c.ID)
		}
	}
	if err == nil {
		change, err = log.finish(ctx, tx, by, Change{SubjectID: c.ID, Verb: Changed, Name: before.Name, Other: f.Name})
	}
	if err != nil {
		return 0, err
	}
	c.Name, c.Slug, c.Path = f.Name, f.Slug, path
	return change, audit(ctx, tx, by, models.Subject{Kind: CategorySubject, ID: c.ID, Name: c.Name}, "changed", before.String(), f.String())
}

// movePaths gives a category and the categories below it their new paths, and keeps the
// earlier paths as redirects. It returns the new paths by the earlier ones.
func movePaths(
	ctx context.Context, tx *models.Tx, tree *taxonomy.Categories, c *taxonomy.Category, path string,
) (map[string]string, error) {
	moved := map[string]string{}
	for _, id := range tree.Below(c.ID) {
		one := tree.ByID(id)
		moved[one.Path] = path + strings.TrimPrefix(one.Path, c.Path)
	}
	// movePaths forgets the new paths before it adds earlier ones: a category that returns to
	// an earlier path must not keep it as an earlier path.
	for _, to := range moved {
		if err := forget(ctx, tx, tree, to); err != nil {
			return nil, err
		}
	}
	for _, id := range tree.Below(c.ID) {
		one := tree.ByID(id)
		if other := tree.ByFormerPath(one.Path); other != nil && other.ID != id {
			if err := forget(ctx, tx, tree, one.Path); err != nil {
				return nil, err
			}
		}
		err := row(ctx, tx, "categories", id).UpdateColumns(map[string]any{
			"path": moved[one.Path], "former": appendLine(one.Former, one.Path),
		}).Error
		if err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// movePathsOfSettings replaces moved paths in the settings that are lists of paths. It
// removes a path from the lists if moved maps it to "".
func movePathsOfSettings(ctx context.Context, tx *models.Tx, by models.Actor, moved map[string]string) error {
	stored, err := settings.Stored(ctx, tx)
	if err != nil {
		return err
	}
	changed := map[string]string{}
	for _, key := range termlist.PathSettings {
		paths := settings.SplitPaths(stored[key])
		var now []string
		different := false
		for _, path := range paths {
			to, ok := moved[path]
			if ok {
				path, different = to, true
			}
			if path != "" && !slices.Contains(now, path) {
				now = append(now, path)
			}
		}
		if different {
			changed[key] = strings.Join(now, ", ")
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return settings.Change(ctx, tx, by, changed)
}
