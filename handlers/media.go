package handlers

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// showPicture serves a picture in one of its widths: /media/KEY/640.jpg.
// The key is made from the content, so the answer never changes.
func (rd *reader) showPicture(c echo.Context) error {
	width, err := strconv.Atoi(strings.TrimSuffix(c.Param("file"), ".jpg"))
	if err != nil || c.Param("file") != strconv.Itoa(width)+".jpg" { // one address for one picture
		return errNoPage
	}
	f, err := rd.Pictures.Open(c.Request().Context(), c.Param("key"), width)
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
	h.Set("Content-Type", "image/jpeg")
	if bytes.HasPrefix(head[:n], []byte("\x89PNG")) {
		h.Set("Content-Type", "image/png")
	}
	http.ServeContent(c.Response(), c.Request(), "", f.Modified, f)
	return nil
}
