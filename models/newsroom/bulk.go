package newsroom

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"broadsheet/models"

	"gorm.io/gorm"
)

// bulk gathers the rows of many new published articles and writes them table
// by table: the lists sorted, the counts added up. It comes to the same as
// entering each with enlist.
type bulk struct {
	sections   *Categories
	articles   []*Article
	bodies     []ArticleBody
	authors    []articleAuthor
	categories []articleCategory
	tags       []articleTag
	links      []articleLink
	pictures   []articlePicture
	listings   []listingRow
	sets       []relatedSetRow
	counts     map[periodOf]int
	own        map[int64]int // stories by category
	tagged     map[int64]int // stories by tag
}

// listingRow is a row of listings.
type listingRow struct {
	Kind        ListKind
	Ref         int64
	PublishedAt models.Time
	ArticleID   int64
}

// relatedSetRow is a row of related_sets.
type relatedSetRow struct {
	SetKey      string
	PublishedAt models.Time
	ArticleID   int64
}

// periodOf is a period of a list.
type periodOf struct {
	listRef
	period int
}

func newBulk(sections *Categories) *bulk {
	return &bulk{sections: sections, counts: map[periodOf]int{}, own: map[int64]int{}, tagged: map[int64]int{}}
}

// add gathers what one article needs. Its number must be known.
func (b *bulk) add(a *Article, body ArticleBody, pl *articleTerms) {
	b.articles, b.bodies = append(b.articles, a), append(b.bodies, body)
	b.pictures = append(b.pictures, picturesOf(a.ID, body.HTML)...)
	authors, categories, tags := pl.rows(a.ID)
	b.authors = append(b.authors, authors...)
	b.categories = append(b.categories, categories...)
	b.tags = append(b.tags, tags...)
	key := listKey(a)
	for _, l := range pl.lists(b.sections) {
		b.listings = append(b.listings, listingRow{l.kind, l.ref, key, a.ID})
		for _, p := range periods(key) {
			b.counts[periodOf{l, p}]++
		}
	}
	for _, set := range closedSets(marksOf(b.sections, pl.categoryIDs())) {
		b.sets = append(b.sets, relatedSetRow{set.key, a.PublishedAt, a.ID})
	}
	for _, c := range categories {
		b.own[c.CategoryID]++
	}
	for _, t := range tags {
		b.tagged[t.TagID]++
	}
}

// write enters all that was gathered.
func (b *bulk) write(ctx context.Context, tx *models.Tx) error {
	// In the order of the tables' keys a page of the file is written once.
	slices.SortFunc(b.listings, func(x, y listingRow) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Ref, y.Ref), y.PublishedAt.Compare(x.PublishedAt.Time), cmp.Compare(y.ArticleID, x.ArticleID))
	})
	slices.SortFunc(b.sets, func(x, y relatedSetRow) int {
		return cmp.Or(cmp.Compare(x.SetKey, y.SetKey), y.PublishedAt.Compare(x.PublishedAt.Time), cmp.Compare(y.ArticleID, x.ArticleID))
	})
	db := tx.Query(ctx)
	for _, err := range []error{
		create(db, b.articles, 500), create(db, b.bodies, 2000), create(db, b.authors, 4000), create(db, b.categories, 4000),
		create(db, b.tags, 4000), create(db, b.links, 4000), create(db, b.pictures, pictureBatch),
	} {
		if err != nil {
			return err
		}
	}
	if err := b.writeLists(ctx, tx); err != nil {
		return err
	}
	if err := b.writeCounts(ctx, tx); err != nil {
		return err
	}
	if err := addArticleCounts(ctx, tx, "categories", "own_stories", b.own); err != nil {
		return err
	}
	return addArticleCounts(ctx, tx, "tags", "stories", b.tagged)
}

// create inserts rows, so many in a statement: SQLite takes 32,766 values.
func create[T any](db *gorm.DB, rows []T, batch int) error {
	for rows := range slices.Chunk(rows, batch) {
		if err := db.Create(&rows).Error; err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) writeLists(ctx context.Context, tx *models.Tx) error {
	for rows := range slices.Chunk(b.listings, 8000) {
		args := make([]any, 0, 4*len(rows))
		for _, l := range rows {
			args = append(args, l.Kind, l.Ref, l.PublishedAt, l.ArticleID)
		}
		if err := tx.Query(ctx).Exec("INSERT INTO listings (kind, ref, published_at, article_id) VALUES "+tuples(len(rows), 4), args...).Error; err != nil {
			return err
		}
	}
	for rows := range slices.Chunk(b.sets, 8000) {
		args := make([]any, 0, 3*len(rows))
		for _, s := range rows {
			args = append(args, s.SetKey, s.PublishedAt, s.ArticleID)
		}
		if err := tx.Query(ctx).Exec("INSERT INTO related_sets (set_key, published_at, article_id) VALUES "+tuples(len(rows), 3), args...).Error; err != nil {
			return err
		}
	}
	return nil
}

func (b *bulk) writeCounts(ctx context.Context, tx *models.Tx) error {
	keys := slices.SortedFunc(maps.Keys(b.counts), func(x, y periodOf) int {
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.ref, y.ref), cmp.Compare(x.period, y.period))
	})
	for keys := range slices.Chunk(keys, 8000) {
		args := make([]any, 0, 4*len(keys))
		for _, k := range keys {
			args = append(args, k.kind, k.ref, k.period, b.counts[k])
		}
		if err := addCounts(ctx, tx, args); err != nil {
			return err
		}
	}
	return nil
}

// addArticleCounts adds to the counts of terms.
func addArticleCounts(ctx context.Context, tx *models.Tx, table, column string, stories map[int64]int) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(stories)), 8000) {
		args := make([]any, 0, 2*len(ids))
		for _, id := range ids {
			args = append(args, id, stories[id])
		}
		if err := updateEach(ctx, tx, table, column, "BIGINT", column+" + fresh.value", args); err != nil {
			return err
		}
	}
	return nil
}
