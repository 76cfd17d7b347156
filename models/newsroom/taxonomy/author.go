package taxonomy

import (
	"cmp"
	"context"

	"broadsheet/models"
)

// Author is a name that bylines can show: a member of the newsroom or a guest.
// An author does not need an account.
type Author struct {
	ID        int64
	Slug      string
	Name      string
	Role      string // shown beside the name, such as "City Hall reporter"
	Bio       string
	Guest     bool
	UserID    *int64
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Author) TableName() string { return "authors" }

const (
	authorTags models.CacheTag = "author:"
	bylineTags models.CacheTag = "byline:"
)

// AuthorTag returns the cache tag of an author's own page and list.
func AuthorTag(id int64) models.CacheTag { return authorTags.Of(id) }

// BylineTag returns the cache tag of an author's name on article pages.
func BylineTag(authorID int64) models.CacheTag { return bylineTags.Of(authorID) }

// AuthorByID returns the author, or a NotFound error if there is none.
func AuthorByID(ctx context.Context, r models.Queryer, id int64) (*Author, error) {
	var a Author
	return &a, r.Query(ctx).Where("id = ?", id).Take(&a).Error
}

// AuthorBySlug returns the author, or a NotFound error if there is none.
func AuthorBySlug(ctx context.Context, r models.Queryer, slug string) (*Author, error) {
	var a Author
	return &a, r.Query(ctx).Where("slug = ?", slug).Take(&a).Error
}

// AuthorsOf returns the IDs of the authors that belong to an account.
func AuthorsOf(ctx context.Context, r models.Queryer, userID int64) (ids []int64, err error) {
	return ids, r.Query(ctx).Model(&Author{}).Where("user_id = ?", userID).Order("id").Pluck("id", &ids).Error
}

// EnsureAuthor returns the author with the slug or, when slug is empty, the
// author with the name. It creates a missing author. Names that differ only in
// case are the same name. A new author gets the slug with "-2", "-3" and so on if
// an author with another name has the slug.
func EnsureAuthor(ctx context.Context, tx *models.Tx, slug, name string) (*Author, error) {
	lookUp := func(slug string) (*Author, string, error) {
		return bySlug(ctx, tx, "slug", slug, func(a *Author) string { return a.Name })
	}
	var a *Author
	var err error
	if slug != "" {
		a, _, err = lookUp(slug)
	} else if base := TermSlug(name); base == "" {
		return nil, models.Errorf(models.Invalid, "an author's name needs a letter, a digit or a symbol")
	} else {
		a, slug, err = findNamed(ctx, tx, base, name, lookUp)
	}
	if err != nil || a != nil {
		return a, err
	}
	a = &Author{Slug: slug, Name: cmp.Or(name, slug), CreatedAt: models.At(tx.Now)}
	return a, tx.Query(ctx).Create(a).Error
}

// DescribeAuthor stores an author's name, role, biography and account. Lists show
// the former name until the article is saved again. The search finds the articles
// by a new name a moment later, see searchindex.PutRenamed.
func DescribeAuthor(ctx context.Context, tx *models.Tx, a Author) error {
	tx.Touch(AuthorTag(a.ID), BylineTag(a.ID))
	err := models.Exec(ctx, tx, `INSERT INTO search_renamed (author_id, times) SELECT id, 1 FROM authors WHERE id = ? AND name <> ?
		ON CONFLICT (author_id) DO UPDATE SET times = search_renamed.times + 1`, a.ID, a.Name)
	if err != nil {
		return err
	}
	return tx.Query(ctx).Model(&Author{ID: a.ID}).Select("name", "role", "bio", "guest", "user_id").Updates(a).Error
}

// TieAuthor gives an author to an account, which then looks after the comments under
// the author's articles. It refuses with Conflict an author of another account.
func TieAuthor(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject) error {
	return setAccount(ctx, tx, by, authorID, account, &account.ID)
}

// UntieAuthor takes an author away from an account. It does nothing to an author of
// another account.
func UntieAuthor(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject) error {
	return setAccount(ctx, tx, by, authorID, account, nil)
}

func setAccount(ctx context.Context, tx *models.Tx, by models.Actor, authorID int64, account models.Subject, to *int64) error {
	a, err := models.First[Author](tx.Lock(ctx).Where("id = ?", authorID))
	switch {
	case err != nil:
		return err
	case a == nil:
		return models.Errorf(models.NotFound, "there is no author %d", authorID)
	case to != nil && a.UserID != nil && *a.UserID != *to:
		return models.Errorf(models.Conflict, "%s belongs to another account", a.Name)
	case (a.UserID != nil && *a.UserID == account.ID) == (to != nil):
		return nil
	}
	if err := tx.Query(ctx).Model(&Author{ID: authorID}).UpdateColumn("user_id", to).Error; err != nil {
		return err
	}
	verb := "author"
	if to == nil {
		verb = "author-off"
	}
	return models.Audit(ctx, tx, by, account, verb, "", a.Slug)
}
