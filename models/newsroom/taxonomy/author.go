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
	PictureID *int64
	Links     string // addresses on the web, one a line
}

// IsDescribed reports whether somebody has described the author, beyond the name on a
// story. Only then readers get a page of an author without a public story: the page must
// not tell of a story that is not public.
func (a *Author) IsDescribed() bool {
	return a.Role != "" || a.Bio != "" || a.Links != "" || a.PictureID != nil || a.UserID != nil
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

// EnsureAuthor returns the author with the slug or, when slug is empty, the
// author with the name. It creates a missing author. Names that differ only in
// case are the same name, and an earlier slug or name of an author means this author. A
// new author gets the slug with "-2", "-3" and so on if
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
	if a, err = formerAuthor(ctx, tx, slug, name); err != nil || a != nil {
		return a, err
	}
	if err := Claim(ctx, tx, AuthorKind, slug, cmp.Or(name, slug)); err != nil {
		return nil, err
	}
	a = &Author{Slug: slug, Name: cmp.Or(name, slug), CreatedAt: models.At(tx.Now)}
	return a, tx.Query(ctx).Create(a).Error
}

// formerAuthor returns the author that has had a slug or a name, nil if there is none.
func formerAuthor(ctx context.Context, tx *models.Tx, slug, name string) (*Author, error) {
	id, err := formerOf(ctx, tx, AuthorKind, slug)
	if kind := models.KindOf(err); err != nil && kind != models.NotFound && kind != models.Gone {
		return nil, err
	}
	if id == 0 {
		if id, err = formerName(ctx, tx, AuthorKind, cmp.Or(name, slug)); err != nil || id == 0 {
			return nil, err
		}
	}
	return AuthorByID(ctx, tx, id)
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
