package stafflist

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"

	"gorm.io/gorm"
)

// MaxReach is how many articles a question counts.
const MaxReach = 10_000

// Order is the order of articles.
type Order string

// The orders. By date means the date of publication, or of the last change for an article
// that has no date yet.
const (
	ByDate     Order = "date"
	ByModified Order = "modified"
	ByID       Order = "id"
	ByTitle    Order = "title"
	BySlug     Order = "slug"
)

// Articles is a question for articles. Empty fields are no condition.
type Articles struct {
	Statuses []newsroom.Status
	// Reader limits articles that are not public to those of an account, and Writer all
	// articles; 0 limits nothing. Articles of an account are those that it began, and those
	// with one of its authors in the byline.
	Reader, Writer int64

	IDs, ExceptIDs               []int64
	Slugs                        []string
	Authors, ExceptAuthors       []int64
	Categories, ExceptCategories []int64
	Tags, ExceptTags             []int64
	Words                        string // parts of the headline
	After, Before                time.Time
	ModifiedAfter                time.Time
	ModifiedBefore               time.Time

	Order         Order
	Ascending     bool
	Offset, Limit int
}

// date is the SQL of [ByDate].
const date = "COALESCE(published_at, updated_at)"

var orderColumns = map[Order]string{
	ByDate: date, ByModified: "updated_at", ByID: "id", ByTitle: "title_key", BySlug: "slug",
}

// Find returns a part of the articles by number, and how many there are, at most
// [MaxReach].
func (q Articles) Find(ctx context.Context, r models.Queryer) (ids []int64, total int, err error) {
	var n int64
	counted := q.where(r.Query(ctx).Model(&newsroom.Article{})).Select("id").Limit(MaxReach)
	if err := r.Query(ctx).Table("(?) x", counted).Count(&n).Error; err != nil || n == 0 {
		return nil, int(n), err
	}
	direction := " DESC"
	if q.Ascending {
		direction = ""
	}
	column := orderColumns[q.Order]
	if column == "" {
		column = date
	}
	err = q.where(r.Query(ctx).Model(&newsroom.Article{})).Order(column+direction+", id"+direction).
		Offset(q.Offset).Limit(q.Limit).Pluck("id", &ids).Error
	return ids, int(n), err
}

const (
	ownArticle = `(owner_id = ? OR id IN (SELECT x.article_id FROM article_authors x JOIN authors ON authors.id = x.author_id
		WHERE authors.user_id = ?))`
	withAuthor   = "id IN (SELECT article_id FROM article_authors WHERE author_id IN ?)"
	withCategory = "id IN (SELECT article_id FROM article_categories WHERE category_id IN ?)"
	withTag      = "id IN (SELECT article_id FROM article_tags WHERE tag_id IN ?)"
)

func (q Articles) where(db *gorm.DB) *gorm.DB {
	if len(q.Statuses) > 0 {
		db = db.Where("status IN ?", q.Statuses)
	}
	if q.Reader != 0 {
		db = db.Where("(status = ? OR "+ownArticle+")", newsroom.Published, q.Reader, q.Reader)
	}
	if q.Writer != 0 {
		db = db.Where(ownArticle, q.Writer, q.Writer)
	}
	for _, c := range []struct {
		condition string
		ids       []int64
	}{
		{"id IN ?", q.IDs},
		{"id NOT IN ?", q.ExceptIDs},
		{withAuthor, q.Authors},
		{"NOT " + withAuthor, q.ExceptAuthors},
		{withCategory, q.Categories},
		{"NOT " + withCategory, q.ExceptCategories},
		{withTag, q.Tags},
		{"NOT " + withTag, q.ExceptTags},
	} {
		if len(c.ids) > 0 {
			db = db.Where(c.condition, c.ids)
		}
	}
	if len(q.Slugs) > 0 {
		db = db.Where("slug IN ?", q.Slugs)
	}
	if words := taxonomy.FoldTitle(q.Words); words != "" {
		db = db.Where("title_key LIKE ?", "%"+words+"%")
	}
	for _, c := range []struct {
		condition string
		at        time.Time
	}{
		{date + " > ?", q.After},
		{date + " < ?", q.Before},
		{"updated_at > ?", q.ModifiedAfter},
		{"updated_at < ?", q.ModifiedBefore},
	} {
		if !c.at.IsZero() {
			db = db.Where(c.condition, models.At(c.at))
		}
	}
	return db
}

// Sources returns the texts of articles as they were entered, by article.
func Sources(ctx context.Context, r models.Queryer, ids []int64) (map[int64]newsroom.ArticleBody, error) {
	found := map[int64]newsroom.ArticleBody{}
	if len(ids) == 0 {
		return found, nil
	}
	var list []newsroom.ArticleBody
	err := r.Query(ctx).Where("article_id IN ?", ids).Find(&list).Error
	for _, b := range list {
		found[b.ArticleID] = b
	}
	return found, err
}
