package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// answer is how a page is sent.
type answer struct {
	status   int
	personal bool // for this browser alone
}

// render writes a page: into memory first, so that a template that fails
// half-way cannot leave half a page, then with validators and cache headers.
func render[T views.Framed](s *server, c echo.Context, name views.Name[T], page T, a answer) error {
	var body bytes.Buffer
	if err := views.Render(s.Views, &body, name, page); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Cookie")
	switch {
	case a.personal || s.repliers.get(c.Request()) != nil:
		h.Set("Cache-Control", "private, no-store")
	case a.status != http.StatusOK && a.status != http.StatusNotFound && a.status != http.StatusGone:
		h.Set("Cache-Control", "no-store")
	default:
		h.Set("Cache-Control", "public, max-age=0, must-revalidate")
		etag := etagOf(body.Bytes())
		h.Set("ETag", etag)
		if a.status == http.StatusOK && matches(c.Request().Header.Get("If-None-Match"), etag) {
			c.Response().WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	return c.HTMLBlob(a.status, body.Bytes())
}

func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}

// matches reports whether If-None-Match names the tag (RFC 9110, 13.1.2:
// weak comparison, a list, or *).
func matches(header, etag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == etag || candidate == "*" {
			return true
		}
	}
	return false
}
