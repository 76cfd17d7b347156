package handlers

import (
	"cmp"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/sitemap"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/views/sitemapxml"

	"github.com/labstack/echo/v4"
)

// crawling answers robots: sitemaps and robots.txt.
type crawling struct {
	*pages
	db          *models.DB
	indexNowKey string
}

// The addresses of sitemaps. The names are WordPress's, except that of news.
const (
	sitemapPath     = "/wp-sitemap.xml"
	newsSitemapPath = "/news-sitemap.xml"
	sitemapPrefix   = "/wp-sitemap-"
	// frontSitemapPath is the part that WordPress has for pages. It has the front
	// page, as in WordPress, and the list of corrections.
	frontSitemapPath = "/wp-sitemap-posts-page-1.xml"
)

// sitemapNames are the names of the kinds of parts in their addresses.
var sitemapNames = map[sitemapchanges.Kind]string{
	sitemapchanges.Articles: "posts-post", sitemapchanges.Category: "taxonomies-category",
	sitemapchanges.Tag: "taxonomies-post_tag", sitemapchanges.Author: "users",
}

var sitemapPart = regexp.MustCompile(`^(posts-post|posts-page|taxonomies-category|taxonomies-post_tag|users)-([1-9][0-9]{0,14})\.xml$`)

// sitemapKind returns the kind of parts with a name in their address.
func sitemapKind(name string) (kind sitemapchanges.Kind) {
	for k, n := range sitemapNames {
		if n == name {
			kind = k
		}
	}
	return kind
}

// sitemapAddress returns the address of a part.
func sitemapAddress(kind sitemapchanges.Kind, number int64) string {
	return sitemapPrefix + sitemapNames[kind] + "-" + strconv.FormatInt(number, 10) + ".xml"
}

// oldSitemap redirects the names that other software gives to the index.
func (cr *crawling) oldSitemap(c echo.Context) error { return redirectPermanently(c, sitemapPath) }

// showSitemapIndex lists the parts. A site that is hidden from robots, or has no
// article, has no sitemaps.
func (cr *crawling) showSitemapIndex(c *request) error {
	parts, modified, err := sitemap.Index(c.ctx(), cr.db)
	if err != nil {
		return err
	}
	if c.site.Hidden || len(parts) == 0 {
		return errNoPage
	}
	news, err := sitemap.News(c.ctx(), cr.db, c.site, cr.db.Now())
	if err != nil {
		return err
	}
	shows := dependsOn(sitemapchanges.IndexTag, models.SettingsTag)
	base := cr.baseURL.String()
	list := []sitemapxml.SitemapPart{{Loc: base + frontSitemapPath, LastMod: sitemapTime(c, modified)}}
	if len(news.Entries) > 0 {
		list = append(list, sitemapxml.SitemapPart{Loc: base + newsSitemapPath, LastMod: sitemapTime(c, news.Modified)})
		shows.deadlines = append(shows.deadlines, news.Until)
	}
	modified = later(modified, news.Modified) // also when the last article has just left the news
	for _, p := range parts {
		list = append(list, sitemapxml.SitemapPart{Loc: base + sitemapAddress(p.Kind, p.Number), LastMod: sitemapTime(c, p.Modified)})
	}
	body, err := sitemapxml.SitemapIndex(list)
	if err != nil {
		return err
	}
	return cr.sendSitemap(c, body, modified, shows)
}

// showSitemap shows a part of the sitemaps.
func (cr *crawling) showSitemap(c *request) error {
	found := sitemapPart.FindStringSubmatch(c.Param("part"))
	if found == nil {
		return errNoPage
	}
	number := parseID(found[2])
	if found[1] == "posts-page" {
		return cr.showFrontSitemap(c, number)
	}
	kind := sitemapKind(found[1])
	shows := dependsOn(sitemapchanges.PartTag(kind, number), models.SettingsTag, taxonomy.NavigationTag)
	if c.site.Hidden {
		return errNoPage
	}
	modified, filled, err := sitemap.ModifiedOf(c.ctx(), cr.db, kind, number)
	if err != nil {
		return err
	}
	if !filled {
		return errNoPage
	}
	entries, err := sitemap.Entries(c.ctx(), cr.db, c.site, kind, number)
	if err != nil {
		return err
	}
	var urls []sitemapxml.SitemapURL
	for _, e := range entries {
		if u := cr.sitemapURL(e); len(u.Loc) <= maxLoc {
			urls = append(urls, u)
		}
	}
	if len(urls) == 0 {
		return errNoPage
	}
	body, err := sitemapxml.Sitemap(urls)
	if err != nil {
		return err
	}
	return cr.sendSitemap(c, body, modified, shows)
}

