package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"

	"gorm.io/gorm"
)

// A list of the comments in some categories is read in one of two ways. If they have
// few articles with few comments in the state of the list, the index of each article
// finds all of them. Otherwise the list is read along the index of the state, which
// soon has enough comments in large categories.

// Limits of the first way. They are variables for the tests.
var (
	mostArticles = 2000
	mostSorted   = 20000 // comments in the state of the list
)

// limitedToCategories reports whether the filter leaves only comments in some
// categories, and no other condition finds few comments.
func (f Filter) limitedToCategories() bool {
	return (f.Categories != nil || f.Within != nil && !f.Within.own()) && !f.hasOwnIndex() && f.Article == 0
}

// categories returns the categories that a list by articles begins with.
func (f Filter) categories() []int64 {
	list := f.Categories
	if list == nil {
		list = f.Within.Categories()
	}
	return append([]int64{0}, list...) // no category has the ID 0, and no list is empty
}

// articlesOf adds the condition that a comment is in the categories of the filter, in
// the form that finds the articles first.
func (f Filter) articlesOf(q *gorm.DB) *gorm.DB {
	return q.Where("article_id IN (SELECT article_id FROM article_categories WHERE category_id IN ?)", f.categories())
}

// haveFew reports whether the categories of the filter have few articles with few
// comments in a state, so that all of them can be sorted.
func (f Filter) haveFew(ctx context.Context, r models.Queryer, state discussion.State) (bool, error) {
	switch state {
	case discussion.Approved, discussion.Held, discussion.Spam, discussion.Trashed:
	default:
		return false, nil // not counted by article
	}
	if few, known := f.found.few[state]; known {
		return few, nil
	}
	of := r.Query(ctx).Table("article_categories").Select("article_id").Where("category_id IN ?", f.categories())
	some := r.Query(ctx).Table("articles").Select("comments_"+string(state)+" AS n").Where("id IN (?)", of).Limit(mostArticles + 1)
	var few struct{ Articles, Comments int }
	err := r.Query(ctx).Table("(?) AS counted", some).Select("COUNT(*) AS articles, COALESCE(SUM(n), 0) AS comments").Scan(&few).Error
	f.found.few[state] = few.Articles <= mostArticles && few.Comments <= mostSorted
	return f.found.few[state], err
}

// byArticle returns a query of the comments that match the filter, read by the index
// of each article in its categories.
func (f Filter) byArticle(ctx context.Context, r models.Queryer, state discussion.State) *gorm.DB {
	q := r.Query(ctx).Model(&discussion.Comment{}).Table("comments" + r.Dialect().IndexedBy("comments_article_state"))
	q = f.articlesOf(q)
	if f.Categories != nil {
		f.Categories = nil // articlesOf has them
	} else {
		f.Within = nil
	}
	return f.narrow(r, q, state)
}
