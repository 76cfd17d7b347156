package newsroom

import (
	"cmp"
	"context"
	"strconv"

	"broadsheet/models"
)

// Author is a name that can stand over a story: a member of the newsroom
// or a guest. An account is not needed.
type Author struct {
	ID        int64
	Slug      string
	Name      string
	Role      string // what readers see beside the name, such as "City Hall reporter"
	Bio       string
	Guest     bool
	UserID    *int64
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
}

// TableName names the table for GORM.
func (Author) TableName() string { return "authors" }

// Byline is one name over one story, in order.
type Byline struct {
	AuthorID int64
	Slug     string
	Name     string
	Role     string // the part in this story, such as "translation"; may be empty
}

// AuthorBySlug returns the author; a NotFound error if there is none.
func AuthorBySlug(ctx context.Context, r models.Queryer, slug string) (*Author, error) {
	var a Author
	return &a, r.Query(ctx).Where("slug = ?", slug).Take(&a).Error
}

// EnsureAuthor returns the author with this slug or, when slug is empty, the
// author of that name. It makes a missing author. Names that differ only in
// case are one name. A new author gets the slug with "-2", "-3" and so on if an
// author of another name has the slug.
func EnsureAuthor(ctx context.Context, tx *models.Tx, slug, name string) (*Author, error) {
	lookUp := func(slug string) (*Author, string, error) {
		var found []*Author
		err := tx.Query(ctx).Where("slug = ?", slug).Limit(1).Find(&found).Error
		return first(found), nameOf(found, func(a *Author) string { return a.Name }), err
	}
	var a *Author
	var err error
	if slug != "" {
		a, _, err = lookUp(slug)
	} else if base := termSlug(name); base == "" {
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

// DescribeAuthor sets what readers see of an author. Lists keep the name
// they were printed with until the story is saved again.
func DescribeAuthor(ctx context.Context, tx *models.Tx, a Author) error {
	tx.Touch(authorTags.Of(a.ID), BylineTag(a.ID))
	return tx.Query(ctx).Model(&Author{ID: a.ID}).Select("name", "role", "bio", "guest", "user_id").Updates(a).Error
}

// freeSlug returns base or, where it is taken, base-2, base-3 and so on.
// taken is asked about one candidate at a time.
func freeSlug(base string, taken func(string) (bool, error)) (string, error) {
	slug := base
	for n := 2; ; n++ {
		used, err := taken(slug)
		if err != nil || !used {
			return slug, err
		}
		suffix := "-" + strconv.Itoa(n)
		slug = cutSlug(base, MaxSlugBytes-len(suffix)) + suffix
	}
}
