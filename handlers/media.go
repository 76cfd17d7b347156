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
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"

	"github.com/labstack/echo/v4"
)

// picturesPath is the folder of all pictures.
const picturesPath = "/media/"

// showPicture serves a variant of a picture: /media/KEY/640.jpg or 640.webp.
// Each format has its own address, so that shared caches need no Vary header.
// The key is derived from the content, so the answer never changes.
func (rd *reading) showPicture(c echo.Context) error {
	key := c.Param("key")
	return sendPicture(c, rd.pictures, key, func() (string, error) { return rd.admitToPicture(c, key) })
}

// sendPicture sends a variant of a picture, as the address's last part names it. admit
// returns the Cache-Control header, or the error for a browser that may not see it.
func sendPicture(c echo.Context, from *blob.Variants, key string, admit func() (string, error)) error {
	name, extension, _ := strings.Cut(c.Param("file"), ".")
	width, err := strconv.Atoi(name)
	format, known := map[string]blob.Format{"jpg": blob.Classic, "webp": blob.WebP}[extension]
	if err != nil || !known || name != strconv.Itoa(width) { // one address for one picture
		return errNoPage
	}
	cacheControl, err := admit()
	if err != nil {
		return err
	}
	f, err := from.OpenAs(c.Request().Context(), key, width, format)
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
	h.Set("Cache-Control", cacheControl)
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

// admitToPicture returns the Cache-Control header of a picture. It returns the
// same error as for an unknown key when only articles that are not public use
// the picture, unless the account may edit all articles.
func (rd *reading) admitToPicture(c echo.Context, key string) (cacheControl string, err error) {
	public, err := pictures.IsPublic(c.Request().Context(), rd.db, key)
	if err != nil {
		return "", err
	}
	if public {
		return "public, max-age=31536000, immutable", nil
	}
	v, err := rd.auth.resume(c)
	if err != nil {
		return "", err
	}
	if !v.may(people.Editing) {
		return "", errNoPage
	}
	return "private, no-store", nil
}
