package drafts

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// dated returns the corrections of a text that goes public at time at. A correction without
// a date gets the date of the same public correction, or else at.
func dated(
	ctx context.Context, r models.Queryer, article int64, list []newsroom.Correction, at models.Time,
) ([]newsroom.Correction, error) {
	if !slices.ContainsFunc(list, func(c newsroom.Correction) bool { return c.At.IsZero() }) {
		return list, nil
	}
	var shown []newsroom.Correction
	if err := r.Query(ctx).Where("article_id = ?", article).Find(&shown).Error; err != nil {
		return nil, err
	}
	list = slices.Clone(list)
	for i := range list {
		if !list[i].At.IsZero() {
			continue
		}
		list[i].At = at
		if j := slices.IndexFunc(shown, list[i].Same); j >= 0 {
			list[i].At = shown[j].At
		}
	}
	return list, nil
}
