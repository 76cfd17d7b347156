package collection

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// modified is the SQL for the instant at which an article was last modified, in the
// rule of newsroom.Site.Instants. Index articles_modified has this very expression.
const modified = "CASE WHEN a.revised_at >= a.published_at + 900000000 THEN a.revised_at ELSE a.published_at END"

// maxUnion is the number of lists that a scan joins. For more terms it looks through
// the list of all articles.
const maxUnion = 8

// scan answers a query with any conditions.
func (q Articles) scan(ctx context.Context, r models.Queryer, site *newsroom.Site) (*Page, error) {
	if q.Order == ByRequest && len(q.IDs)+len(q.Slugs) == 0 {
		q.Order = ByDate
	}
	from, err := q.candidates(ctx, r, site)
	if err != nil {
		return nil, err
	}
	where := q.conditions(site, from)
	p := &Page{DependsOn: from.tags}
	if from.dated && (q.Order == ByModified || q.Order == ByTitle || q.Order == BySlug || q.Order == ByAuthor) {
		// The tags of lists are touched when their members or dates change. A new headline
		// alone can bring an article of another page to this one.
		p.DependsOn = append(p.DependsOn, newsroom.SearchTag)
	}
	if from.ordered && from.total >= 0 && len(where.parts) == 0 {
		if p.Total = from.total; q.Offset < p.Total && q.Limit > 0 {
			p.IDs, err = readIDs(ctx, r, "SELECT article_id FROM ("+from.sql+" OFFSET ?) d",
				append(from.args[:len(from.args)-1:len(from.args)-1], min(q.Limit, p.Total-q.Offset), q.Offset)...)
		}
		return p, err
	}
	body, args := from.with(where, q.orderBy())
	if p.Total = from.total; len(where.parts) > 0 || p.Total < 0 {
		count, args := from.with(where, "")
		if _, err := models.QueryRow(ctx, r, []any{&p.Total}, "SELECT COUNT(*)"+count, args...); err != nil {
			return nil, err
		}
	}
	if q.Offset >= p.Total || q.Limit <= 0 {
		return p, nil
	}
	if q.Order == ByRequest {
		p.IDs, err = q.inRequest(ctx, r, body, args)
		return p, err
	}
	p.IDs, err = readIDs(ctx, r, "SELECT d.article_id"+body+" ORDER BY "+q.orderBy()+" LIMIT ? OFFSET ?",
		append(args, q.Limit, q.Offset)...)
	return p, err
}

// orderBy returns the order of the result, without ties.
func (q Articles) orderBy() string {
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	column := map[Order]string{
		ByRequest: "a.slug", ByDate: "d.at", ByModified: modified, ByTitle: "a.title_key", BySlug: "a.slug",
		ByAuthor: "COALESCE((SELECT x.author_id FROM article_authors x WHERE x.article_id = d.article_id AND x.position = 0), 0)",
	}[q.Order]
	if column == "" {
		return "d.article_id" + direction
	}
	return column + direction + ", d.article_id" + direction
}

