package stafflist

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
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
