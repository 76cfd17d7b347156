package handlers

import (
	"net/http"

	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// answer is how a page is sent.
type answer struct {
	status   int
	personal bool // for this browser alone
}

// render writes a page: into memory first, so that a template that fails
// half-way cannot leave half a page. It is the one place where a page becomes
// an answer. shows names what the page shows; without it, it is not kept.
func render[T views.Framed](p *pages, c echo.Context, name views.Name[T], page T, a answer, shows ...depends) error {
	body, err := views.Render(p.views, name, page)
	if err != nil {
		return err
	}
	for i := range shows {
		shows[i] = shows[i].framed(page.Base())
	}
	return p.send(c, "text/html; charset=utf-8", body, a, shows...)
}

// send writes an answer with what caches may do with it. One that may be kept
// gets its validators from whoever keeps it.
func (p *pages) send(c echo.Context, contentType string, body []byte, a answer, shows ...depends) error {
	for _, d := range shows {
		a.note(c, d)
	}
	h := c.Response().Header()
	h.Set("Vary", "Accept-Encoding, Cookie")
	switch r := c.Request(); {
	case a.personal || p.cookies.worksHere(r) || p.cookies.commenters.get(r) != nil:
		h.Set("Cache-Control", "private, no-store")
	case a.status == http.StatusOK || a.status == http.StatusNotFound || a.status == http.StatusGone:
		h.Set("Cache-Control", "public, max-age=0, must-revalidate")
	default:
		h.Set("Cache-Control", "no-store")
	}
	endTurn(c)
	return c.Blob(a.status, contentType, body)
}
