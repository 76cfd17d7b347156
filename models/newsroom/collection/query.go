package collection

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// Order is the order of articles.
type Order int

// The orders. ByRequest is the order of the ids or slugs of the query.
const (
	ByDate Order = iota
	ByModified
	ByID
	ByTitle
	BySlug
	ByAuthor
	ByRequest
)

// Terms are terms of one taxonomy that an article must have: one of them, or with
// All each of them. Children lets a category stand for those below it too.
type Terms struct {
	IDs      []int64
	All      bool
	Children bool
}

// Articles is a question for public articles. Empty fields are no condition.
type Articles struct {
	IDs, ExceptIDs         []int64
	Slugs                  []string
	Authors, ExceptAuthors []int64
	Categories, Tags       Terms
	ExceptCategories       Terms
	ExceptTags             Terms
	AnyTaxonomy            bool // Categories or Tags, instead of both
	// After and Before bound the date in the article's address, read as UTC, without
	// themselves.
	After, Before time.Time
	// ModifiedAfter and ModifiedBefore bound the instant of newsroom.Site.Instants,
	// without themselves.
	ModifiedAfter, ModifiedBefore time.Time
	Order                         Order
	Ascending                     bool
	Offset, Limit                 int
}

// Find returns a part of the articles that a query asks for.
func (q Articles) Find(ctx context.Context, r models.Queryer, site *newsroom.Site) (*Page, error) {
	if list, ok := q.plain(site); ok {
		return q.pageOfList(ctx, r, list)
	}
	return q.scan(ctx, r, site)
}

// plain returns the list of which the query asks for a part by date. ok is false if
// it has other conditions.
func (q Articles) plain(site *newsroom.Site) (list newsroom.List, ok bool) {
	bare := q
	bare.After, bare.Before, bare.Ascending, bare.Offset, bare.Limit = time.Time{}, time.Time{}, false, 0, 0
	switch {
	case len(q.Authors) == 1:
		list, bare.Authors = newsroom.List{Kind: newsroom.AuthorArticles, Ref: q.Authors[0]}, nil
	case len(q.Tags.IDs) == 1:
		list, bare.Tags = newsroom.List{Kind: newsroom.TagArticles, Ref: q.Tags.IDs[0]}, Terms{}
	case len(q.Categories.IDs) == 1 && q.Categories.isList(site):
		list, bare.Categories = newsroom.List{Kind: newsroom.CategoryArticles, Ref: q.Categories.IDs[0]}, Terms{}
	}
	return list, bare.isEmpty()
}

// isList reports whether the list of a category has exactly the articles of the
// condition: the list has those of the categories below too.
func (t Terms) isList(site *newsroom.Site) bool {
	return t.Children || len(site.Categories.Below(t.IDs[0])) <= 1
}

// isEmpty reports whether a query without dates has no condition and the usual
// order.
func (q Articles) isEmpty() bool {
	return len(q.IDs)+len(q.ExceptIDs)+len(q.Slugs)+len(q.Authors)+len(q.ExceptAuthors)+
		len(q.Categories.IDs)+len(q.Tags.IDs)+len(q.ExceptCategories.IDs)+len(q.ExceptTags.IDs) == 0 &&
		q.ModifiedAfter.IsZero() && q.ModifiedBefore.IsZero() && q.Order == ByDate
}
