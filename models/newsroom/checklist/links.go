package checklist

import (
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/linkcheck"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/redirects"
	"broadsheet/models/richtext"
)

// maxOwn is the most links to this site that are looked up.
const maxOwn = 50

// links adds the line about links, if the text has any.
func (c *checking) links() error {
	own, foreign := c.own(), c.foreign()
	if len(own)+len(foreign) == 0 {
		return nil
	}
	item := Item{N: len(own) + len(foreign)}
	for _, path := range own {
		alive, err := c.leads(path)
		if err != nil {
			return err
		}
		if !alive {
			item.What = append(item.What, path)
		}
	}
	known, err := linkcheck.Answers(c.ctx, c.r, foreign)
	if err != nil {
		return err
	}
	for _, address := range foreign {
		answer, answered := known[address]
		if answer.Dead() {
			item.What = append(item.What, address)
		}
		item.Waiting = item.Waiting || !answered
	}
	c.add(Links, len(item.What) == 0, item)
	return nil
}

// leads reports whether a path of this site leads to a public story, is redirected, or is no
// address of a story. It does not look up other pages.
func (c *checking) leads(path string) (bool, error) {
	if !c.isArticlePath(path) {
		return true, nil
	}
	found, err := newsroom.Find(c.ctx, c.r, c.Site, path)
	switch {
	case err == nil:
		return found.Status == newsroom.Published, nil
	case models.KindOf(err) != models.NotFound:
		return false, err
	}
	target, _, err := redirects.Find(c.ctx, c.r, path)
	return target != "", err
}

// isArticlePath reports whether a path has the form of a story's address, unlike the paths of
// lists and of other pages.
func (c *checking) isArticlePath(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if first == "" || first != models.OwnSegment && models.ReservedSegment(first) {
		return false
	}
	_, ok := permalink.Compile(c.Site.Permalinks).Parse(path)
	return ok
}

// own returns the paths of the text's links to this site, at most [maxOwn].
func (c *checking) own() (list []string) {
	for _, l := range c.body.Links {
		u, err := url.Parse(l.Href)
		if err != nil || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") || u.Host != "" && !c.isOwn(u) {
			continue
		}
		if path := u.EscapedPath(); !slices.Contains(list, path) && len(list) < maxOwn {
			list = append(list, path)
		}
	}
	return list
}

func (c *checking) isOwn(u *url.URL) bool {
	return c.BaseURL != nil && strings.EqualFold(u.Host, c.BaseURL.Host)
}

// foreign returns the addresses of other sites that the text links to.
func (c *checking) foreign() []string { return foreign(c.body.Links, c.isOwn) }

// Foreign returns the addresses of other sites that a text links to, each once and without its
// fragment. It returns at most [linkcheck.MaxOfStory].
func Foreign(in Input) ([]string, error) {
	c := &checking{Input: in}
	body, err := richtext.Article(in.Text.Body, in.Text.Format)
	return foreign(body.Links, c.isOwn), err
}

func foreign(links []richtext.Link, own func(*url.URL) bool) (list []string) {
	for _, l := range links {
		u, err := url.Parse(l.Href)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || own(u) {
			continue
		}
		u.Fragment = ""
		address := u.String()
		if len(address) <= linkcheck.MaxURL && !slices.Contains(list, address) && len(list) < linkcheck.MaxOfStory {
			list = append(list, address)
		}
	}
	return list
}
