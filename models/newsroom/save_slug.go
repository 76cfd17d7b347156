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
	if p.titled && old != nil && !old.Status.unfinished() || a.Slug == p.Slug {
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
		var n int64
		err := s.tx.Query(ctx).Raw(`SELECT (SELECT COUNT(*) FROM articles WHERE slug = ? AND id <> ?)
				+ (SELECT COUNT(*) FROM old_slugs WHERE slug = ? AND article_id <> ?)`,
			candidate, a.ID, candidate, a.ID).Scan(&n).Error
		return n > 0, err
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
