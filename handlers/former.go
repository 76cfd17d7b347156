package handlers

import (
	"context"
	"net/http"
	"strings"

	"broadsheet/handlers/feeds"
	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
)

// Earlier addresses of categories, tags and authors lead to the term that has them now.

// formerTerm is the present address of a term that has had another one, or why there is
// none.
type formerTerm struct {
	path string
	err  error
}

func formerCategory(site *newsroom.Site, l listAddress) formerTerm {
	c := site.Categories.ByFormerPath(strings.Join(l.parts, "/"))
	if c == nil {
		return formerTerm{err: errNoPage}
	}
	return formerTerm{path: permalink.CategoryPath(c.Path)}
}

func formerTag(ctx context.Context, r models.Queryer, l listAddress) formerTerm {
	t, err := taxonomy.FormerTag(ctx, r, l.parts[0])
	if err != nil {
		return formerTerm{err: err}
	}
	return formerTerm{path: permalink.TagPath(t.Slug)}
}

func formerAuthor(ctx context.Context, r models.Queryer, l listAddress) formerTerm {
	a, err := taxonomy.FormerAuthor(ctx, r, l.parts[0])
	if err != nil {
		return formerTerm{err: err}
	}
	return formerTerm{path: permalink.AuthorPath(a.Slug)}
}

// redirectTerm answers for the address of a list that no term has: with the present
// address of the term that has had it, else with the redirect that an editor has stored.
func (rd *reading) redirectTerm(c *request, l listAddress, former formerTerm) error {
	if former.err == nil {
		to := l
		to.base = former.path
		return redirectPermanently(c, to.page(l.number), l.used...)
	}
	if !isMissing(former.err) {
		return former.err
	}
	target, lasting, err := rd.findRedirect(c, l.base)
	if err != nil || target != "" {
		if err != nil {
			return err
		}
		return redirectFor(c, lasting, target)
	}
	return errNoPage
}

// redirectTermFeed is redirectTerm for the feed of a list.
func (fd *feeding) redirectTermFeed(c *request, prefix string, l listAddress, at feedPlace) error {
	l, _ = l.lower(prefix)
	former := formerTerm{err: errNoPage}
	switch {
	case prefix == "/category/":
		former = formerCategory(c.site, l)
	case prefix == "/tag/" && len(l.parts) == 1:
		former = formerTag(c.ctx(), fd.db, l)
	case prefix == "/author/" && len(l.parts) == 1:
		former = formerAuthor(c.ctx(), fd.db, l)
	}
	if former.err != nil {
		return former.err
	}
	return redirectPermanently(c, feeds.PathOf(former.path, at.format))
}

// isMissing reports whether an error says that there is no such page.
func isMissing(err error) bool { return err != nil && statusOf(err) == http.StatusNotFound }

// plainAddress returns an address on the web as people write it.
func plainAddress(link string) string {
	_, rest, _ := strings.Cut(link, "://")
	return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
}
