package newsroom

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/relatedsets"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// BulkArticle is a new published article with all rows that belong to it.
type BulkArticle struct {
	Article    Article // with its ID
	Body       ArticleBody
	Authors    []*taxonomy.Author
	Categories []*taxonomy.Category // the main one first
	Tags       []*taxonomy.Tag
	Links      []int64 // articles that the body links to
}

// SetTermColumns sets the columns of the article's row that repeat its main
// category and its byline.
func (b *BulkArticle) SetTermColumns() {
	terms := b.terms()
	b.Article.MainCategoryID = terms.mainCategory()
	b.Article.Byline, b.Article.BylineSlug = terms.byline()
}

func (b *BulkArticle) terms() *articleTerms {
	terms := &articleTerms{categories: b.Categories, tags: b.Tags}
	for _, a := range b.Authors {
		terms.authors = append(terms.authors, bylineAuthor{Author: a})
	}
	return terms
}

// InsertArticles writes many new published articles, for load tests. The rows
// are the same as if each article had been saved on its own, but they are
// written table by table: lists sorted, counts added up. site must know all
// categories of the articles.
func InsertArticles(ctx context.Context, tx *models.Tx, site *Site, articles []BulkArticle) error {
	b := &bulk{allCategories: site.Categories, counts: map[listPeriod]int{}, inCategory: map[int64]int{}, withTag: map[int64]int{}}
	for i := range articles {
		b.add(&articles[i])
	}
	tx.Touch(models.EverythingTag, taxonomy.CategoriesTag)
	if err := b.write(ctx, tx); err != nil {
		return err
	}
	ids := make([]int64, len(articles))
	for i := range articles {
		ids[i] = articles[i].Article.ID
	}
	if err := searchindex.Put(ctx, tx, site.Language, nil, ids...); err != nil {
		return err
	}
	return models.ResetSequence(tx, "articles")
}

// bulk gathers the rows of many articles, by table.
type bulk struct {
	allCategories *taxonomy.Categories

	articles   []*Article
	ids        []int64
	bodies     []ArticleBody
	authors    []articleAuthor
	categories []articleCategory
	tags       []articleTag
	links      []articleLink
	pictures   []pictures.Use
	listings   []listingRow
	sets       []relatedsets.Row
	counts     map[listPeriod]int
	inCategory map[int64]int // articles by category
	withTag    map[int64]int // articles by tag
}

// listingRow is a row of listings.
type listingRow struct {
	Kind        ListKind
	Ref         int64
	PublishedAt models.Time
	ArticleID   int64
}

// listPeriod is the key of a row of listing_counts.
type listPeriod struct {
	listRef
	period int
}

// add gathers the rows of one article.
func (b *bulk) add(made *BulkArticle) {
	a, terms := &made.Article, made.terms()
	b.articles, b.ids, b.bodies = append(b.articles, a), append(b.ids, a.ID), append(b.bodies, made.Body)
	b.pictures = append(b.pictures, pictures.UsesOf(a.ID, made.Body.HTML)...)
	authors, categories, tags := terms.rows(a.ID)
	b.authors = append(b.authors, authors...)
	b.categories = append(b.categories, categories...)
	b.tags = append(b.tags, tags...)
	for _, target := range made.Links {
		b.links = append(b.links, articleLink{ArticleID: a.ID, TargetID: target})
	}
	key := listKey(a)
	for _, l := range terms.lists(b.allCategories) {
		b.listings = append(b.listings, listingRow{l.kind, l.ref, key, a.ID})
		for _, p := range periods(key) {
			b.counts[listPeriod{l, p}]++
		}
	}
	b.sets = append(b.sets, relatedsets.RowsOf(a.ID, a.PublishedAt, terms.categoryIDs(), b.allCategories)...)
	for _, c := range categories {
		b.inCategory[c.CategoryID]++
	}
	for _, t := range tags {
		b.withTag[t.TagID]++
	}
}

// write inserts the gathered rows.
func (b *bulk) write(ctx context.Context, tx *models.Tx) error {
	// In the order of the tables' keys each page of the database file is written
	// once.
	slices.SortFunc(b.listings, func(x, y listingRow) int {
		return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Ref, y.Ref),
			y.PublishedAt.Compare(x.PublishedAt.Time), cmp.Compare(y.ArticleID, x.ArticleID))
	})
	db := tx.Query(ctx)
	for _, err := range []error{
		create(db, b.articles, 500), create(db, b.bodies, 2000), create(db, b.authors, 4000), create(db, b.categories, 4000),
		create(db, b.tags, 4000), create(db, b.links, 4000), create(db, b.pictures, pictures.UseBatch), sitemapchanges.Bulk(ctx, tx, b.ids),
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
	if err := addArticleCounts(ctx, tx, "categories", "own_stories", b.inCategory); err != nil {
		return err
	}
	return addArticleCounts(ctx, tx, "tags", "stories", b.withTag)
}

// create inserts rows, batch rows in a statement. SQLite takes at most 32,766
// values in one.
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
		if err := tx.Query(ctx).Exec(insertListings+tuples(len(rows), 4), args...).Error; err != nil {
			return err
		}
	}
	return relatedsets.Insert(ctx, tx, b.sets)
}

func (b *bulk) writeCounts(ctx context.Context, tx *models.Tx) error {
	keys := slices.SortedFunc(maps.Keys(b.counts), func(x, y listPeriod) int {
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

// addArticleCounts adds to the counts of articles by category or tag.
func addArticleCounts(ctx context.Context, tx *models.Tx, table, column string, added map[int64]int) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(added)), 8000) {
		args := make([]any, 0, 2*len(ids))
		for _, id := range ids {
			args = append(args, id, added[id])
		}
		if err := UpdateEach(ctx, tx, table, column, "BIGINT", column+" + fresh.value", args); err != nil {
			return err
		}
	}
	return nil
}

// UpdateEach sets a column of many rows, each to a value of its own. args holds
// an id and a value in turn. sqlType is the SQL type of the values, and value an SQL
// expression over fresh.value.
func UpdateEach(ctx context.Context, tx *models.Tx, table, column, sqlType, value string, args []any) error {
	rows := "(CAST(? AS BIGINT), CAST(? AS " + sqlType + "))"
	if n := len(args)/2 - 1; n > 0 {
		rows += ", " + tuples(n, 2)
	}
	return tx.Query(ctx).Exec("WITH fresh(id, value) AS (VALUES "+rows+") UPDATE "+table+" SET "+column+" = "+value+
		" FROM fresh WHERE "+table+".id = fresh.id", args...).Error
}
