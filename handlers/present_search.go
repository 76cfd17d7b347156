package handlers

import (
	"net/http"
	"strings"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
)

const (
	// mostSearchSections is how many sections the form of a search offers.
	mostSearchSections = 120
	// mostBrowsed is how many sections a search without a result suggests.
	mostBrowsed = 12
	// sizesHit is the sizes attribute of the pictures of results.
	sizesHit = "(min-width: 40rem) 9rem, 5.5rem"
)

// renderSearch renders the page of a search.
func (rd *reading) renderSearch(c *request, w *wanted, found *search.Result) error {
	title := rd.text(c.site, "search.title")
	if w.words != "" {
		title = rd.text(c.site, "search.title.for", "words", w.words)
	}
	v := views.Search{
		Heading: title, Asked: w.words != "", NoWords: found.NoWords, Count: found.Total, AtLeast: found.AtLeast, Newest: w.newest,
		Categories: searchChoices(c.site, w.category), From: dayText(w.from), To: dayText(w.to),
		Pager: views.Pager{Number: w.number, Last: found.Last},
	}
	if w.number > 1 {
		title = rd.text(c.site, "list.page", "title", title, "number", w.number)
		v.Pager.Newer = w.page(w.number - 1)
	}
	if w.number < found.Last {
		v.Pager.Older = w.page(w.number + 1)
	}
	v.Page = rd.frame(c.site, title, w.address(), w.category)
	v.Query, v.NoIndex = w.words, true
	for _, feed := range rd.searchFeedLinks(c.site, w, v.Heading) {
		v.Feeds, v.Feed = append(v.Feeds, feed), feed.URL
	}
	rd.presentFilters(c.site, w, &v)
	for i := range found.Hits {
		v.Hits = append(v.Hits, presentHit(c.site, &found.Hits[i]))
	}
	if len(v.Hits) == 0 && v.Asked {
		rd.presentNothing(c.site, w, found, &v)
	}
	if !w.mayBeCached() || v.Asked && len(v.Hits) == 0 {
		return render(rd.pages, c, views.SearchPage, v, sharedAnswer(http.StatusOK))
	}
	shows := dependsOn(found.DependsOn()...)
	if w.author != nil {
		shows = shows.and(taxonomy.BylineTag(w.author.ID))
	}
	return render(rd.pages, c, views.SearchPage, v, sharedAnswer(http.StatusOK), shows)
}

// mayBeCached reports whether the page cache keeps the search. It keeps one spelling
// of the words and no days, because both are unbounded in number.
func (w *wanted) mayBeCached() bool {
	return len(w.refused) == 0 && w.from.IsZero() && w.to.IsZero() && taxonomy.FoldTitle(w.words) == w.words
}

// presentHit converts an article that was found.
func presentHit(site *newsroom.Site, from *search.Hit) views.Hit {
	h := views.Hit{Teaser: teaserCard(site, &from.Teaser), Headline: textParts(from.TitleParts), Snippet: textParts(from.Snippet)}
	if len(h.Headline) == 0 {
		h.Headline = []views.TextPart{{Text: h.Title}}
	}
	if h.Picture != nil {
		h.Picture.Sizes = sizesHit
	}
	return h
}

func textParts(from []search.Part) (parts []views.TextPart) {
	for _, p := range from {
		parts = append(parts, views.TextPart{Text: p.Text, Mark: p.Mark})
	}
	return parts
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(dayLayout)
}

// presentFilters adds the filters that are on, each with the address of the search
// without it.
func (rd *reading) presentFilters(site *newsroom.Site, w *wanted, v *views.Search) {
	add := func(name, value string, drop func(*wanted)) {
		without := *w
		without.number = 1
		drop(&without)
		v.Filters = append(v.Filters, views.SearchFilter{Name: name, Value: value, Remove: without.address()})
	}
	if w.category != nil {
		add("search.section", w.category.Name, func(w *wanted) { w.category = nil })
	}
	if w.author != nil {
		v.Author = w.author.Name
		add("search.author", w.author.Name, func(w *wanted) { w.author = nil })
	}
	if !w.from.IsZero() {
		add("search.from", rd.dayName(site, w.from), func(w *wanted) { w.from = time.Time{} })
	}
	if !w.to.IsZero() {
		add("search.to", rd.dayName(site, w.to), func(w *wanted) { w.to = time.Time{} })
	}
	if w.newest {
		add("search.order", rd.text(site, "search.order.newest"), func(w *wanted) { w.newest = false })
	}
	for _, name := range w.refused {
		v.Refused = append(v.Refused, "search.refused."+name)
	}
	v.Open = len(v.Refused) > 0 || !v.Asked
}

// dayName returns a day in the words of the site's language.
func (rd *reading) dayName(site *newsroom.Site, day time.Time) string {
	return rd.views.Period(site.Language, day.Year(), int(day.Month()), day.Day())
}

// presentNothing adds the next steps for a reader when nothing was found.
func (rd *reading) presentNothing(site *newsroom.Site, w *wanted, found *search.Result, v *views.Search) {
	if w.narrowed() && !found.NoWords {
		v.Unfiltered = (&wanted{words: w.words, newest: w.newest, number: 1}).address()
	}
	for _, words := range found.Nearest {
		near := *w
		near.words, near.number = words, 1
		v.Nearest = append(v.Nearest, views.Link{Name: words, URL: near.address()})
	}
	for _, category := range site.Categories.MostActive(0, mostBrowsed) {
		if category.Path != taxonomy.UncategorizedSlug {
			v.Browse = append(v.Browse, categoryLink(category))
		}
	}
}

// searchChoices returns the sections that the form of a search offers, in the order
// of the tree, and always the one that is chosen.
func searchChoices(site *newsroom.Site, current *taxonomy.Category) (list []views.Choice) {
	offered := false
	var add func(parent int64, depth int)
	add = func(parent int64, depth int) {
		for _, c := range site.Categories.NamedChildren(parent) {
			if len(list) == mostSearchSections {
				return
			}
			list = append(list, views.Choice{Value: c.Path, Name: strings.Repeat("– ", depth) + c.Name, Current: c == current})
			offered = offered || c == current
			add(c.ID, depth+1)
		}
	}
	add(0, 0)
	if current != nil && !offered {
		list = append(list, views.Choice{Value: current.Path, Name: current.Name, Current: true})
	}
	return list
}
