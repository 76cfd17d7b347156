package handlers

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion/commentlist"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/whole"
	"broadsheet/views/rest"
)

// The greatest numbers of comments that an article embeds in a list and alone.
const (
	repliesInList = 10
	repliesAlone  = 100
)

// articleOrders maps the orders of WordPress. No article has a parent, so "parent" orders
// by number.
var articleOrders = map[string]collection.Order{
	"date": collection.ByDate, "id": collection.ByID, "include": collection.ByRequest, "include_slugs": collection.ByRequest,
	"modified": collection.ByModified, "slug": collection.BySlug, "title": collection.ByTitle, "author": collection.ByAuthor,
	"parent": collection.ByID, "relevance": collection.ByRequest,
}

// articles returns the query for public articles that a request asks for.
func (q *restRequest) articles() (collection.Articles, error) {
	a := collection.Articles{
		IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Slugs: q.Texts("slug"),
		Authors: q.Numbers("author"), ExceptAuthors: q.Numbers("author_exclude"),
		Categories: q.terms("categories"), Tags: q.terms("tags"),
		ExceptCategories: q.terms("categories_exclude"), ExceptTags: q.terms("tags_exclude"),
		AnyTaxonomy: q.Text("tax_relation") == "OR",
		Order:       articleOrders[q.Text("orderby")], Ascending: q.Text("order") == "asc",
	}
	a.Offset, a.Limit = q.part()
	if at, ok := q.Date("after"); ok {
		a.After = at.In(q.site.TimeZone)
	}
	if at, ok := q.Date("before"); ok {
		a.Before = at.In(q.site.TimeZone)
	}
	if at, ok := q.Date("modified_after"); ok {
		a.ModifiedAfter = at.At(q.site.TimeZone)
	}
	if at, ok := q.Date("modified_before"); ok {
		a.ModifiedBefore = at.At(q.site.TimeZone)
	}
	return a, q.checkOrder()
}

// checkOrder refuses an order without the parameter that it needs.
func (q *restRequest) checkOrder() error {
	switch {
	case q.Text("orderby") == "relevance" && !q.Has("search"):
		return errNoSearchTerm
	case q.Text("orderby") == "include" && !q.Has("include"):
		return errNoInclude
	}
	return nil
}

func (q *restRequest) terms(name string) collection.Terms {
	return collection.Terms{IDs: q.Numbers(name), All: q.MatchAll(name), Children: q.WithChildren(name)}
}

// showPosts answers with a list of articles.
func (re *restAPI) showPosts(q *restRequest) error {
	if q.asStaff() {
		return re.showStaffPosts(q)
	}
	a, err := q.articles()
	if err != nil {
		return err
	}
	page := &collection.Page{}
	some, err := re.narrowToSticky(q, &a.IDs, &a.ExceptIDs)
	if err == nil && some {
		page, err = re.findArticles(q, a)
	}
	if err != nil {
		return err
	}
	if q.isPastEnd(page.Total) {
		return errPastEnd
	}
	posts, shows, err := re.loadPosts(q, page.IDs, repliesInList)
	if err != nil {
		return err
	}
	shows = shows.and(page.DependsOn...)
	if q.summary() {
		return sendRESTList(re, q, summaries(posts), page.Total, shows)
	}
	return sendRESTList(re, q, posts, page.Total, shows)
}

// findArticles returns a page of a query for articles, or of a search if the request has words.
// A search finds at most 500 articles, so its pages end there.
func (re *restAPI) findArticles(q *restRequest, a collection.Articles) (*collection.Page, error) {
	if words := q.Text("search"); words != "" {
		found, err := search.IDs(q.ctx(), re.db, q.site, searchOf(words, &a))
		if err != nil {
			return nil, err
		}
		if len(a.IDs) > 0 {
			found = slices.DeleteFunc(found, func(id int64) bool { return !slices.Contains(a.IDs, id) })
		}
		if a.IDs = found; len(found) == 0 {
			return &collection.Page{}, nil
		}
	}
	return a.Find(q.ctx(), re.db, q.site)
}

// searchOf returns the search for words among the articles of a query, with those conditions
// of the query that a search supports.
func searchOf(words string, a *collection.Articles) search.Query {
	s := search.Query{Text: words, From: a.After, To: a.Before, Order: search.Newest}
	if a.Order == collection.ByRequest {
		s.Order = search.Best
	}
	if len(a.Authors) == 1 {
		s.Author = a.Authors[0]
	}
	if len(a.Categories.IDs) == 1 && !a.AnyTaxonomy {
		s.Category = a.Categories.IDs[0]
	}
	return s
}

