package handlers

import (
	"net/http"

	"broadsheet/handlers/feeds"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
)

// feedsPath is the page that lists the feeds for people.
const feedsPath = "/feeds/"

// formatNames are the names of the formats that the page offers. Readers that know RDF
// know RSS 2.0 too.
var formatNames = []struct {
	format feeds.Format
	name   string
}{{feeds.RSS, "RSS"}, {feeds.Atom, "Atom"}, {feeds.JSON, "JSON Feed"}}

// showList shows the page that lists the feeds.
func (fd *feeding) showList(c *request) error {
	site, title := c.site, fd.text(c.site, "feeds.title")
	v := views.Feeds{
		Page: fd.frame(site, title, feedsPath, nil), Heading: title,
		Lists: []views.FeedList{{Title: fd.text(site, "feeds.paper"), Feeds: []views.FeedEntry{
			feedEntry(fd.text(site, "list.all"), "/", "/"), feedEntry(fd.text(site, "feeds.comments"), "/", "/comments/"),
			feedEntry(fd.text(site, "corrections"), correctionsPath, correctionsPath),
			feedEntry(fd.text(site, "feeds.breaking"), "/", breakingPath),
		}}},
	}
	v.Description = fd.text(site, "feeds.what")
	if sections := sectionFeeds(site, 0); len(sections) > 0 {
		v.Lists = append(v.Lists, views.FeedList{Title: fd.text(site, "nav.sections"), Feeds: sections})
	}
	base := fd.baseURL.String()
	for _, e := range []struct{ key, page string }{
		{"feeds.tag", "/tag/NAME/"},
		{"feeds.author", "/author/NAME/"},
		{"feeds.story", site.SlugPath("STORY")},
		{"feeds.search", "/search/WORDS/"},
	} {
		v.Below = append(v.Below, views.FeedExample{Name: fd.text(site, e.key), Address: base + feeds.PathOf(e.page, feeds.RSS)})
	}
	return render(fd.pages, c, views.FeedsPage, v, sharedAnswer(http.StatusOK), dependsOn())
}

// feedEntry returns the line of a feed. page is the page with the same articles, below
// the path below which the feed is.
func feedEntry(name, page, below string) views.FeedEntry {
	e := views.FeedEntry{Link: views.Link{Name: name, URL: page}}
	for _, f := range formatNames {
		e.Formats = append(e.Formats, views.Link{Name: f.name, URL: feeds.PathOf(below, f.format)})
	}
	return e
}

// sectionFeeds returns the feeds of the categories below one, 0 for all. Only
// categories at the top have all formats, so that the page stays short.
func sectionFeeds(site *newsroom.Site, id int64) (list []views.FeedEntry) {
	for _, c := range site.Categories.Children(id) {
		if c.Path == taxonomy.UncategorizedSlug {
			continue
		}
		link := categoryLink(c)
		e := feedEntry(link.Name, link.URL, link.URL)
		if id != 0 {
			e.Formats = e.Formats[:1]
		}
		e.Below = sectionFeeds(site, c.ID)
		list = append(list, e)
	}
	return list
}
