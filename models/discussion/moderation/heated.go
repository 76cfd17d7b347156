package moderation

import (
	"cmp"
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// heatOf has the score of a comment, below all others for one without a score.
const heatOf = "COALESCE((SELECT score FROM heated_scores WHERE comment_id = comments.id), -1)"

// heat is a comment with its score.
type heat struct {
	ID    int64
	Score int
}

// compareHeat orders the most heated first, and by number where they are equal.
func compareHeat(a, b heat) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
}

// listHeated is list with the most heated comments first, and those without a score at
// the end. It finds the numbers before it reads the comments, so that the texts of a
// long queue are not sorted.
func (f Filter) listHeated(
	ctx context.Context, r models.Queryer, after *discussion.Comment, limit int,
) (list []discussion.Comment, end *discussion.Comment, err error) {
	var behind *heat
	if after != nil {
		behind = &heat{ID: after.ID}
		if err := r.Query(ctx).Raw("SELECT "+heatOf+" FROM comments WHERE id = ?", after.ID).Scan(&behind.Score).Error; err != nil {
			return nil, nil, err
		}
	}
	var found []heat
	for _, state := range f.statesToList() {
		var some []heat
		q := f.narrow(r, r.Query(ctx).Table("comments"), state).Select("id, " + heatOf + " AS score")
		if behind != nil {
			q = q.Where("("+heatOf+" < ? OR "+heatOf+" = ? AND id > ?)", behind.Score, behind.Score, behind.ID)
		}
		if err := q.Order("score DESC, id").Limit(limit).Scan(&some).Error; err != nil {
			return nil, nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, compareHeat)
	found = found[:min(len(found), limit)]
	ids, place := make([]int64, len(found)), map[int64]int{}
	for i, h := range found {
		ids[i], place[h.ID] = h.ID, i
	}
	if len(ids) == 0 {
		return nil, nil, nil
	}
	if err := r.Query(ctx).Where("id IN ?", ids).Find(&list).Error; err != nil {
		return nil, nil, err
	}
	slices.SortFunc(list, func(a, b discussion.Comment) int { return place[a.ID] - place[b.ID] })
	if len(found) == limit {
		end = &list[len(list)-1]
	}
	return list, end, nil
}
