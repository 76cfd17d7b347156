package search

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// byTitlePrefix returns at most limit articles with a title that begins with the key,
// in order of title.
func byTitlePrefix(ctx context.Context, r models.Queryer, key string, limit int) ([]newsroom.Teaser, error) {
	return newsroom.ReadTeasers(ctx, r, `SELECT `+newsroom.TeaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' AND a.title_key >= ? AND a.title_key < ?
		ORDER BY a.title_key, a.id LIMIT ?`, key, key+"\U0010FFFF", limit)
}

// NearestBySlug returns articles with a title that begins like the last part of
// an address that was not found. It shortens the slug until it finds some.
func NearestBySlug(ctx context.Context, r models.Queryer, slug string, limit int) ([]newsroom.Teaser, error) {
	key := []rune(taxonomy.FoldTitle(slug))
	const shortest = 3 // fewer letters match too much
	for n := min(len(key), 40); n >= shortest; n = n * 2 / 3 {
		teasers, err := byTitlePrefix(ctx, r, string(key[:n]), limit)
		if err != nil || len(teasers) > 0 {
			return teasers, err
		}
	}
	return nil, nil
}
