package handlers

import (
	"context"
	"net/http"
	"strings"
	"time"

	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/views"
)

// hubWait is the longest time that trying a hub takes.
const hubWait = 5 * time.Second

// proposal is the site with the settings of a form, for showing their effect.
type proposal struct {
	site   *newsroom.Site
	newest *newsroom.Teaser // the newest article, nil for a site without one
}

// proposed returns the site with the settings of the form. Refused ones keep their
// stored values.
func (co *configuring) proposed(c *request, state *settingsState, stored map[string]string) (*proposal, error) {
	p := &proposal{site: c.site}
	now := c.site.Settings
	for key, value := range state.typed {
		if changed, err := settings.Check(now, map[string]string{key: value}); err == nil {
			now = changed
		}
	}
	if len(state.typed) > 0 {
		p.site = c.site.With(now)
	}
	if state.has("article.permalinks") {
		list, err := newsroom.List{Kind: newsroom.AllArticles}.Newest(c.ctx(), co.db, 1, nil)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			p.newest = &list[0]
		}
	}
	return p, nil
}

// has reports whether the form shows a setting.
func (state *settingsState) has(key string) bool {
	for _, d := range state.shown {
		if d.Key == key {
			return true
		}
	}
	return false
}

// settingFacts says in words what a value does.
func (co *configuring) settingFacts(site *newsroom.Site, key string, state *settingsState, p *proposal) (facts []string) {
	add := func(key string, values ...any) { facts = append(facts, co.text(site, key, values...)) }
	switch key {
	case "site.timezone":
		add("settings.fact.now", "time", co.db.Now().In(p.site.TimeZone).Format("2006-01-02 15:04"))
	case "article.permalinks":
		if p.newest != nil {
			add("settings.fact.address", "address", co.baseURL.String()+p.site.TeaserPath(p.newest))
		}
		if p.site.Permalinks != site.Permalinks {
			add("settings.fact.redirect")
		}
	case "feed.hub":
		if state.hub != "" {
			facts = append(facts, state.hub)
		}
	case "comment.spam-hold":
		if mark := ruleMark(p.site); mark.Good > 0 {
			add("rules.mark.site", "mark", mark.Mark, "good", mark.Good, "held", mark.Held, "spam", mark.Spam, "caught", mark.Caught)
		} else {
			add("rules.mark.shipped", "mark", mark.Mark)
		}
	}
	return facts
}

// paperPreview presents the head of the paper with proposed settings.
func (co *configuring) paperPreview(site *newsroom.Site) *views.PaperPreview {
	now := co.db.Now().In(site.TimeZone)
	v := &views.PaperPreview{
		Name: site.Name, Tagline: site.Tagline, About: site.About, Accent: site.Accent, Language: site.Language,
		Dir: views.DirOf(site.Language), Date: co.views.Period(site.Language, now.Year(), int(now.Month()), now.Day()),
		Now: now.Format("15:04"), Search: co.text(site, "search.go"), Headline: co.text(site, "settings.preview.headline"), At: now,
	}
	for _, category := range site.Nav[:min(len(site.Nav), 4)] {
		v.Sections = append(v.Sections, category.Name)
	}
	return v
}

// tryHub asks the hub for an answer and says in words what came. Any answer
// means that the hub is there: hubs answer a GET in different ways.
func (co *configuring) tryHub(c *request, address string) string {
	if address == "" {
		return co.text(c.site, "settings.hub.none")
	}
	ctx, cancel := context.WithTimeout(c.ctx(), hubWait)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return co.text(c.site, "settings.hub.failed", "error", err.Error())
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		_, reason, _ := strings.Cut(err.Error(), address)
		return co.text(c.site, "settings.hub.failed", "error", strings.Trim(reason, `": `))
	}
	_ = answer.Body.Close()
	if answer.StatusCode >= http.StatusInternalServerError {
		return co.text(c.site, "settings.hub.failed", "error", answer.Status)
	}
	return co.text(c.site, "settings.hub.reached")
}
