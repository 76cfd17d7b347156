package newsroom

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// wasPublic reports whether readers may know an address of the article.
func (a *Article) wasPublic(now time.Time) bool {
	return !a.PublishedAt.IsZero() && !a.PublishedAt.After(now)
}

// slugFor returns the article's slug: the one it has, or the first free one
// of those that the manuscript asks for. An earlier slug stays an address of
// the article.
//
// A title that changes does not change the address of an article that readers
// may know. A slug is free if no other article has it or ever had it, and if
// no other page answers at the address it gives.
func (s *Saver) slugFor(ctx context.Context, a *Article, p *Prepared, old *Article) (string, error) {
	if old != nil && (old.Status == Trashed || p.titled && !old.Status.unfinished()) || a.Slug == p.Slug {
		return a.Slug, nil
	}
	if err := models.LockKey(ctx, s.tx, "slug "+p.Slug); err != nil {
		return "", err
	}
	wanted := *a
	wanted.Slug = p.Slug
	slug, err := taxonomy.FreeSlug(s.site.pattern().Base(s.site.addressParts(&wanted)), func(candidate string) (bool, error) {
		if with := *a; candidate != a.Slug {
			with.Slug = candidate
			if s.site.pattern().Unsuitable(s.site.addressParts(&with)) {
				return true, nil
			}
		}
		return slugTaken(ctx, s.tx, candidate, a.ID)
	})
	if err != nil || slug == a.Slug {
		return slug, err
	}
	if taxonomy.IsNumbered(a.Slug, p.Slug) && slug != p.Slug {
		return a.Slug, nil // it has a numbered form already
	}
	if a.Slug != "" && old != nil && old.wasPublic(s.tx.Now) {
		err = s.tx.Query(ctx).Exec("INSERT INTO old_slugs (slug, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING", a.Slug, a.ID).Error
	}
	return slug, err
}

// slugTaken reports whether another article has a slug, or had it while it was public.
// What an article in the trash had is free.
func slugTaken(ctx context.Context, tx *models.Tx, slug string, article int64) (taken bool, err error) {
	_, err = models.QueryRow(ctx, tx, []any{&taken}, `SELECT EXISTS (SELECT 1 FROM articles WHERE slug = ? AND id <> ?)
		OR EXISTS (SELECT 1 FROM old_slugs o JOIN articles a ON a.id = o.article_id
			WHERE o.slug = ? AND o.article_id <> ? AND a.status <> 'trashed')`, slug, article, slug, article)
	return taken, err
}
