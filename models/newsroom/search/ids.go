package search

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// IDs returns the ids of the articles that a query finds, in its order and at most
// 500, without reading the articles. It ignores the page of the query.
func IDs(ctx context.Context, r models.Queryer, site *newsroom.Site, q Query) ([]int64, error) {
	asked, err := ask(ctx, r, site, q)
	if err != nil || asked == nil {
		return nil, err
	}
	found, _, err := asked.candidates(ctx, r, 0)
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.Article
	}
	return ids, err
}
