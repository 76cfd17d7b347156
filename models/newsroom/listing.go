package newsroom

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/relatedsets"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// ListKind is a kind of list of articles.
type ListKind int

// The kinds of list, as stored.
const (
	AllArticles ListKind = iota
	CategoryArticles
	TagArticles
	AuthorArticles
)

// listRef identifies a list: its kind and the id of its category, tag or author,
// 0 for AllArticles.
type listRef struct {
	kind ListKind
	ref  int64
}

// lists returns the lists that contain an article with these terms. An article in
// a category is also in the lists of the categories above it.
func (t *articleTerms) lists(tree *taxonomy.Categories) []listRef {
	refs := []listRef{{AllArticles, 0}}
	seen := map[int64]bool{}
	add := func(id int64) {
		if !seen[id] {
			seen[id] = true
			refs = append(refs, listRef{CategoryArticles, id})
		}
	}
	for _, c := range t.categories {
		add(c.ID)
		// The category may be newer than the tree, so the first parent comes from
		// its own row.
		for up := c; up.ParentID != nil; {
			add(*up.ParentID)
			if up = tree.ByID(*up.ParentID); up == nil {
				break
			}
		}
	}
	for _, tag := range t.tags {
		refs = append(refs, listRef{TagArticles, tag.ID})
	}
	for _, a := range t.authors {
		refs = append(refs, listRef{AuthorArticles, a.ID})
	}
	return refs
}

// listKey returns the time by which lists sort an article: the date and time in
// its address, read as UTC.
func listKey(a *Article) models.Time {
	t, err := time.Parse(LocalTimeLayout, a.LocalTime)
	if err != nil {
		return a.PublishedAt
	}
	return models.At(t)
}

// periods returns the periods that contain a list key: 0 for all time, then its
// year, month and day.
func periods(t models.Time) []int {
	y, m, d := t.Year(), int(t.Month()), t.Day()
	return []int{0, y, y*100 + m, (y*100+m)*100 + d}
}

// listing is the position of a published article: the lists that contain it, in
// the order of its terms, and the times that they sort by.
type listing struct {
	refs        []listRef
	key         models.Time
	publishedAt models.Time
	// categories are the article's own ones. The lists of those above have it, too, but a
	// category also counts the articles that are in it itself.
	categories []int64
}

func (l *listing) equal(other *listing) bool {
	return l != nil && other != nil && slices.Equal(l.refs, other.refs) && slices.Equal(l.categories, other.categories) &&
		l.key.Equal(other.key.Time) && l.publishedAt.Equal(other.publishedAt.Time)
}

// touch touches the cache tags of the lists and of the periods. It does nothing
// for nil.
func (l *listing) touch(tx *models.Tx) {
	if l == nil {
		return
	}
	for _, ref := range l.refs {
		tx.Touch(ref.tag())
	}
	for _, p := range periods(l.key)[1:] {
		tx.Touch(List{Period: p}.Tag())
	}
}

const insertListings = "INSERT INTO listings (kind, ref, published_at, article_id) VALUES "

// addToLists adds a published article to its lists, their counts, the index of
// related articles and that of the search. body is the analysed body, nil to read
// it. The caller touches the listing that it returns.
func addToLists(
	ctx context.Context, tx *models.Tx, a *Article, terms *articleTerms, site *Site, body *searchindex.Body,
) (*listing, error) {
	tree, err := categoriesFor(ctx, tx, terms, site)
	if err != nil {
		return nil, err
	}
	refs, key := terms.lists(tree), listKey(a)
	var args []any
	for _, l := range refs {
		args = append(args, l.kind, l.ref, key, a.ID)
	}
	if err := tx.Query(ctx).Exec(insertListings+tuples(len(refs), 4), args...).Error; err != nil {
		return nil, err
	}
	if err := adjustCounts(ctx, tx, refs, a, terms, +1); err != nil {
		return nil, err
	}
	if err := searchindex.Put(ctx, tx, site.Language, body, a.ID); err != nil {
		return nil, err
	}
	own := terms.categoryIDs()
	return &listing{refs, key, a.PublishedAt, own}, relatedsets.Add(ctx, tx, a.ID, a.PublishedAt, own, tree)
}

