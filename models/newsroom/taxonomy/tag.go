package taxonomy

import (
	"context"

	"broadsheet/models"
)

// Tag is a topic that articles share.
type Tag struct {
	ID        int64
	Slug      string
	Name      string
	Articles  int         `gorm:"column:stories"` // public articles with the tag
	Weight    float64     // for related articles, see package related
	WPID      *int64      `gorm:"column:wp_id"`
	CreatedAt models.Time `gorm:"autoCreateTime:false"`

	Description string // shown to readers above the list
	CommentDefault
}

// IsShown reports whether readers get a page of the tag: it has a public story, or an
// editor has described it. A tag that only a draft has must not tell of the draft.
func (t *Tag) IsShown() bool { return t.Articles > 0 || t.Description != "" }

// TableName names the table for GORM.
func (Tag) TableName() string { return "tags" }

// TagBySlug returns the tag, or a NotFound error if there is none.
func TagBySlug(ctx context.Context, r models.Queryer, slug string) (*Tag, error) {
	var t Tag
	return &t, r.Query(ctx).Where("slug = ?", slug).Take(&t).Error
}

// TagByID returns the tag, or a NotFound error if there is none.
func TagByID(ctx context.Context, r models.Queryer, id int64) (*Tag, error) {
	var t Tag
	return &t, r.Query(ctx).Where("id = ?", id).Take(&t).Error
}

// EnsureTag returns the tag with a name, and creates it if it is missing. Names
// that differ only in case are the same name, and an earlier name of a tag means this
// tag. A new tag gets its slug with "-2",
// "-3" and so on if a tag with another name has the slug.
func EnsureTag(ctx context.Context, tx *models.Tx, name string) (*Tag, error) {
	base := TermSlug(name)
	if base == "" {
		return nil, models.Errorf(models.Invalid, "a tag needs a letter, a digit or a symbol")
	}
	t, slug, err := findNamed(ctx, tx, base, name, func(slug string) (*Tag, string, error) {
		return bySlug(ctx, tx, "slug", slug, func(t *Tag) string { return t.Name })
	})
	if err != nil || t != nil {
		return t, err
	}
	if id, err := formerName(ctx, tx, TagKind, name); err != nil || id != 0 {
		if err != nil {
			return nil, err
		}
		return TagByID(ctx, tx, id)
	}
	if err := Claim(ctx, tx, TagKind, slug, name); err != nil {
		return nil, err
	}
	t = &Tag{Slug: slug, Name: name, Weight: 1, CreatedAt: models.At(tx.Now)}
	return t, tx.Query(ctx).Create(t).Error
}
