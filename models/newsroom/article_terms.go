package newsroom

import (
	"context"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// articleTerms are an article's authors, categories and tags, each in order.
type articleTerms struct {
	authors    []bylineAuthor
	categories []*taxonomy.Category
	tags       []*taxonomy.Tag
}

type bylineAuthor struct {
	*taxonomy.Author
	role string
}

// The rows that join an article to its authors, categories and tags.
type (
	articleAuthor struct {
		ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
		Position  int   `gorm:"primaryKey;autoIncrement:false"`
		AuthorID  int64
		Role      string
	}
	articleCategory struct {
		ArticleID  int64 `gorm:"primaryKey;autoIncrement:false"`
		Position   int   `gorm:"primaryKey;autoIncrement:false"`
		CategoryID int64
	}
	articleTag struct {
		ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
		Position  int   `gorm:"primaryKey;autoIncrement:false"`
		TagID     int64
	}
)

func (articleAuthor) TableName() string   { return "article_authors" }
func (articleCategory) TableName() string { return "article_categories" }
func (articleTag) TableName() string      { return "article_tags" }

// rows returns the rows that join an article to the terms.
func (t *articleTerms) rows(id int64) (authors []articleAuthor, categories []articleCategory, tags []articleTag) {
	for i, a := range t.authors {
		authors = append(authors, articleAuthor{id, i, a.ID, a.role})
	}
	for i, c := range t.categories {
		categories = append(categories, articleCategory{id, i, c.ID})
	}
	for i, tag := range t.tags {
		tags = append(tags, articleTag{id, i, tag.ID})
	}
	return authors, categories, tags
}

func (t *articleTerms) mainCategory() *int64 {
	if len(t.categories) == 0 {
		return nil
	}
	return &t.categories[0].ID
}

func (t *articleTerms) categoryIDs() []int64 {
	var ids []int64
	for _, c := range t.categories {
		ids = append(ids, c.ID)
	}
	return ids
}

// byline returns the authors' names as lists show them, and the first author's
// slug.
func (t *articleTerms) byline() (names, slug string) {
	var list []string
	for _, a := range t.authors {
		list = append(list, a.Name)
	}
	if len(t.authors) > 0 {
		slug = t.authors[0].Slug
	}
	return strings.Join(list, ", "), slug
}

// findTerms returns the authors, categories and tags of a manuscript, and creates
// those that are missing.
func (s *Saver) findTerms(ctx context.Context, p *Prepared) (*articleTerms, error) {
	found := &articleTerms{}
	categories := p.Categories
	if len(categories) == 0 {
		categories = []taxonomy.CategoryRef{{Path: taxonomy.UncategorizedSlug, Names: []string{taxonomy.RestName(s.site.Language)}}}
	}
	for _, ref := range categories {
		c, err := cached(s.categories, ref.Path+"\x00"+strings.Join(ref.Names, "\x00"), func() (*taxonomy.Category, error) {
			if c := s.site.Categories.Find(ref); c != nil {
				return c, nil
			}
			return taxonomy.EnsureCategory(ctx, s.tx, ref.Path, ref.Names...)
		})
		if err != nil {
			return nil, err
		}
		found.categories = appendNew(found.categories, c, func(c *taxonomy.Category) int64 { return c.ID })
	}
	for _, name := range p.Tags {
		if name = richtext.PlainLine(name); taxonomy.TermSlug(name) == "" || richtext.TooLong(name, MaxName) {
			continue
		}
		t, err := cached(s.tags, name, func() (*taxonomy.Tag, error) { return taxonomy.EnsureTag(ctx, s.tx, name) })
		if err != nil {
			return nil, err
		}
		found.tags = appendNew(found.tags, t, func(t *taxonomy.Tag) int64 { return t.ID })
	}
	for _, ref := range p.Authors {
		name := richtext.PlainLine(ref.Name)
		if (taxonomy.TermSlug(name) == "" && ref.Slug == "") || richtext.TooLong(name, MaxName) {
			continue
		}
		a, err := cached(s.authors, ref.Slug+"\x00"+name, func() (*taxonomy.Author, error) {
			return taxonomy.EnsureAuthor(ctx, s.tx, ref.Slug, name)
		})
		if err != nil {
			return nil, err
		}
		found.authors = appendNew(found.authors, bylineAuthor{a, ref.Role}, func(a bylineAuthor) int64 { return a.ID })
	}
	return found, nil
}

// ParseCategory parses a category with its parents first, such as
// "World News/Middle East". ok is false if no part gives a slug, or if there are
// too many parts.
func ParseCategory(name string) (ref taxonomy.CategoryRef, ok bool) {
	var slugs []string
	for part := range strings.SplitSeq(name, "/") {
		part = richtext.PlainLine(part)
		slug := taxonomy.TermSlug(part)
		if slug == "" || richtext.TooLong(part, MaxName) {
			continue
		}
		slugs = append(slugs, slug)
		ref.Names = append(ref.Names, part)
	}
	if len(slugs) == 0 || len(slugs) > taxonomy.MaxDepth {
		return ref, false
	}
	ref.Path = strings.Join(slugs, "/")
	return ref, true
}

// cached returns the value of a key in values. It calls find for a missing one.
func cached[T any](values map[string]*T, key string, find func() (*T, error)) (*T, error) {
	if v, ok := values[key]; ok {
		return v, nil
	}
	v, err := find()
	if err == nil {
		values[key] = v
	}
	return v, err
}

// appendNew appends v unless the list has an element with its id.
func appendNew[T any](list []T, v T, id func(T) int64) []T {
	for _, have := range list {
		if id(have) == id(v) {
			return list
		}
	}
	return append(list, v)
}

// termsOf reads the terms of a stored article.
func termsOf(ctx context.Context, r models.Queryer, id int64) (*articleTerms, error) {
	terms := &articleTerms{}
	err := r.Query(ctx).Table("categories").Select("categories.*").
		Joins("JOIN article_categories ac ON ac.category_id = categories.id").
		Where("ac.article_id = ?", id).Order("ac.position").Find(&terms.categories).Error
	if err != nil {
		return nil, err
	}
	err = r.Query(ctx).Table("tags").Select("tags.*").
		Joins("JOIN article_tags x ON x.tag_id = tags.id").
		Where("x.article_id = ?", id).Order("x.position").Find(&terms.tags).Error
	if err != nil {
		return nil, err
	}
	var authors []*taxonomy.Author
	err = r.Query(ctx).Table("authors").Select("authors.*").
		Joins("JOIN article_authors x ON x.author_id = authors.id").
		Where("x.article_id = ?", id).Order("x.position").Find(&authors).Error
	for _, a := range authors {
		terms.authors = append(terms.authors, bylineAuthor{Author: a})
	}
	return terms, err
}

// parseLink returns the article that a link's address names. Only addresses
// without a host count, because the site's host names are not known here.
func (s *Saver) parseLink(href string) (permalink.Ref, bool) {
	u, err := url.Parse(href)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || u.Path == "/" {
		return permalink.Ref{}, false
	}
	if first, _, _ := strings.Cut(u.Path[1:], "/"); first != models.OwnSegment && models.ReservedSegment(first) {
		return permalink.Ref{}, false
	}
	ref, _ := s.site.pattern().Parse(u.Path)
	return ref, true
}
