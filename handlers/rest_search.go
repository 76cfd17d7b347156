package handlers

import (
	"html"
	"slices"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/whole"
	"broadsheet/views/rest"
)

// showSearch answers with articles or terms that a search finds.
func (re *restAPI) showSearch(q *restRequest) error {
	var list []rest.SearchResult
	total, shows := 0, restFrame()
	var err error
	switch q.Text("type") {
	case "post":
		if wantsSubtype(q, "post") {
			list, total, shows, err = re.searchPosts(q)
		}
	case "term":
		list, total, err = re.searchTerms(q)
		shows = shows.and(newsroom.ArticlesTag)
	}
	if err != nil {
		return err
	}
	if q.isPastEnd(total) {
		return errPastSearch
	}
	return sendRESTList(re, q, list, total, shows)
}

// wantsSubtype reports whether a search asks for a kind of entry.
func wantsSubtype(q *restRequest, name string) bool {
	asked := q.Texts("subtype")
	return len(asked) == 0 || slices.Contains(asked, "any") || slices.Contains(asked, name)
}

func (re *restAPI) searchPosts(q *restRequest) (list []rest.SearchResult, total int, shows dependencies, err error) {
	a := collection.Articles{IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude")}
	if q.Has("search") {
		a.Order = collection.ByRequest
	}
	a.Offset, a.Limit = q.part()
	page, err := re.findArticles(q, a)
	shows = restFrame()
	if err != nil {
		return nil, 0, shows, err
	}
	articles, err := whole.Load(q.ctx(), re.db, q.site, page.IDs)
	shows = shows.and(page.DependsOn...)
	for _, a := range articles {
		self := re.restEntryHref("posts", a.ID)
		one := rest.SearchResult{
			ID: a.ID, Title: html.EscapeString(a.Title), URL: re.absolute(q.site.ArticlePath(&a.Article)), Type: "post", Subtype: "post",
			Links: rest.Links{
				"self": {{Embeddable: true, Href: self}}, "about": {{Href: re.restHref("/types/post")}},
				"collection": {{Href: re.restHref("/search")}},
			},
		}
		if q.embeds("self") {
			post := re.presentPost(q.site, a)
			one.Embedded = &rest.Embedded{Self: []rest.PostSummary{post.Summary()}}
			shows = shows.and(postTags(a, false)...)
		}
		list = append(list, one)
		shows = shows.and(newsroom.TeaserTag(a.ID))
	}
	return list, page.Total, shows, err
}

// searchTerms finds categories and then tags.
func (re *restAPI) searchTerms(q *restRequest) (list []rest.SearchResult, total int, err error) {
	var found []rest.Term
	if wantsSubtype(q, "category") {
		all, err := collection.Categories(q.ctx(), re.db, q.site)
		if err != nil {
			return nil, 0, err
		}
		keep := q.categoryConditions()
		for _, c := range all {
			if !slices.ContainsFunc(keep, func(keep func(collection.Category) bool) bool { return !keep(c) }) {
				found = append(found, re.presentCategory(q.site, c))
			}
		}
	}
	offset, limit := q.part()
	total = len(found)
	part := found[min(offset, total):]
	part = part[:min(limit, len(part))]
	if wantsSubtype(q, "post_tag") {
		tags, count, err := collection.Named{
			IDs: q.Numbers("include"), ExceptIDs: q.Numbers("exclude"), Search: q.Text("search"),
			Offset: max(0, offset-total), Limit: limit - len(part),
		}.Tags(q.ctx(), re.db)
		if err != nil {
			return nil, 0, err
		}
		total += count
		for _, t := range tags {
			part = append(part, re.presentTag(t))
		}
	}
	for _, t := range part {
		list = append(list, rest.SearchResult{
			ID: t.ID, Title: t.Name, URL: t.Link, Type: "term", Subtype: t.Taxonomy,
			Links: rest.Links{"self": t.Links["self"], "about": t.Links["about"], "collection": {{Href: re.restHref("/search")}}},
		})
	}
	return list, total, nil
}