// removeFromLists undoes addToLists for the same arguments. The caller touches
// the listing that it returns.
func removeFromLists(ctx context.Context, tx *models.Tx, a *Article, terms *articleTerms, site *Site) (*listing, error) {
	tree, err := categoriesFor(ctx, tx, terms, site)
	if err != nil {
		return nil, err
	}
	refs, key := terms.lists(tree), listKey(a)
	for _, l := range refs {
		err := tx.Query(ctx).Exec("DELETE FROM listings WHERE kind = ? AND ref = ? AND published_at = ? AND article_id = ?",
			l.kind, l.ref, key, a.ID).Error
		if err != nil {
			return nil, err
		}
	}
	if err := adjustCounts(ctx, tx, refs, a, terms, -1); err != nil {
		return nil, err
	}
	if err := searchindex.Remove(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	own := terms.categoryIDs()
	return &listing{refs, key, a.PublishedAt, own}, relatedsets.Remove(ctx, tx, a.ID, a.PublishedAt, own, tree)
}

// categoriesFor returns a tree with all categories of the terms. It loads the
// tree again, also into site, if a category is newer than the site's tree or has moved.
func categoriesFor(ctx context.Context, tx *models.Tx, terms *articleTerms, site *Site) (*taxonomy.Categories, error) {
	present, err := site.Categories.Hold(ctx, tx, terms.categoryIDs())
	if err != nil {
		return nil, err
	}
	for _, c := range terms.categories {
		if !present || site.Categories.ByID(c.ID) == nil {
			fresh, err := taxonomy.LoadCategories(ctx, tx)
			if err == nil {
				site.Categories = fresh
			}
			return fresh, err
		}
	}
	return site.Categories, nil
}

// adjustCounts adds delta, +1 or -1, to the number of articles of each list (in
// the article's periods), of each category and of each tag of terms.
func adjustCounts(ctx context.Context, tx *models.Tx, refs []listRef, a *Article, terms *articleTerms, delta int) error {
	var args []any
	for _, l := range refs {
		for _, p := range periods(listKey(a)) {
			args = append(args, l.kind, l.ref, p, delta)
		}
	}
	err := addCounts(ctx, tx, args)
	if err == nil {
		err = sitemapchanges.Article(ctx, tx, a.ID, a.PublishedAt, delta)
	}
	if ids := terms.categoryIDs(); err == nil && len(ids) > 0 {
		err = tx.Query(ctx).Model(&taxonomy.Category{}).Where("id IN ?", ids).
			UpdateColumn("own_stories", gorm.Expr("own_stories + ?", delta)).Error
	}
	if err == nil && len(terms.tags) > 0 {
		var ids []int64
		for _, t := range terms.tags {
			ids = append(ids, t.ID)
		}
		err = tx.Query(ctx).Model(&taxonomy.Tag{}).Where("id IN ?", ids).
			UpdateColumn("stories", gorm.Expr("stories + ?", delta)).Error
	}
	return err
}

// addCounts adds to the counts of lists. args holds kind, ref, period and number
// of articles in turn.
func addCounts(ctx context.Context, tx *models.Tx, args []any) error {
	if err := sitemapchanges.Lists[ListKind](ctx, tx, args); err != nil {
		return err
	}
	return tx.Query(ctx).Exec(`INSERT INTO listing_counts (kind, ref, period, stories) VALUES `+tuples(len(args)/4, 4)+`
		ON CONFLICT (kind, ref, period) DO UPDATE SET stories = listing_counts.stories + excluded.stories`, args...).Error
}

func (l listRef) tag() models.CacheTag {
	switch l.kind {
	case CategoryArticles:
		return taxonomy.CategoryTag(l.ref)
	case TagArticles:
		return topicTags.Of(l.ref)
	case AuthorArticles:
		return taxonomy.AuthorTag(l.ref)
	default:
		return ArticlesTag
	}
}

// tuples returns n groups of width placeholders for a multi-row INSERT.
func tuples(n, width int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", width), ", ") + ")"
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}
