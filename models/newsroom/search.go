package newsroom

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// MaxQueryBytes bounds what is searched for; the rest is not looked at.
const MaxQueryBytes = 200

// Search returns stories whose title starts with the words, in order of
// title, up to limit. It is the one function behind the search box.
func Search(ctx context.Context, r models.Queryer, words string, limit int) ([]Teaser, error) {
	if len(words) > MaxQueryBytes {
		words = words[:MaxQueryBytes]
	}
	key := taxonomy.FoldTitle(words)
	if key == "" {
		return nil, nil
	}
	return byTitlePrefix(ctx, r, key, limit)
}

// byTitlePrefix walks the title index from key on.
func byTitlePrefix(ctx context.Context, r models.Queryer, key string, limit int) ([]Teaser, error) {
	return ReadTeasers(ctx, r, `SELECT `+TeaserColumns+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.status = 'published' AND a.title_key >= ? AND a.title_key < ?
		ORDER BY a.title_key, a.id LIMIT ?`, key, key+"\U0010FFFF", limit)
}

// NearestBySlug returns stories whose titles begin like the last words of an
// address that leads nowhere, for the page that says so.
func NearestBySlug(ctx context.Context, r models.Queryer, slug string, limit int) ([]Teaser, error) {
	key := []rune(taxonomy.FoldTitle(slug))
	const shortest = 3 // letters that still say something
	for n := min(len(key), 40); n >= shortest; n = n * 2 / 3 {
		stories, err := byTitlePrefix(ctx, r, string(key[:n]), limit)
		if err != nil || len(stories) > 0 {
			return stories, err
		}
	}
	return nil, nil
}
