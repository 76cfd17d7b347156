package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"

	"github.com/labstack/echo/v4"
)

// reader shows pages to readers.
type reader struct{ *server }

// showFront shows the front page, or sends WordPress's short forms of other
// addresses on their way: /?p=42 and /?s=words.
func (rd *reader) showFront(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := rd.site.Get(ctx)
	if err != nil {
		return err
	}
	if q := c.Request().URL.Query(); q.Has("s") {
		return rd.search(c, site, q.Get("s"))
	} else if q.Has("p") {
		return rd.redirectShortlink(c, site, q.Get("p"))
	}
	front, err := newsroom.LoadFront(ctx, rd.DB, site, models.At(rd.DB.Now()))
	if err != nil {
		return err
	}
	return rd.renderFront(c, site, front)
}

func (rd *reader) redirectShortlink(c echo.Context, site *newsroom.Site, number string) error {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return errNoPage
	}
	path, err := newsroom.PathOf(c.Request().Context(), rd.DB, site, id)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusMovedPermanently, path)
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
	words, err := url.PathUnescape(strings.Trim(c.Param("*"), "/"))
	if err != nil {
		return errNoPage
	}
	return rd.search(c, site, strings.ReplaceAll(words, "+", " "))
}

func (rd *reader) search(c echo.Context, site *newsroom.Site, words string) error {
	words = richtext.Normalize(words) // the page shows them again
	stories, err := newsroom.Search(c.Request().Context(), rd.DB, words, searchResults)
	if err != nil {
		return err
	}
	return rd.renderSearch(c, site, words, stories)
}
