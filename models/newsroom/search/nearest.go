package search

import (
	"context"

	"broadsheet/models"
)

// nearest returns queries with other words that find something.
func (a *asked) nearest(ctx context.Context, r models.Queryer) ([]string, error) {
	return nil, nil
}
