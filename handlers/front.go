package handlers

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/front"
	"broadsheet/models/newsroom/shortlink"
)

// reading has the pages for all readers.
type reading struct {
	*discussions
	db       *models.DB
	auth     *authenticator
	pictures *blob.Variants
}

// frontParams are the query parameters of the front page: a search, or
// WordPress's short forms of other addresses.
var frontParams = append([]string{"s", "paged", "monthnum", "day"}, shortlink.Forms...)

// showFront shows the front page or the results of a search. It redirects short
// forms such as /?p=42.
func (rd *reading) showFront(c *request) error {
	ctx := c.ctx()
	q := c.Request().URL.Query()
	if q.Has("s") {
		words := searchParam(q.Get("s"))
		if slices.ContainsFunc(frontParams[1:], q.Has) {
			return redirectPermanently(c, "/?s="+url.QueryEscape(words), frontParams...)
		}
		return rd.search(c, words)
	}
	for _, form := range shortlink.Forms {
		if q.Has(form) {
			asked := shortlink.Query{Form: form, Value: q.Get(form), Month: q.Get("monthnum"), Day: q.Get("day")}
			target, err := shortlink.Target(ctx, rd.db, c.site, asked)
			if err != nil {
				return err
			}
			return redirectPermanently(c, target, frontParams...)
		}
	}
	if n := parseID(q.Get("paged")); n > 1 {
		return redirectPermanently(c, listAddress{base: "/"}.page(int(min(n, math.MaxInt32))), frontParams...)
	}
	chosen, err := front.Load(ctx, rd.db, c.site, models.At(rd.db.Now()))
	if err != nil {
		return err
	}
	return rd.renderFront(c, chosen)
}

var errNoPage = models.Errorf(models.NotFound, "there is no such page")

// searchResults is the number of articles that a search shows.
const searchResults = 50

// showSearch answers /search/words/.
func (rd *reading) showSearch(c *request) error {
	path := c.Request().URL.EscapedPath()
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(strings.TrimPrefix(path, "/search/"), "/"), "/") {
		parts = append(parts, searchWords(part))
	}
	words := searchParam(strings.Join(parts, "/"))
	if right := searchPath(words); right != path {
		return redirectPermanently(c, right)
	}
	return rd.search(c, words)
}

func (rd *reading) search(c *request, words string) error {
	teasers, err := newsroom.Search(c.ctx(), rd.db, words, searchResults)
	if err != nil {
		return err
	}
	return rd.renderSearch(c, words, teasers)
}
