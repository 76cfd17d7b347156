package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
)

// Found is the article that an address leads to.
type Found struct {
	ArticleID int64
	// Path is the article's present address. If it differs from the requested
	// one, the reader is redirected permanently.
	Path string
	// Status is Published or Withdrawn. Other articles are not found.
	Status     Status
	StatusNote string
	StatusAt   models.Time
	Title      string
	// Guessed is true if the address had only the beginning of the slug.
	Guessed bool
}

// Find looks up an address. It accepts an article's present address, an earlier
// one, one under another permalink pattern, and a truncated one if exactly one
// article's slug begins like it. Other addresses are a NotFound error.
func Find(ctx context.Context, r models.Queryer, site *Site, path string) (*Found, error) {
	notFound := models.Errorf(models.NotFound, "no article at this address")
	if !plausible(path) {
		return nil, notFound
	}
	ref, _ := site.pattern().Parse(path)
	id, err := articleID(ctx, r, ref)
	if lower := strings.ToLower(ref.Slug); err == nil && id == 0 && lower != ref.Slug {
		ref.Slug = lower
		id, err = articleID(ctx, r, ref)
	}
	guessed := id == 0
	if err == nil && guessed {
		id, err = idBySlugPrefix(ctx, r, ref.Slug)
	}
	if err != nil {
		return nil, err
	}
	if id == 0 {
		return nil, notFound
	}
	a, err := ByID(ctx, r, id)
	if err != nil {
		return nil, err
	}
	if a.Status != Published && a.Status != Withdrawn {
		return nil, notFound
	}
	return &Found{a.ID, site.ArticlePath(a), a.Status, a.StatusNote, a.StatusAt, a.Title, guessed}, nil
}

// plausible reports whether a path can be an article's. It rejects addresses of
// other software, such as /wp-login.php/x.
func plausible(path string) bool {
	return !strings.ContainsAny(path, "?*<>\\") && !strings.Contains(path, ".php")
}

// articleID returns the id of the article that an address names, by its present
// or an earlier slug. It returns 0 if there is none.
func articleID(ctx context.Context, r models.Queryer, ref permalink.Ref) (id int64, err error) {
	if ref.ID != 0 {
		_, err = models.QueryRow(ctx, r, []any{&id}, "SELECT id FROM articles WHERE id = ?", ref.ID)
		return id, err
	}
	_, err = models.QueryRow(ctx, r, []any{&id},
		"SELECT id FROM articles WHERE slug = ? UNION ALL SELECT article_id FROM old_slugs WHERE slug = ? LIMIT 1", ref.Slug, ref.Slug)
	return id, err
}

// minSlugPrefix is the number of characters that a truncated address must have
// left of a slug.
const minSlugPrefix = 5

// idBySlugPrefix returns the id of the one published article with a slug that
// begins with prefix. It returns 0 if there is none or more than one.
func idBySlugPrefix(ctx context.Context, r models.Queryer, prefix string) (int64, error) {
	if len([]rune(prefix)) < minSlugPrefix {
		return 0, nil
	}
	var ids []int64
	err := r.Query(ctx).Raw(`SELECT id FROM articles WHERE slug >= ? AND slug < ? AND status = 'published' LIMIT 2`,
		prefix, prefix+"\U0010FFFF").Scan(&ids).Error
	if err != nil || len(ids) != 1 {
		return 0, err
	}
	return ids[0], nil
}

// PathOf returns the present address of a public article. It refuses others as
// [RequirePublic] does.
func PathOf(ctx context.Context, r models.Queryer, site *Site, id int64) (string, error) {
	a := Article{ID: id}
	_, err := models.QueryRow(ctx, r, []any{&a.Slug, &a.LocalTime, &a.MainCategoryID, &a.BylineSlug, &a.Status},
		"SELECT slug, local_time, main_category_id, byline_slug, status FROM articles WHERE id = ?", id)
	if err == nil {
		err = a.Status.refuse()
	}
	return site.ArticlePath(&a), err
}
