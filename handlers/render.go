package handlers

import (
	"net/http"
	"time"

	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// answer says how a page is sent.
type answer struct {
	status   int
	personal bool // no cache may store it
	// modified becomes Last-Modified, see [pagecache.Response]. Zero: the time of the
	// last change of the answer's cache tags.
	modified time.Time
	unstored bool // see [pagecache.Response]
}

// personalAnswer is an answer for one browser.
func personalAnswer(status int) answer { return answer{status: status, personal: true} }

// sharedAnswer is an answer that is the same for every visitor.
func sharedAnswer(status int) answer { return answer{status: status} }

// render renders a page into memory, so that a template that fails halfway
// sends no part of a page, and sends it. shows lists the dependencies of the
// page. Without them the page is not cached.
func render[T views.Framed](p *pages, c echo.Context, name views.Name[T], page T, a answer, shows ...dependencies) error {
	if err := p.addStaffBar(c, page.Base(), &page); err != nil {
		return err
	}
	turns, err := p.addBreaking(c.Request().Context(), page.Base(), &page, len(shows) > 0)
	if err != nil {
		return err
	}
	body, err := views.Render(p.views, name, page)
	if err != nil {
		return err
	}
	for i := range shows {
		shows[i] = shows[i].withFrame(page.Base(), turns)
	}
	if !a.personal && !page.Base().NoIndex {
		c.Response().Header().Add("Link", p.restLink())
	}
	return p.send(c, "text/html; charset=utf-8", body, a, shows...)
}

// send writes an answer with its cache headers. The page cache adds the
// validators of an answer that it may store.
func (p *pages) send(c echo.Context, contentType string, body []byte, a answer, shows ...dependencies) error {
	for _, d := range shows {
		a.recordDependencies(c, d)
	}
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding, Cookie")
	switch r := c.Request(); {
	case a.personal || p.cookies.hasSession(r) || p.cookies.commenters.get(r) != nil:
		h.Set("Cache-Control", "private, no-store")
	case a.status == http.StatusOK || a.status == http.StatusNotFound || a.status == http.StatusGone:
		h.Set("Cache-Control", "public, max-age=0, must-revalidate")
	default:
		h.Set("Cache-Control", "no-store")
	}
	endTurn(c)
	return c.Blob(a.status, contentType, body)
}
