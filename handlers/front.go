package handlers

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"

	"github.com/labstack/echo/v4"
)

// reader shows pages to readers.
type reader struct{ *server }

// frontParams are the query parameters of the front page: a search, or
// WordPress's short forms of other addresses.
var frontParams = append([]string{"s", "paged", "monthnum", "day"}, newsroom.ShortForms...)

// showFront shows the front page or the results of a search, or leads from a
// short form such as /?p=42 to the page it names.
func (rd *reader) showFront(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := rd.site.Get(ctx)
	if err != nil {
		return err
	}
	q := c.Request().URL.Query()
	if q.Has("s") {
		words := searchParam(q.Get("s"))
		if slices.ContainsFunc(frontParams[1:], q.Has) {
			return rd.moved(c, "/?s="+url.QueryEscape(words), frontParams...)
		}
		return rd.search(c, site, words)
	}
	for _, form := range newsroom.ShortForms {
		if q.Has(form) {
			target, err := newsroom.ShortTarget(ctx, rd.DB, site, form, q.Get(form), q.Get("monthnum"), q.Get("day"))
			return orElse(err, func() error { return rd.moved(c, target, frontParams...) })
		}
	}
	if n := idOf(q.Get("paged")); n > 1 {
		return rd.moved(c, listAddress{base: "/"}.page(int(min(n, math.MaxInt32))), frontParams...)
	}
	front, err := newsroom.LoadFront(ctx, rd.DB, site, models.At(rd.DB.Now()))
	if err != nil {
		return err
	}
	return rd.renderFront(c, site, front)
}

var errNoPage = models.Errorf(models.NotFound, "there is no such page")

// searchResults is how many stories a search shows.
const searchResults = 50

// showSearch answers /search/words/.
func (rd *reader) showSearch(c echo.Context) error {
	site, err := rd.site.Get(c.Request().Context())
	if err != nil {
		return err
	}
	path := c.Request().URL.EscapedPath()
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(strings.TrimPrefix(path, "/search/"), "/"), "/") {
		parts = append(parts, searchWords(part))
	}
	words := searchParam(strings.Join(parts, "/"))
	if right := searchPath(words); right != path {
		return rd.moved(c, right)
	}
	return rd.search(c, site, words)
}

// searchPath returns the address of a search by path. The words "." and ".."
// have none: browsers take them for a step in the path.
func searchPath(words string) string {
	switch words {
	case "":
		return "/search/"
	case ".", "..":
		return "/?s=" + words
	}
	return "/search/" + url.QueryEscape(words) + "/"
}

func (rd *reader) search(c echo.Context, site *newsroom.Site, words string) error {
	stories, err := newsroom.Search(c.Request().Context(), rd.DB, words, searchResults)
	if err != nil {
		return err
	}
	return rd.renderSearch(c, site, words, stories)
}
