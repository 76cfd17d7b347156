package sitemapchanges

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
)

// Kind is a kind of row. The first four are the kinds of lists of package newsroom,
// with the same numbers.
type Kind int

// The kinds, as stored.
const (
	All      Kind = iota // the whole paper
	Category             // a category's list, by its id
	Tag
	Author
	Articles // a part of the articles, by its number
	News     // the articles of the news sitemap
)

// PartSize is the number of ids in a part of a sitemap. Part 1 has the ids 1 to
// PartSize. So an article stays in one part for ever, a change touches that part
// alone, and the parts of old articles stay cached.
const PartSize = 2000

// PartOf returns the number of the part that has an id.
func PartOf(id int64) int64 { return (id-1)/PartSize + 1 }

// NewsAge is the time for which an article is in the news sitemap.
const NewsAge = 48 * time.Hour

// The cache tags of sitemaps.
const (
	IndexTag models.CacheTag = "sitemap"      // the date of any list or part
	NewsTag  models.CacheTag = "sitemap-news" // the articles of the news sitemap
)

var partTags = map[Kind]models.CacheTag{
	Category: "sitemap-category:", Tag: "sitemap-tag:", Author: "sitemap-author:", Articles: "sitemap-article:",
}

// PartTag returns the cache tag of a part of a sitemap.
func PartTag(kind Kind, number int64) models.CacheTag { return partTags[kind].Of(number) }

// change is a change of a row: delta is added to its number of articles.
type change struct {
	kind  Kind
	ref   int64
	delta int
}

// Article records that a public article entered its part (delta 1) or left it (-1).
// A changed article leaves and enters. An article that is too old for the news
// sitemap does not change it.
func Article(ctx context.Context, tx *models.Tx, id int64, publishedAt models.Time, delta int) error {
	tx.Touch(PartTag(Articles, PartOf(id)))
	changes := []change{{Articles, PartOf(id), delta}}
	if tx.Now.Sub(publishedAt.Time) < NewsAge {
		tx.Touch(NewsTag)
		changes = append(changes, change{News, 0, 0})
	}
	return record(ctx, tx, changes)
}

// Bulk records that many public articles were inserted. The caller touches
// [models.EverythingTag].
func Bulk(ctx context.Context, tx *models.Tx, ids []int64) error {
	parts := map[int64]int{}
	for _, id := range ids {
		parts[PartOf(id)]++
	}
	changes := []change{{News, 0, 0}}
	for number, n := range parts {
		changes = append(changes, change{Articles, number, n})
	}
	return record(ctx, tx, changes)
}

// Lists records changes of lists. counts has kind, ref, period and the change of
// the number of articles in turn, as newsroom adds them to its counts. Only
// the period 0 counts here. K is newsroom's type for kinds of lists.
func Lists[K ~int](ctx context.Context, tx *models.Tx, counts []any) error {
	var changes []change
	for row := range slices.Chunk(counts, 4) {
		if row[2].(int) != 0 {
			continue
		}
		c := change{Kind(row[0].(K)), row[1].(int64), row[3].(int)}
		if tag, ok := partTags[c.kind]; ok {
			tx.Touch(tag.Of(PartOf(c.ref)))
		}
		changes = append(changes, c)
	}
	return record(ctx, tx, changes)
}

// rowsAtOnce is the number of rows in one statement. SQLite takes at most 32,766
// values in one.
const rowsAtOnce = 5000

// record writes changes in the order of the table's key: on PostgreSQL two
// transactions then wait for each other instead of blocking each other.
func record(ctx context.Context, tx *models.Tx, changes []change) error {
	if len(changes) > 0 {
		tx.Touch(IndexTag)
	}
	slices.SortFunc(changes, func(x, y change) int { return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.ref, y.ref)) })
	for some := range slices.Chunk(changes, rowsAtOnce) {
		args := make([]any, 0, 4*len(some))
		for _, c := range some {
			args = append(args, int(c.kind), c.ref, c.delta, models.At(tx.Now))
		}
		groups := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?), ", len(some)), ", ")
		err := tx.Query(ctx).Exec(`INSERT INTO sitemap_changes (kind, ref, articles, changed_at) VALUES `+groups+`
			ON CONFLICT (kind, ref) DO UPDATE SET articles = sitemap_changes.articles + excluded.articles,
				changed_at = CASE WHEN excluded.changed_at > sitemap_changes.changed_at THEN excluded.changed_at
					ELSE sitemap_changes.changed_at END`, args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}