func summaries(posts []rest.Post) []rest.PostSummary {
	list := make([]rest.PostSummary, len(posts))
	for i := range posts {
		list[i] = posts[i].Summary()
	}
	return list
}

// showPost answers with one article.
func (re *restAPI) showPost(q *restRequest) error {
	id, err := q.id()
	if err != nil {
		return err
	}
	if err := re.checkReading(q, id); err != nil {
		return err
	}
	posts, shows, err := re.loadPosts(q, []int64{id}, repliesAlone)
	if err != nil {
		return err
	}
	if len(posts) == 0 {
		return errNoPost
	}
	if q.summary() {
		return re.sendREST(q, posts[0].Summary(), shows)
	}
	return re.sendREST(q, posts[0], shows)
}

// loadPosts reads articles with the entries that the request embeds. For visitors it leaves out
// articles that are not public; for a program the caller has checked the rights.
func (re *restAPI) loadPosts(q *restRequest, ids []int64, replies int) ([]rest.Post, dependencies, error) {
	shows := restFrame()
	load := whole.Load
	if q.writer != nil {
		load = whole.LoadAny
	}
	articles, err := load(q.ctx(), re.db, q.site, ids)
	if err != nil {
		return nil, shows, err
	}
	sources := map[int64]newsroom.ArticleBody{}
	if q.editing() {
		if sources, err = stafflist.Sources(q.ctx(), re.db, ids); err != nil {
			return nil, shows, err
		}
	}
	embedded, err := re.loadEmbedded(q.ctx(), q, articles, replies)
	if err != nil {
		return nil, shows, err
	}
	posts := make([]rest.Post, len(articles))
	for i, a := range articles {
		posts[i] = re.presentPost(q.site, a)
		if q.editing() {
			re.addEditorsPart(q, &posts[i], a, sources[a.ID])
		}
		posts[i].Embedded = re.embedInPost(q, a, embedded)
		if !q.fields.Has("_links") && !q.fields.Has("_embedded") {
			posts[i].Links = nil
		}
		shows = shows.and(postTags(a, embedded.replies != nil)...)
	}
	shows, err = re.markSticky(q, posts, shows)
	return posts, shows, err
}

// postTags returns the cache tags of an article as the interface shows it.
func postTags(a *newsroom.Page, replies bool) []models.CacheTag {
	tags := append(pictures.Tags(a.InText), newsroom.TeaserTag(a.ID))
	for _, b := range a.Bylines {
		tags = append(tags, taxonomy.BylineTag(b.AuthorID))
	}
	if a.PictureID != nil {
		tags = append(tags, pictures.Tag(*a.PictureID))
	}
	if replies {
		tags = append(tags, newsroom.ArticleTag(a.ID))
	}
	return tags
}

// embeddedEntries are the entries that some articles embed, each kind read at once.
type embeddedEntries struct {
	authors map[int64]collection.Author
	replies map[int64][]commentlist.Comment // by article; nil if they are not asked for
}

// loadEmbedded reads the authors and comments that a request embeds.
func (re *restAPI) loadEmbedded(
	ctx context.Context, q *restRequest, articles []*newsroom.Page, replies int,
) (e embeddedEntries, err error) {
	var ids, authors []int64
	for _, a := range articles {
		ids = append(ids, a.ID)
		for _, b := range a.Bylines[:min(1, len(a.Bylines))] {
			authors = append(authors, b.AuthorID)
		}
	}
	if q.embeds("author") && len(authors) > 0 {
		found, _, err := collection.Named{IDs: authors, Limit: len(authors)}.Authors(ctx, re.db)
		if err != nil {
			return e, err
		}
		e.authors = map[int64]collection.Author{}
		for _, a := range found {
			e.authors[a.ID] = a
		}
	}
	if q.embeds("replies") && len(ids) > 0 {
		e.replies, err = commentlist.Newest(ctx, re.db, ids, replies)
	}
	return e, err
}

// showNoPages answers the list of WordPress's pages: there are none.
func (re *restAPI) showNoPages(q *restRequest) error {
	if err := q.checkOrder(); err != nil {
		return err
	}
	return sendRESTList(re, q, []rest.Post{}, 0, restFrame())
}

// showNoEntry answers for one of WordPress's pages.
func (re *restAPI) showNoEntry(q *restRequest) error {
	if _, err := q.id(); err != nil {
		return err
	}
	return errNoPost
}
