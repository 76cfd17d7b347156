package handlers

import (
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/republish"
	"broadsheet/views"
)

// republishPath returns the address of the copy of an article for other sites.
func republishPath(article string) string {
	return strings.TrimSuffix(article, "/") + "/" + republish.Ending + "/"
}

// cutRepublish removes /republish/ from an address.
func cutRepublish(path string) (article string, ok bool) {
	article, ok = strings.CutSuffix(strings.TrimSuffix(path, "/"), "/"+republish.Ending)
	return article + "/", ok && article != ""
}

// republishLink returns the address of an article's copy, "" if it has none.
func republishLink(site *newsroom.Site, a *newsroom.Article) string {
	if !republish.Allowed(site, a) {
		return ""
	}
	return republishPath(site.ArticlePath(a))
}

// showRepublish shows the copy of an article for other sites. When an article has moved,
// its copy is at the present address.
func (rd *reading) showRepublish(c *request, base string) error {
	page, err := rd.loadAbove(c, base)
	if models.KindOf(err) == models.NotFound {
		found, err := newsroom.Find(c.ctx(), rd.db, c.site, base)
		if err != nil {
			return err
		}
		if found.Status == newsroom.Withdrawn {
			return rd.renderWithdrawn(c, found)
		}
		return redirectFor(c, !found.Guessed, republishPath(found.Path))
	}
	if err != nil {
		return err
	}
	if !republish.Allowed(c.site, &page.Article) {
		return errNoPage
	}
	if right := republishPath(c.site.ArticlePath(&page.Article)); right != c.Request().URL.EscapedPath() {
		return redirectPermanently(c, right)
	}
	return rd.renderRepublish(c, page)
}

func (rd *reading) renderRepublish(c *request, p *newsroom.Page) error {
	path := c.site.ArticlePath(&p.Article)
	language, dir := articleLanguage(c.site, p.Language, p.Title)
	if language == "" {
		language = c.site.Language
	}
	if dir == "" {
		dir = views.DirOf(c.site.Language)
	}
	published, _ := c.site.Instants(p.PublishedAt, p.RevisedAt)
	author := republish.Author(p.Bylines, rd.text(c.site, "comma"))
	if author == "" {
		author = c.site.Name
	}
	year, month, day := published.In(c.site.TimeZone).Date()
	date := rd.views.Period(c.site.Language, year, int(month), day)
	copied, err := republish.Make(c.site, p, republish.Frame{
		Address: rd.baseURL.JoinPath(path), Language: language, Dir: dir,
		Byline: rd.text(c.site, "republish.byline", "name", author, "paper", c.site.Name, "date", date),
		Credit: rd.text(c.site, "republish.credit", "paper", c.site.Name), Terms: c.site.RepublishTerms,
	})
	if err != nil {
		return err
	}
	v := views.Republish{
		Page: rd.frame(c.site, rd.text(c.site, "republish.title", "title", p.Title), path, mainCategory(p)), Headline: p.Title,
		Language: language, Dir: dir, Article: path, Terms: c.site.RepublishTerms,
		HTML: copied.HTML, Text: copied.Text, Pictures: copied.Pictures,
	}
	v.NoIndex = true
	c.Response().Header().Set("Link", "<"+v.Canonical()+">; rel=\"canonical\"")
	return render(rd.pages, c, views.RepublishPage, v, sharedAnswer(http.StatusOK), dependsOn(p.DependsOn()...))
}
