package sitemap

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/sitemapchanges"
)

// Entry is an entry of a sitemap.
type Entry struct {
	Path     string
	Modified time.Time
	Pictures []string // files of pictures, as in their addresses, the lead picture first
}

// MaxPictures is the number of pictures that an entry lists.
const MaxPictures = 20

// Entries returns the entries of a part in the order of ids. A part without
// entries, or one that can never exist, is a NotFound error.
func Entries(ctx context.Context, r models.Queryer, site *newsroom.Site, kind sitemapchanges.Kind, number int64) ([]Entry, error) {
	var list []Entry
	var err error
	switch kind {
	case sitemapchanges.Articles:
		list, err = articles(ctx, r, site, number)
	case sitemapchanges.Category:
		list, err = lists(ctx, r, site, kind, number, "path FROM categories", permalink.CategoryPath)
	case sitemapchanges.Tag:
		list, err = lists(ctx, r, site, kind, number, "slug FROM tags", permalink.TagPath)
	case sitemapchanges.Author:
		list, err = lists(ctx, r, site, kind, number, "slug FROM authors", permalink.AuthorPath)
	}
	if err == nil && len(list) == 0 {
		err = models.Errorf(models.NotFound, "there is no such part")
	}
	return list, err
}

// span returns the ids of a part: those above after, up to last.
func span(number int64) (after, last int64) {
	return (number - 1) * sitemapchanges.PartSize, number * sitemapchanges.PartSize
}

func articles(ctx context.Context, r models.Queryer, site *newsroom.Site, number int64) ([]Entry, error) {
	after, last := span(number)
	rows, err := models.QueryRows(ctx, r, `SELECT a.id, a.slug, a.local_time, a.main_category_id, a.byline_slug, a.published_at,
			a.revised_at, `+pictures.OrMissing("file", "")+` FROM articles a LEFT JOIN media m ON m.id = a.picture_id
		WHERE a.id > ? AND a.id <= ? AND a.status = 'published' ORDER BY a.id`, after, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Entry
	at := map[int64]int{}
	for rows.Next() {
		var t newsroom.Teaser
		var e Entry
		err := rows.Scan(&t.ID, &t.Slug, &t.LocalTime, &t.MainCategoryID, &t.BylineSlug, &t.PublishedAt, &t.RevisedAt, &t.PictureFile)
		if err != nil {
			return nil, err
		}
		e.Path = site.TeaserPath(&t)
		_, e.Modified = site.Instants(t.PublishedAt, t.RevisedAt)
		if t.PictureFile != "" {
			e.Pictures = append(e.Pictures, t.PictureFile)
		}
		at[t.ID] = len(list)
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return list, addBodyPictures(ctx, r, list, at, number)
}

// addBodyPictures adds the pictures of the bodies. at has the entry of each article.
func addBodyPictures(ctx context.Context, r models.Queryer, list []Entry, at map[int64]int, number int64) error {
	after, last := span(number)
	rows, err := models.QueryRows(ctx, r, `SELECT p.article_id, m.file
		FROM article_pictures p
		JOIN media m ON m.key = p.picture_key AND NOT m.hidden
		WHERE p.article_id > ? AND p.article_id <= ? ORDER BY p.article_id, p.picture_key LIMIT ?`,
		after, last, MaxPictures*sitemapchanges.PartSize)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var article int64
		var file string
		if err := rows.Scan(&article, &file); err != nil {
			return err
		}
		i, public := at[article]
		if !public || len(list[i].Pictures) >= MaxPictures || len(list[i].Pictures) > 0 && list[i].Pictures[0] == file {
			continue
		}
		list[i].Pictures = append(list[i].Pictures, file)
	}
	return rows.Err()
}

// lists returns the entries of the lists with articles. from is the column with the
// list's name in its address, and its table.
func lists(
	ctx context.Context, r models.Queryer, site *newsroom.Site, kind sitemapchanges.Kind, number int64,
	from string, path func(string) string,
) ([]Entry, error) {
	after, last := span(number)
	rows, err := models.QueryRows(ctx, r, `SELECT c.changed_at, t.`+from+` t JOIN sitemap_changes c ON c.kind = ? AND c.ref = t.id
		WHERE t.id > ? AND t.id <= ? AND c.articles > 0 ORDER BY t.id`, int(kind), after, last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Entry
	for rows.Next() {
		var changed models.Time
		var name string
		if err := rows.Scan(&changed, &name); err != nil {
			return nil, err
		}
		list = append(list, Entry{Path: path(name), Modified: changed.In(site.TimeZone).Truncate(time.Second)})
	}
	return list, rows.Err()
}
