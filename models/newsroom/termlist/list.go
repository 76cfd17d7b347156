package termlist

import (
	"context"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// PerPage is the number of terms on a page of a list.
const PerPage = 100

// Filter selects terms.
type Filter struct {
	Words string // letters that the name or the slug contains; "" for all
	Used  bool   // only used tags, the most used first; else all, by slug
	After string // Page.Next of the page before; "" for the first page
}

// Author is an author with the number of its public articles.
type Author struct {
	taxonomy.Author
	Articles int
}

// Page is a page of a list.
type Page[T any] struct {
	Rows []T
	Next string // for Filter.After, "" on the last page
}

// like returns the LIKE pattern of the texts that contain words.
func like(words string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(words) + "%"
}

// matching returns the SQL condition that a name or a slug contains words, "" for no words.
// The slug has no case and no accents, so words match however people type them.
func matching(words string) (condition string, args []any) {
	words = strings.TrimSpace(words)
	if words == "" {
		return "", nil
	}
	condition, args = `(LOWER(name) LIKE ? ESCAPE '\'`, []any{like(strings.ToLower(words))}
	if slug := taxonomy.Slug(words); slug != "" {
		condition, args = condition+` OR slug LIKE ? ESCAPE '\'`, append(args, like(slug))
	}
	return condition + ")", args
}

// Tags returns a page of the tags.
func Tags(ctx context.Context, r models.Queryer, f Filter) (p Page[taxonomy.Tag], err error) {
	q := r.Query(ctx).Limit(PerPage + 1)
	if condition, args := matching(f.Words); condition != "" {
		q = q.Where(condition, args...)
	}
	if f.Used {
		q = q.Order("stories DESC, id DESC").Where("stories > 0")
		if n, id, ok := parseAfter(f.After); ok {
			q = q.Where("(stories, id) < (?, ?)", n, id)
		}
	} else {
		q = q.Order("slug").Where("slug > ?", f.After)
	}
	if err := q.Find(&p.Rows).Error; err != nil {
		return p, err
	}
	if len(p.Rows) > PerPage {
		p.Rows = p.Rows[:PerPage]
		last := p.Rows[PerPage-1]
		if p.Next = last.Slug; f.Used {
			p.Next = strconv.Itoa(last.Articles) + "-" + strconv.FormatInt(last.ID, 10)
		}
	}
	return p, nil
}

// parseAfter reads the After of a list of used tags: a number of articles and an id.
func parseAfter(after string) (articles, id int64, ok bool) {
	a, b, ok := strings.Cut(after, "-")
	articles, errA := strconv.ParseInt(a, 10, 64)
	id, errB := strconv.ParseInt(b, 10, 64)
	return articles, id, ok && errA == nil && errB == nil
}

// Authors returns a page of the authors, in the order of their slugs.
func Authors(ctx context.Context, r models.Queryer, f Filter) (p Page[Author], err error) {
	q := r.Query(ctx).Table("authors").Limit(PerPage+1).Order("slug").Where("slug > ?", f.After).
		Select("authors.*, COALESCE((SELECT stories FROM listing_counts n WHERE n.kind = 3 AND n.ref = authors.id " +
			"AND n.period = 0), 0) AS articles")
	if condition, args := matching(f.Words); condition != "" {
		q = q.Where(condition, args...)
	}
	if err := q.Scan(&p.Rows).Error; err != nil {
		return p, err
	}
	if len(p.Rows) > PerPage {
		p.Rows = p.Rows[:PerPage]
		p.Next = p.Rows[PerPage-1].Slug
	}
	return p, nil
}

// MaxFound is the greatest number of names that a field proposes.
const MaxFound = 8

// Names returns at most [MaxFound] names of tags or authors that contain words. Names that
// begin with the words come first; then tags are in the order of their numbers of articles,
// the greatest first, and authors in the order of their names.
func Names(ctx context.Context, r models.Queryer, kind taxonomy.Kind, words string) (names []string, err error) {
	condition, args := matching(words)
	if condition == "" {
		return nil, nil
	}
	table, order := "tags", "stories DESC, id"
	if kind == taxonomy.AuthorKind {
		table, order = "authors", "name, id"
	}
	begins := strings.TrimPrefix(like(strings.ToLower(strings.TrimSpace(words))), "%")
	err = r.Query(ctx).Raw("SELECT name FROM "+table+" WHERE "+condition+
		` ORDER BY CASE WHEN LOWER(name) LIKE ? ESCAPE '\' THEN 0 ELSE 1 END, `+order+" LIMIT ?",
		append(args, begins, MaxFound)...).Scan(&names).Error
	return names, err
}

// Articles returns the number of public articles of an author.
func Articles(ctx context.Context, r models.Queryer, author int64) (n int, err error) {
	_, err = models.QueryRow(ctx, r, []any{&n}, "SELECT stories FROM listing_counts WHERE kind = 3 AND ref = ? AND period = 0", author)
	return n, err
}

// ByNumbers returns the tags with these ids. It leaves out ids that no tag has.
func ByNumbers(ctx context.Context, r models.Queryer, ids []int64) (list []taxonomy.Tag, err error) {
	return list, r.Query(ctx).Where("id IN ?", ids).Order("id").Find(&list).Error
}

// AuthorsByNumbers is [ByNumbers] for authors.
func AuthorsByNumbers(ctx context.Context, r models.Queryer, ids []int64) (list []taxonomy.Author, err error) {
	return list, r.Query(ctx).Where("id IN ?", ids).Order("id").Find(&list).Error
}
