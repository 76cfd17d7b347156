package handlers

import (
	"net/http"
	"strings"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views"
	"broadsheet/views/direction"
)

func (rd *reading) renderFront(c *request, f *front.Page) error {
	shows := dependsOn(f.DependsOn()...)
	for _, turn := range f.Deadlines {
		shows.deadlines = append(shows.deadlines, turn.Time)
	}
	return render(rd.pages, c, views.FrontPage, rd.frontView(c, f), sharedAnswer(http.StatusOK), shows)
}

// frontView returns the front page as its template takes it.
func (rd *reading) frontView(c *request, f *front.Page) views.Front {
	page := views.Front{
		Page: rd.frame(c.site, "", "/", nil), Second: teaserCards(c.site, f.Second),
		Latest: teaserCards(c.site, f.Latest), Rankings: frontRankings(c.site, f), MostRead: mostReadPath,
	}
	page.Description, page.Data = c.site.Tagline, rd.siteHead(c.site)
	if f.Lead != nil {
		page.Lead = leadCard(c.site, f.Lead)
	}
	if f.More {
		page.More = "/page/2/"
	}
	for i, b := range f.Blocks {
		page.Blocks = append(page.Blocks, presentBlock(c.site, i, b))
	}
	return page
}

// renderCategories renders the page of all categories with their numbers of
// articles.
func (rd *reading) renderCategories(c *request, counts map[int64]int) error {
	title := rd.text(c.site, "nav.all")
	v := views.Categories{Page: rd.frame(c.site, title, categoriesPath, nil), Heading: title, Groups: categoryIndex(c.site, counts)}
	return render(rd.pages, c, views.CategoriesPage, v, sharedAnswer(http.StatusOK), dependsOn(newsroom.ArticlesTag))
}

// listPage returns the page of a list without the parts of its kind, which the
// caller adds.
func (rd *reading) listPage(
	site *newsroom.Site, heading string, l listAddress, p *newsroom.ListPage, category *taxonomy.Category,
) views.List {
	title := heading
	if p.Number > 1 {
		title = rd.text(site, "list.page", "title", heading, "number", p.Number)
	}
	v := views.List{
		Page: rd.frame(site, title, l.page(p.Number), category), Heading: heading, Teasers: teaserCards(site, p.Teasers),
		Nothing: "list.empty",
	}
	v.Feeds = append(v.Feeds, rd.feedLink(rd.text(site, "feed.list", "name", heading, "site", site.Name), l.base))
	if dir := direction.OfText(heading); dir != "" && dir != views.DirOf(site.Language) {
		v.HeadingDir = dir
	}
	v.Pager = views.Pager{Number: p.Number, Last: p.Last}
	if p.Number > 1 {
		v.Pager.Newer = l.page(p.Number - 1)
	}
	if p.Number < p.Last {
		v.Pager.Older = l.page(p.Number + 1)
	}
	return v
}

func (rd *reading) sendList(c *request, v views.List, p *newsroom.ListPage) error {
	return render(rd.pages, c, views.ListPage, v, sharedAnswer(http.StatusOK), dependsOn(p.DependsOn()...))
}

func (rd *reading) renderNews(c *request, l listAddress, p *newsroom.ListPage) error {
	v := rd.listPage(c.site, rd.text(c.site, "list.all"), l, p, nil)
	v.Feeds = rd.feedLinks(c.site) // its own feed is the site's
	rd.collectionHead(c.site, &v, nil)
	return rd.sendList(c, v, p)
}

func (rd *reading) renderCategory(c *request, l listAddress, category *taxonomy.Category, p *newsroom.ListPage) error {
	v := rd.listPage(c.site, category.Name, l, p, category)
	v.Description, v.Page.Description = category.Description, category.Description
	v.Digest = rd.digestURL(c.site, category.ID)
	if parent := c.site.Categories.Parent(category); parent != nil {
		v.Kicker = categoryLink(parent)
	}
	for _, child := range c.site.Categories.Children(category.ID) {
		v.Links = append(v.Links, views.CountedLink{Link: categoryLink(child)})
	}
	rd.collectionHead(c.site, &v, c.site.Categories.Parent(category))
	return rd.sendList(c, v, p)
}

func (rd *reading) renderTag(c *request, l listAddress, tag *taxonomy.Tag, p *newsroom.ListPage) error {
	v := rd.listPage(c.site, tag.Name, l, p, nil)
	v.Description, v.Page.Description = tag.Description, tag.Description
	rd.collectionHead(c.site, &v, nil)
	return rd.sendList(c, v, p)
}

func (rd *reading) renderAuthor(c *request, l listAddress, author *taxonomy.Author, p *newsroom.ListPage) error {
	v := rd.listPage(c.site, author.Name, l, p, nil)
	v.Description = author.Bio
	if v.Description == "" {
		v.Description = author.Role
	}
	v.Page.Description, v.Nothing = v.Description, "list.author.none"
	for link := range strings.Lines(author.Links) {
		link = strings.TrimSpace(link)
		v.Links = append(v.Links, views.CountedLink{Link: views.Link{Name: plainAddress(link), URL: link}})
	}
	portrait, err := rd.portrait(c, author)
	if err != nil {
		return err
	}
	v.Portrait = portrait
	rd.profileHead(c.site, &v, author)
	shows := dependsOn(p.DependsOn()...)
	if author.PictureID != nil {
		shows = shows.and(pictures.Tag(*author.PictureID))
	}
	return render(rd.pages, c, views.ListPage, v, sharedAnswer(http.StatusOK), shows)
}

func (rd *reading) renderArchive(c *request, l listAddress, period int, p *newsroom.ListPage, within []newsroom.PeriodCount) error {
	v := rd.listPage(c.site, rd.periodName(c.site, period), l, p, nil)
	if up := parentPeriod(period); up != 0 {
		v.Kicker = views.Link{Name: rd.periodName(c.site, up), URL: periodPath(up)}
	}
	for _, part := range within {
		v.Links = append(v.Links, views.CountedLink{
			Link:  views.Link{Name: rd.periodName(c.site, part.Period), URL: periodPath(part.Period)},
			Count: part.Articles,
		})
	}
	rd.collectionHead(c.site, &v, nil)
	return rd.sendList(c, v, p)
}

func (rd *reading) periodName(site *newsroom.Site, period int) string {
	year, month, day := splitPeriod(period)
	return rd.views.Period(site.Language, year, month, day)
}

func (rd *reading) renderWithdrawn(c *request, found *newsroom.Found) error {
	v := rd.problem(c.site, http.StatusGone, "what.withdrawn")
	at := inSiteZone(c.site, found.StatusAt.Time)
	v.Note, v.At = found.StatusNote, &at
	return render(rd.pages, c, views.ProblemPage, v, sharedAnswer(http.StatusGone))
}
