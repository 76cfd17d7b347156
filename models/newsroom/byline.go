package newsroom

import (
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
func AuthorBySlug(ctx context.Context, r models.Reader, slug string) (*Author, error) {
	var a Author
	return &a, r.Query(ctx).Where("slug = ?", slug).Take(&a).Error
}

// EnsureAuthor returns the author meant by slug, or by the slug of the name
// when slug is empty, making it if it is missing.
func EnsureAuthor(ctx context.Context, tx *models.Tx, slug, name string) (*Author, error) {
	if slug == "" {
		slug = Slug(name)
	}
	if slug == "" {
		return nil, models.Errorf(models.Invalid, "an author's name needs a letter or a digit")
	}
	var found []*Author
	if err := tx.Query(ctx).Where("slug = ?", slug).Limit(1).Find(&found).Error; err != nil || len(found) > 0 {
		return first(found), err
	}
	if name == "" {
		name = slug
	}
	a := Author{Slug: slug, Name: name, CreatedAt: models.At(tx.Now)}
	return &a, tx.Query(ctx).Create(&a).Error
}

// DescribeAuthor sets what readers see of an author. Lists keep the name
// they were printed with until the story is saved again.
func DescribeAuthor(ctx context.Context, tx *models.Tx, a Author) error {
	tx.Touch(tag("author", a.ID), BylineTag(a.ID))
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
