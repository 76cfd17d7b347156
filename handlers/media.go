package handlers

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"broadsheet/models/blob"

	"github.com/labstack/echo/v4"
)

// showPicture serves a picture in one of its widths: /media/KEY/640.jpg, or
// 640.webp. Each format has its own address, so that no cache on the way needs
// to know who can read what. The key is made from the content, so the answer
// never changes.
func (rd *reader) showPicture(c echo.Context) error {
	name, extension, _ := strings.Cut(c.Param("file"), ".")
	width, err := strconv.Atoi(name)
	format, known := map[string]blob.Format{"jpg": blob.Classic, "webp": blob.WebP}[extension]
	if err != nil || !known || name != strconv.Itoa(width) { // one address for one picture
		return errNoPage
	}
	f, err := rd.Pictures.OpenAs(c.Request().Context(), c.Param("key"), width, format)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	switch {
	case format == blob.WebP:
		h.Set("Content-Type", "image/webp")
	case bytes.HasPrefix(head[:n], []byte("\x89PNG")):
		h.Set("Content-Type", "image/png")
	default:
		h.Set("Content-Type", "image/jpeg")
	}
	http.ServeContent(c.Response(), c.Request(), "", f.Modified, f)
	return nil
}
