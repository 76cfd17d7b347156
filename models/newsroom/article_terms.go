package newsroom

import (
	"context"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// articleTerms is where an article stands: its bylines, categories and tags in
// order.
type articleTerms struct {
	authors    []bylineAuthor
	categories []*taxonomy.Category
	tags       []*taxonomy.Tag
}

type bylineAuthor struct {
	*taxonomy.Author
	role string
}

// The rows that tie an article to its authors, categories and tags.
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

// rows returns the rows that say the placement of an article.
func (p *articleTerms) rows(id int64) (authors []articleAuthor, categories []articleCategory, tags []articleTag) {
	for i, a := range p.authors {
		authors = append(authors, articleAuthor{id, i, a.ID, a.role})
	}
	for i, c := range p.categories {
		categories = append(categories, articleCategory{id, i, c.ID})
	}
	for i, t := range p.tags {
		tags = append(tags, articleTag{id, i, t.ID})
	}
	return authors, categories, tags
}

func (p *articleTerms) mainCategory() *int64 {
	if len(p.categories) == 0 {
		return nil
	}
	return &p.categories[0].ID
}

func (p *articleTerms) categoryIDs() []int64 {
	var ids []int64
	for _, c := range p.categories {
		ids = append(ids, c.ID)
	}
	return ids
}

// byline returns the names as lists show them and the first one's slug.
func (p *articleTerms) byline() (names, slug string) {
	var list []string
	for _, a := range p.authors {
		list = append(list, a.Name)
	}
	if len(p.authors) > 0 {
		slug = p.authors[0].Slug
	}
	return strings.Join(list, ", "), slug
}

// findTerms finds or makes the authors, sections and tags that a manuscript names.
func (s *saver) findTerms(ctx context.Context, p *Prepared) (*articleTerms, error) {
	pl := &articleTerms{}
	categories := p.Categories
	if len(categories) == 0 {
		categories = []taxonomy.CategoryRef{{Path: taxonomy.UncategorizedSlug, Names: []string{"Uncategorized"}}}
	}
	for _, ref := range categories {
		c, err := remember(s.categories, ref.Path+"\x00"+strings.Join(ref.Names, "\x00"), func() (*taxonomy.Category, error) {
			if c := s.site.Categories.Find(ref); c != nil {
				return c, nil
			}
			return taxonomy.EnsureCategory(ctx, s.tx, ref.Path, ref.Names...)
		})
		if err != nil {
			return nil, err
		}
		pl.categories = appendNew(pl.categories, c, func(c *taxonomy.Category) int64 { return c.ID })
	}
	for _, name := range p.Tags {
		if name = richtext.PlainLine(name); taxonomy.TermSlug(name) == "" || richtext.TooLong(name, MaxName) {
			continue
		}
		t, err := remember(s.tags, name, func() (*taxonomy.Tag, error) { return taxonomy.EnsureTag(ctx, s.tx, name) })
		if err != nil {
			return nil, err
		}
		pl.tags = appendNew(pl.tags, t, func(t *taxonomy.Tag) int64 { return t.ID })
	}
	for _, ref := range p.Authors {
		name := richtext.PlainLine(ref.Name)
		if (taxonomy.TermSlug(name) == "" && ref.Slug == "") || richtext.TooLong(name, MaxName) {
			continue
		}
		a, err := remember(s.authors, ref.Slug+"\x00"+name, func() (*taxonomy.Author, error) {
			return taxonomy.EnsureAuthor(ctx, s.tx, ref.Slug, name)
		})
		if err != nil {
			return nil, err
		}
		pl.authors = appendNew(pl.authors, bylineAuthor{a, ref.Role}, func(a bylineAuthor) int64 { return a.ID })
	}
	return pl, nil
}

func remember[T any](known map[string]*T, key string, find func() (*T, error)) (*T, error) {
	if v, ok := known[key]; ok {
		return v, nil
	}
	v, err := find()
	if err == nil {
		known[key] = v
	}
	return v, err
}

func appendNew[T any](list []T, v T, id func(T) int64) []T {
	for _, have := range list {
		if id(have) == id(v) {
			return list
		}
	}
	return append(list, v)
}

// termsOf reads where a stored article stands.
func termsOf(ctx context.Context, r models.Queryer, id int64) (*articleTerms, error) {
	pl := &articleTerms{}
	err := r.Query(ctx).Table("categories").Select("categories.*").
		Joins("JOIN article_categories ac ON ac.category_id = categories.id").
		Where("ac.article_id = ?", id).Order("ac.position").Find(&pl.categories).Error
	if err != nil {
		return nil, err
	}
	err = r.Query(ctx).Table("tags").Select("tags.*").
		Joins("JOIN article_tags x ON x.tag_id = tags.id").
		Where("x.article_id = ?", id).Order("x.position").Find(&pl.tags).Error
	if err != nil {
		return nil, err
	}
	var authors []*taxonomy.Author
	err = r.Query(ctx).Table("authors").Select("authors.*").
		Joins("JOIN article_authors x ON x.author_id = authors.id").
		Where("x.article_id = ?", id).Order("x.position").Find(&authors).Error
	for _, a := range authors {
		pl.authors = append(pl.authors, bylineAuthor{Author: a})
	}
	return pl, err
}

// parseLink reads a link as an address on this site. Only addresses
// without a host count: which hosts are ours is not known here.
func (s *saver) parseLink(href string) (articleRef, bool) {
	u, err := url.Parse(href)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || u.Path == "/" {
		return articleRef{}, false
	}
	if first, _, _ := strings.Cut(u.Path[1:], "/"); first != models.OwnSegment && models.ReservedSegment(first) {
		return articleRef{}, false
	}
	h, _ := s.site.parse(u.Path)
	return h, true
}
