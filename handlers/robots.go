package handlers

import (
	"net/http"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/sitemap"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/robots"
	"broadsheet/models/settings"
)

// closedToRobots are the addresses that no robot may fetch: the desk, and pages that
// cost work and show nothing that another page does not.
var closedToRobots = []string{
	"/wp-admin/", "/desk/", "/desk$", "/login/", "/login$", "/password/", "/search/", "/*?s=", "/*&s=",
	"/*?replytocom=", "/*&replytocom=", "/*?order=", "/*?after=", "/comment/*/report/", "/comment/preview/",
	"/comments/mine/", "/comments/proof/", "/preview/", "/held/", "/mail/",
}

// deniedFamilies returns the families of AI robots that the settings turn away.
func deniedFamilies(s *settings.Settings) (families []robots.Family) {
	for _, f := range []struct {
		family  robots.Family
		allowed bool
	}{{robots.Training, s.AITraining}, {robots.AISearch, s.AISearch}, {robots.OnDemand, s.AIOnDemand}} {
		if !f.allowed {
			families = append(families, f.family)
		}
	}
	return families
}

// showRobots shows robots.txt (RFC 9309). A group with several agents holds for each of
// them, and a robot obeys the group of its own name alone, so the groups of
// denied agents come with everything that they need.
func (cr *crawling) showRobots(c *request) error {
	shows := dependsOn(models.SettingsTag)
	var b strings.Builder
	if c.site.Hidden {
		b.WriteString("User-agent: *\nDisallow: /\n")
		return cr.send(c, "text/plain; charset=utf-8", []byte(b.String()), sharedAnswer(http.StatusOK), shows)
	}
	b.WriteString("User-agent: *\n")
	for _, path := range closedToRobots {
		b.WriteString("Disallow: " + path + "\n")
	}
	if denied := robots.Denied(deniedFamilies(&c.site.Settings)...); len(denied) > 0 {
		b.WriteString("\n# AI robots, as of " + robots.ListDate + "\n")
		for _, name := range slices.Sorted(slices.Values(denied)) {
			b.WriteString("User-agent: " + name + "\n")
		}
		b.WriteString("Disallow: /\n")
	}
	parts, _, err := sitemap.Index(c.ctx(), cr.db)
	if err != nil {
		return err
	}
	news, err := sitemap.News(c.ctx(), cr.db, c.site, cr.db.Now())
	if err != nil {
		return err
	}
	if len(parts) > 0 {
		b.WriteString("\nSitemap: " + cr.baseURL.String() + sitemapPath + "\n")
	}
	if len(news.Entries) > 0 {
		b.WriteString("Sitemap: " + cr.baseURL.String() + newsSitemapPath + "\n")
		shows.deadlines = append(shows.deadlines, news.Until)
	}
	shows = shows.and(sitemapchanges.IndexTag, sitemapchanges.NewsTag, taxonomy.NavigationTag)
	return cr.send(c, "text/plain; charset=utf-8", []byte(b.String()), sharedAnswer(http.StatusOK), shows)
}

// indexNowPath is the address of the key that proves messages by IndexNow. Each message
// names it, see package jobs.
const indexNowPath = "/indexnow.txt"

// showIndexNowKey shows the key while the site sends such messages.
func (cr *crawling) showIndexNowKey(c *request) error {
	if !c.site.IndexNow || c.site.Hidden || cr.indexNowKey == "" {
		return errNoPage
	}
	return cr.send(c, "text/plain; charset=utf-8", []byte(cr.indexNowKey), sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}
