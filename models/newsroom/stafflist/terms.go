package stafflist

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// Tags returns the tags with these numbers, also those that no public article has, in the
// order of ids. It leaves out numbers that no tag has.
func Tags(ctx context.Context, r models.Queryer, ids []int64) ([]taxonomy.Tag, error) {
	return byID(ctx, r, ids, func(t taxonomy.Tag) int64 { return t.ID })
}

// Authors returns the authors with these numbers in the order of ids, as [Tags] does.
func Authors(ctx context.Context, r models.Queryer, ids []int64) ([]taxonomy.Author, error) {
	return byID(ctx, r, ids, func(a taxonomy.Author) int64 { return a.ID })
}

func byID[T any](ctx context.Context, r models.Queryer, ids []int64, id func(T) int64) (list []T, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var found []T
	if err := r.Query(ctx).Where("id IN ?", ids).Find(&found).Error; err != nil {
		return nil, err
	}
	for _, want := range ids {
		for _, one := range found {
			if id(one) == want {
				list = append(list, one)
			}
		}
	}
	return list, nil
}

// AuthorOf returns the author that an account writes as: the first one that belongs to it,
// else one with its name that belongs to nobody, else nil.
func AuthorOf(ctx context.Context, r models.Queryer, account int64, name string) (*taxonomy.Author, error) {
	var list []taxonomy.Author
	err := r.Query(ctx).Where("user_id = ? OR user_id IS NULL AND name = ?", account, name).
		Order("user_id IS NULL, id").Limit(1).Find(&list).Error
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// TagQuery is a question for tags, by slug. Empty fields are no condition.
type TagQuery struct {
	IDs, ExceptIDs []int64
	Slugs          []string
	Words          string // a part of the name
	Article        int64
	ByCount        bool
	Descending     bool
	Offset, Limit  int
}

// Find returns a part of the tags, and how many there are, at most [MaxReach].
func (q TagQuery) Find(ctx context.Context, r models.Queryer) (list []taxonomy.Tag, total int, err error) {
	var n int64
	counted := q.where(r.Query(ctx).Model(&taxonomy.Tag{})).Select("id").Limit(MaxReach)
	if err := r.Query(ctx).Table("(?) x", counted).Count(&n).Error; err != nil {
		return nil, 0, err
	}
	column, direction := "slug", ""
	if q.ByCount {
		column = "stories"
	}
	if q.Descending {
		direction = " DESC"
	}
	err = q.where(r.Query(ctx)).Order(column + direction + ", id" + direction).Offset(q.Offset).Limit(q.Limit).Find(&list).Error
	return list, int(n), err
}

func (q TagQuery) where(db *gorm.DB) *gorm.DB {
	if len(q.IDs) > 0 {
		db = db.Where("id IN ?", q.IDs)
	}
	if len(q.ExceptIDs) > 0 {
		db = db.Where("id NOT IN ?", q.ExceptIDs)
	}
	if len(q.Slugs) > 0 {
		db = db.Where("slug IN ?", q.Slugs)
	}
	if q.Article != 0 {
		db = db.Where("id IN (SELECT tag_id FROM article_tags WHERE article_id = ?)", q.Article)
	}
	if words := strings.ToLower(strings.TrimSpace(q.Words)); words != "" {
		db = db.Where("LOWER(name) LIKE ? ESCAPE '!'", "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(words)+"%")
	}
	return db
}

// FindTag returns the tag with a name, without regard to case, nil if there is none.
func FindTag(ctx context.Context, r models.Queryer, name string) (*taxonomy.Tag, error) {
	var list []taxonomy.Tag
	err := r.Query(ctx).Where("slug = ? OR name = ?", taxonomy.TermSlug(name), name).Order("id").Find(&list).Error
	for i := range list {
		if strings.EqualFold(list[i].Name, name) {
			return &list[i], err
		}
	}
	return nil, err
}
