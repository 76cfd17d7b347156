package collection

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// TermOrder is the order of terms and authors.
type TermOrder int

// The orders. TermsByName sorts by the slug, which is the name without case and
// accents.
const (
	TermsByName TermOrder = iota
	TermsByID
	TermsByCount
	TermsByRequest
)

// Named is a question for tags or authors that have public articles. Empty fields
// are no condition. A tag or author without public articles is not shown: its name
// may come from an article that is not public yet.
type Named struct {
	IDs, ExceptIDs []int64
	Slugs          []string
	Search         string // a part of the name or of the slug
	Article        int64  // only terms of this article
	All            bool   // also terms without public articles, for staff
	Order          TermOrder
	Descending     bool
	Offset, Limit  int
}

// Tag is a tag with the number of its public articles.
type Tag struct {
	ID       int64
	Slug     string
	Name     string
	Articles int
}

// Author is an author with the number of public articles.
type Author struct {
	ID       int64
	Slug     string
	Name     string
	Role     string
	Bio      string
	Articles int
}

var (
	tagColumns    = models.ColumnsOf[Tag]()
	authorColumns = models.ColumnsOf[Author]()
)

// table is how a table of terms is read: the alias of its rows is t.
type table struct {
	name    string
	public  string // condition
	count   string // expression
	join    string // table that joins it to articles
	column  string // of join
	columns string
}

var (
	tagTable = table{
		"tags", "t.stories > 0", "t.stories", "article_tags", "tag_id",
		tagColumns.Select(func(name string) string { return strings.Replace("t."+name, "t.articles", "t.stories", 1) }),
	}
	authorTable = table{
		"authors", "EXISTS (SELECT 1 FROM listing_counts n WHERE n.kind = 3 AND n.ref = t.id AND n.period = 0 AND n.stories > 0)",
		authorArticles, "article_authors", "author_id",
		authorColumns.Select(func(name string) string { return strings.Replace("t."+name, "t.articles", authorArticles, 1) }),
	}
)

const authorArticles = "COALESCE((SELECT n.stories FROM listing_counts n WHERE n.kind = 3 AND n.ref = t.id AND n.period = 0), 0)"

// Tags returns a part of the tags.
func (q Named) Tags(ctx context.Context, r models.Queryer) (tags []Tag, total int, err error) {
	text, args, total, err := q.statement(ctx, r, tagTable)
	if err != nil || text == "" {
		return nil, total, err
	}
	tags, err = tagColumns.All(ctx, r, text, args...)
	return inRequest(q, tags, func(t Tag) (int64, string) { return t.ID, t.Slug }), total, err
}

// Authors returns a part of the authors.
func (q Named) Authors(ctx context.Context, r models.Queryer) (authors []Author, total int, err error) {
	text, args, total, err := q.statement(ctx, r, authorTable)
	if err != nil || text == "" {
		return nil, total, err
	}
	authors, err = authorColumns.All(ctx, r, text, args...)
	return inRequest(q, authors, func(a Author) (int64, string) { return a.ID, a.Slug }), total, err
}

// inRequest sorts terms in the order in which the query names them, and cuts the
// part out.
func inRequest[T any](q Named, list []T, of func(T) (int64, string)) []T {
	if q.Order != TermsByRequest {
		return list
	}
	slices.SortStableFunc(list, func(a, b T) int {
		idA, slugA := of(a)
		idB, slugB := of(b)
		if len(q.IDs) > 0 {
			return cmp.Compare(slices.Index(q.IDs, idA), slices.Index(q.IDs, idB))
		}
		return cmp.Compare(slices.Index(q.Slugs, slugA), slices.Index(q.Slugs, slugB))
	})
	list = list[min(q.Offset, len(list)):]
	return list[:min(q.Limit, len(list))]
}

// statement returns the statement for a part of the terms, and their total, which it
// counts up to MaxReach. The statement is "" if there are none.
func (q Named) statement(ctx context.Context, r models.Queryer, t table) (text string, args []any, total int, err error) {
	where := conditions{}
	if !q.All {
		where.add(t.public)
	}
	if len(q.IDs) > 0 {
		where.add("t.id IN ("+marks(len(q.IDs))+")", anys(q.IDs)...)
	}
	if len(q.ExceptIDs) > 0 {
		where.add("t.id NOT IN ("+marks(len(q.ExceptIDs))+")", anys(q.ExceptIDs)...)
	}
	if len(q.Slugs) > 0 {
		where.add("t.slug IN ("+marks(len(q.Slugs))+")", anys(q.Slugs)...)
	}
	if q.Article != 0 {
		where.add("EXISTS (SELECT 1 FROM "+t.join+" x JOIN articles a ON a.id = x.article_id WHERE x.article_id = ? AND x."+t.column+
			" = t.id AND a.status = 'published')", q.Article)
	}
	if q.Search != "" {
		pattern := "%" + escapeLike(strings.ToLower(q.Search)) + "%"
		if slug := taxonomy.TermSlug(q.Search); slug != "" {
			where.add("(LOWER(t.name) LIKE ? ESCAPE '!' OR t.slug LIKE ? ESCAPE '!')", pattern, "%"+escapeLike(slug)+"%")
		} else {
			where.add("LOWER(t.name) LIKE ? ESCAPE '!'", pattern)
		}
	}
	from := " FROM " + t.name + " t" + where.sql()
	if _, err = models.QueryRow(ctx, r, []any{&total}, "SELECT COUNT(*) FROM (SELECT 1"+from+" LIMIT ?) u",
		append(slices.Clone(where.args), MaxReach)...); err != nil || total == 0 || q.Offset >= total && q.Order != TermsByRequest {
		return "", nil, total, err
	}
	direction := ""
	if q.Descending {
		direction = " DESC"
	}
	order := map[TermOrder]string{TermsByName: "t.slug" + direction, TermsByCount: t.count + direction + ", t.id" + direction}[q.Order]
	limit, offset := q.Limit, q.Offset
	if q.Order == TermsByRequest {
		limit, offset = len(q.IDs)+len(q.Slugs), 0
	}
	return "SELECT " + t.columns + from + " ORDER BY " + cmp.Or(order, "t.id"+direction) + " LIMIT ? OFFSET ?",
		append(where.args, limit, offset), total, nil
}

// escapeLike returns a text as it is written inside a pattern of LIKE with the escape "!".
func escapeLike(s string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(s)
}

// Category is a category with the number of public articles in itself.
type Category struct {
	*taxonomy.Category
	Articles int
}

// Categories returns the categories that have public articles, in themselves or
// below, in the order of the tree. A site has few, so callers choose among them.
func Categories(ctx context.Context, r models.Queryer, site *newsroom.Site) (list []Category, err error) {
	rows, err := models.QueryRows(ctx, r, `SELECT c.id, c.own_stories FROM categories c
		JOIN listing_counts n ON n.kind = ? AND n.ref = c.id AND n.period = 0 AND n.stories > 0`, newsroom.CategoryArticles)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	own := map[int64]int{}
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		own[id] = n
	}
	for _, c := range site.Categories.All() {
		if n, ok := own[c.ID]; ok {
			list = append(list, Category{c, n})
		}
	}
	return list, rows.Err()
}

// CategoryIDs returns the ids of the categories of a public article.
func CategoryIDs(ctx context.Context, r models.Queryer, article int64) ([]int64, error) {
	return readIDs(ctx, r, `SELECT x.category_id FROM article_categories x JOIN articles a ON a.id = x.article_id
		WHERE x.article_id = ? AND a.status = 'published'`, article)
}