// showFrontSitemap shows the part with the front page and the list of corrections.
func (cr *crawling) showFrontSitemap(c *request, number int64) error {
	shows := dependsOn(sitemapchanges.IndexTag, models.SettingsTag)
	modified, filled, err := sitemap.ModifiedOf(c.ctx(), cr.db, sitemapchanges.All, 0)
	if err != nil {
		return err
	}
	if c.site.Hidden || !filled || number != 1 {
		return errNoPage
	}
	at := sitemapTime(c, modified)
	base := cr.baseURL.String()
	body, err := sitemapxml.Sitemap([]sitemapxml.SitemapURL{{Loc: base + "/", LastMod: &at}, {Loc: base + correctionsPath}})
	if err != nil {
		return err
	}
	return cr.sendSitemap(c, body, modified, shows)
}

// showNewsSitemap shows the articles of the last two days. Without any the page does
// not exist, because search engines report an empty one as a fault.
func (cr *crawling) showNewsSitemap(c *request) error {
	shows := dependsOn(sitemapchanges.NewsTag, models.SettingsTag, taxonomy.NavigationTag)
	news, err := sitemap.News(c.ctx(), cr.db, c.site, cr.db.Now())
	if err != nil {
		return err
	}
	if c.site.Hidden || len(news.Entries) == 0 {
		return errNoPage
	}
	var urls []sitemapxml.SitemapURL
	for _, e := range news.Entries {
		u := cr.sitemapURL(e.Entry)
		u.News = &sitemapxml.SitemapNews{
			Name: c.site.Name, Language: sitemapxml.NewsLanguage(cmp.Or(e.Language, c.site.Language)),
			Date: sitemapxml.SitemapTime{Time: e.Published}, Title: e.Title,
		}
		if len(u.Loc) <= maxLoc {
			urls = append(urls, u)
		}
	}
	body, err := sitemapxml.Sitemap(urls)
	if err != nil {
		return err
	}
	shows.deadlines = append(shows.deadlines, news.Until)
	return cr.sendSitemap(c, body, news.Modified, shows)
}

// maxLoc is the longest address that a sitemap may have (sitemaps.org). Longer ones, of
// deep categories with long names in other scripts, are left out.
const maxLoc = 2048

// sitemapURL returns an entry with absolute addresses.
func (cr *crawling) sitemapURL(e sitemap.Entry) sitemapxml.SitemapURL {
	u := sitemapxml.SitemapURL{Loc: cr.baseURL.String() + e.Path, LastMod: &sitemapxml.SitemapTime{Time: e.Modified}}
	for _, key := range e.Pictures {
		u.Images = append(u.Images, sitemapxml.SitemapImage{Loc: cr.baseURL.String() + "/media/" + key + "/1280.jpg"})
	}
	return u
}

// sendSitemap sends a sitemap. The sitemap itself must not be found by a search.
func (cr *crawling) sendSitemap(c *request, body []byte, modified time.Time, shows dependencies) error {
	// Every address in the sitemap depends on settings, too.
	changed, err := sitemap.SettingsChangedAt(c.ctx(), cr.db)
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	a := sharedAnswer(http.StatusOK)
	a.modified = later(modified, changed)
	return cr.send(c, "application/xml; charset=utf-8", body, a, shows)
}

func sitemapTime(c *request, at time.Time) sitemapxml.SitemapTime {
	return sitemapxml.SitemapTime{Time: at.In(c.site.TimeZone).Truncate(time.Second)}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
