package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"gorm.io/gorm"
)

// A list of the comments in some categories, or under the articles of an author, is read
// in one of two ways. If there are few articles with few comments in the state of the
// list, the index of each article finds all of them. Otherwise the list is read along the
// index of the state, which soon has enough comments in large categories.

// Limits of the first way. They are variables for the tests.
var (
	mostArticles = 2000
	mostSorted   = 20000 // comments in the state of the list
)

// limitedToArticles reports whether the filter leaves only comments under the articles
// of some categories or of an author, and no other condition finds few comments.
func (f Filter) limitedToArticles() bool {
	return (f.Categories != nil || f.Within != nil) && !f.hasOwnIndex() && f.Article == 0
}

// articles returns the query for the articles that such a list begins with, and its
// argument.
func (f Filter) articles() (query string, ids []int64) {
	list := f.Categories
	switch {
	case list != nil:
	case f.Within.own():
		return "SELECT article_id FROM article_authors WHERE author_id IN ?", f.Within.authors
	default:
		list = f.Within.Categories()
	}
	// No category has the ID 0, and no list is empty.
	return "SELECT article_id FROM article_categories WHERE category_id IN ?", append([]int64{0}, list...)
}

// haveFew reports whether these articles are few, with few comments in a state, so that
// all of the comments can be sorted.
func (f Filter) haveFew(ctx context.Context, r models.Queryer, state discussion.State) (bool, error) {
	switch state {
	case discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed:
	default:
		return false, nil // not counted by article
	}
	if few, known := f.found.few[state]; known {
		return few, nil
	}
	query, ids := f.articles()
	some := r.Query(ctx).Table("articles").Select("comments_"+string(state)+" AS n").Where("id IN ("+query+")", ids).Limit(mostArticles + 1)
	var few struct{ Articles, Comments int }
	err := r.Query(ctx).Table("(?) AS counted", some).Select("COUNT(*) AS articles, COALESCE(SUM(n), 0) AS comments").Scan(&few).Error
	f.found.few[state] = few.Articles <= mostArticles && few.Comments <= mostSorted
	return f.found.few[state], err
}

// byArticle returns a query of the comments that match the filter, read by the index
// of each of these articles.
func (f Filter) byArticle(ctx context.Context, r models.Queryer, state discussion.State) *gorm.DB {
	q := r.Query(ctx).Model(&discussion.Comment{}).Table("comments" + r.Dialect().IndexedBy("comments_article_state"))
	query, ids := f.articles()
	q = q.Where("article_id IN ("+query+")", ids)
	if f.Categories != nil {
		f.Categories = nil
	} else {
		f.Within = nil
	}
	return f.narrow(r, q, state)
}
