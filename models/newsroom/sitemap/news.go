package sitemap

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/sitemapchanges"
)

// MaxNews is the largest number of articles in a news sitemap, as Google sets it.
const MaxNews = 1000

// NewsEntry is an article of the news sitemap.
type NewsEntry struct {
	Entry
	Published time.Time
	Title     string
	Language  string // BCP 47; empty means the site's
}

// NewsList is the news sitemap at an instant.
type NewsList struct {
	Entries  []NewsEntry // newest first
	Modified time.Time   // of the list itself: a change of an article in it, or the last time one left it
	Until    time.Time   // when the next article leaves it by its age; zero for an empty list
}

// widest is how far the time in an article's address, which lists sort by, can be from its
// instant, when the site's zone has changed: the zones reach from UTC-12 to UTC+14.
const widest = 26 * time.Hour

// News returns the articles that were published in the two days before now, newest
// first, at most [MaxNews]. It reads the newest articles of the list of all
// articles.
func News(ctx context.Context, r models.Queryer, site *newsroom.Site, now time.Time) (*NewsList, error) {
	oldest := now.Add(-sitemapchanges.NewsAge)
	rows, err := models.QueryRows(ctx, r, `SELECT a.id, a.slug, a.local_time, a.main_category_id, a.byline_slug, a.title, a.language,
			a.published_at, a.revised_at FROM (
			SELECT article_id FROM listings WHERE kind = 0 AND ref = 0 AND published_at > ?
			ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id WHERE a.published_at > ?
		ORDER BY a.published_at DESC, a.id DESC LIMIT ?`, models.At(oldest.Add(-widest)), 2*MaxNews, models.At(oldest), MaxNews)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := &NewsList{}
	for rows.Next() {
		var t newsroom.Teaser
		err := rows.Scan(&t.ID, &t.Slug, &t.LocalTime, &t.MainCategoryID, &t.BylineSlug, &t.Title, &t.Language,
			&t.PublishedAt, &t.RevisedAt)
		if err != nil {
			return nil, err
		}
		e := NewsEntry{Entry: Entry{Path: site.TeaserPath(&t)}, Title: t.Title, Language: t.Language}
		e.Published, e.Modified = site.Instants(t.PublishedAt, t.RevisedAt)
		list.Entries, list.Until = append(list.Entries, e), t.PublishedAt.Add(sitemapchanges.NewsAge)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return list, list.date(ctx, r, oldest)
}

// date sets the time of the list's last change: by a write, or by an article that
// became older than oldest.
func (list *NewsList) date(ctx context.Context, r models.Queryer, oldest time.Time) error {
	var changed, left models.Time
	_, err := models.QueryRow(ctx, r, []any{&changed}, "SELECT changed_at FROM sitemap_changes WHERE kind = ? AND ref = 0",
		int(sitemapchanges.News))
	if err != nil {
		return err
	}
	_, err = models.QueryRow(ctx, r, []any{&left}, `SELECT MAX(a.published_at) FROM (
			SELECT article_id FROM listings WHERE kind = 0 AND ref = 0 AND published_at > ? AND published_at <= ?
			ORDER BY published_at DESC, article_id DESC LIMIT ?
		) l JOIN articles a ON a.id = l.article_id WHERE a.published_at <= ?`,
		models.At(oldest.Add(-widest-newsMemory)), models.At(oldest.Add(widest)), 2*MaxNews, models.At(oldest))
	if list.Modified = changed.Time; !left.IsZero() && left.Add(sitemapchanges.NewsAge).After(changed.Time) {
		list.Modified = left.Add(sitemapchanges.NewsAge)
	}
	return err
}

// newsMemory is the time for which an article that left the list dates it. With an
// older one the list has been empty for as long.
const newsMemory = 7 * 24 * time.Hour