// inRequest returns a part of the articles in the order in which the query names
// them.
func (q Articles) inRequest(ctx context.Context, r models.Queryer, body string, args []any) ([]int64, error) {
	rows, err := models.QueryRows(ctx, r, "SELECT a.id, a.slug"+body, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	place := map[int64]int{}
	var ids []int64
	for rows.Next() {
		var id int64
		var slug string
		if err := rows.Scan(&id, &slug); err != nil {
			return nil, err
		}
		ids = append(ids, id)
		if place[id] = slices.Index(q.IDs, id); len(q.IDs) == 0 {
			place[id] = slices.Index(q.Slugs, slug)
		}
	}
	slices.SortFunc(ids, func(a, b int64) int { return cmp.Compare(place[a], place[b]) })
	return cut(ids, q.Offset, q.Limit), rows.Err()
}

// source is a subquery with the articles that a scan looks through, as article_id
// and at, the date that lists sort by.
type source struct {
	sql   string
	args  []any
	tags  []models.CacheTag
	total int // the rows that it has, at most MaxReach; below 0 if that is not known
	// implies names the condition that every row fulfils.
	implies condition
	// ordered is set if the rows are in the order of the query, and the statement ends
	// with their LIMIT.
	ordered bool
	// dated is set if every row is between the dates of the query and is public.
	dated bool
}

// with returns the part of a statement from FROM on. order is the order that the
// statement will have.
func (s source) with(where conditions, order string) (text string, args []any) {
	text = " FROM (" + s.sql + ") d"
	if !s.dated || strings.Contains(where.sql()+" "+order, "a.") {
		text += " JOIN articles a ON a.id = d.article_id AND a.status = 'published'"
	}
	return text + where.sql(), append(slices.Clone(s.args), where.args...)
}

// candidates chooses the rows that a scan looks through.
func (q Articles) candidates(ctx context.Context, r models.Queryer, site *newsroom.Site) (source, error) {
	s := source{sql: "SELECT id AS article_id, " + dateOfRow + " AS at FROM articles WHERE ", total: -1}
	switch {
	case len(q.IDs) > 0:
		s.sql, s.args, s.implies = s.sql+"id IN ("+marks(len(q.IDs))+")", anys(q.IDs), onIDs
		for _, id := range q.IDs {
			s.tags = append(s.tags, newsroom.TeaserTag(id))
		}
		return s, nil
	case len(q.Slugs) > 0:
		s.sql, s.args, s.implies = s.sql+"slug IN ("+marks(len(q.Slugs))+")", anys(q.Slugs), onSlugs
		s.tags = []models.CacheTag{newsroom.SearchTag}
		return s, nil
	}
	all := choice{lists: []newsroom.List{{}}}
	var err error
	if all.total, err = (listing{r, newsroom.List{}}).from(ctx, startOfTime); err != nil {
		return s, err
	}
	smallest, err := q.smallest(ctx, r, site)
	switch {
	case err != nil:
		return s, err
	case smallest.lists != nil:
		return q.union(smallest), nil
	case !q.ModifiedAfter.IsZero() || !q.ModifiedBefore.IsZero() || q.Order == ByModified:
		return q.byModified(all.total), nil
	case q.Order == ByDate || q.Order == ByAuthor || !q.After.IsZero() || !q.Before.IsZero():
		return q.union(all), nil
	default:
		return q.byColumn(all.total), nil
	}
}

// dateOfRow is the SQL for the date that lists sort by, from an article's row. Texts
// of local times sort as dates do.
const dateOfRow = "local_time"

// union returns the articles of some lists, without repeats.
func (q Articles) union(of choice) source {
	s := source{total: -1, implies: of.implies, dated: true}
	if len(of.lists) == 1 && q.After.IsZero() && q.Before.IsZero() {
		s.total = min(of.total, MaxReach)
	}
	direction := " DESC"
	if q.Ascending && q.Order == ByDate {
		direction = ""
	}
	order := " ORDER BY published_at" + direction + ", article_id" + direction + " LIMIT ?"
	var parts []string
	for _, l := range of.lists {
		text := "SELECT article_id, published_at AS at FROM listings WHERE kind = ? AND ref = ?"
		args := []any{l.Kind, l.Ref}
		if !q.After.IsZero() {
			text, args = text+" AND published_at > ?", append(args, models.At(clamp(q.After)))
		}
		if !q.Before.IsZero() {
			text, args = text+" AND published_at < ?", append(args, models.At(clamp(q.Before)))
		}
		parts = append(parts, "SELECT * FROM ("+text+order+") u")
		s.args = append(append(s.args, args...), MaxReach)
		s.tags = append(s.tags, l.Tag())
	}
	s.sql = strings.Join(parts, " UNION ")
	if len(parts) > 1 {
		s.sql = "SELECT article_id, at FROM (" + s.sql + ") v ORDER BY at" + direction + ", article_id" + direction + " LIMIT ?"
		s.args = append(s.args, MaxReach)
	}
	return s
}

// byModified returns the articles that were modified last, or first, between the
// instants of the query.
func (q Articles) byModified(total int) source {
	direction := " DESC"
	if q.Ascending && q.Order == ByModified {
		direction = ""
	}
	s := source{total: min(total, MaxReach), tags: []models.CacheTag{newsroom.SearchTag}, implies: onModified}
	s.ordered = q.Order == ByModified
	s.sql = "SELECT id AS article_id, " + dateOfRow + " AS at FROM articles a WHERE a.status = 'published'"
	if !q.ModifiedAfter.IsZero() {
		// Instants have whole seconds.
		s.sql, s.args = s.sql+" AND "+modified+" >= ?", append(s.args, models.At(q.ModifiedAfter.Truncate(time.Second).Add(time.Second)))
		s.total = -1
	}
	if !q.ModifiedBefore.IsZero() {
		s.sql, s.args = s.sql+" AND "+modified+" < ?", append(s.args, models.At(q.ModifiedBefore.Truncate(time.Second)))
		s.total = -1
	}
	s.sql += " ORDER BY " + modified + direction + ", a.id" + direction + " LIMIT ?"
	s.args = append(s.args, MaxReach)
	return s
}

// byColumn returns the articles that are first in the order of a column that has an
// index.
func (q Articles) byColumn(total int) source {
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	order := map[Order]string{ByTitle: "title_key" + direction + ", id" + direction, BySlug: "slug" + direction}[q.Order]
	return source{
		sql: "SELECT id AS article_id, " + dateOfRow + " AS at FROM articles WHERE status = 'published' ORDER BY " +
			cmp.Or(order, "id"+direction) + " LIMIT ?",
		args: []any{MaxReach}, total: min(total, MaxReach), ordered: true,
		tags: []models.CacheTag{newsroom.SearchTag, newsroom.ArticlesTag},
	}
}
