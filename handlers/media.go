package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
	"broadsheet/models/settings"

	"github.com/labstack/echo/v4"
)

// picturesPath is the folder of all pictures.
const picturesPath = "/media/"

// showPicture serves a variant of a picture: /media/FILE/640.jpg or 640.webp.
// Each format has its own address, so that shared caches need no Vary header.
// A file never changes. The address of one that was replaced shows the new file.
func (rd *reading) showPicture(c echo.Context) error {
	return sendPicture(c, rd.pictures, func() (*pictures.Served, string, error) { return rd.admitToPicture(c, c.Param("key")) })
}

// sendPicture sends a variant of a picture, as the address's last part names it. admit
// returns the picture and the Cache-Control header, or the error for a browser that may
// not see it.
func sendPicture(c echo.Context, from *blob.Variants, admit func() (*pictures.Served, string, error)) error {
	name, extension, _ := strings.Cut(c.Param("file"), ".")
	if c.Param("file") == movingFile {
		return sendMoving(c, from, admit)
	}
	width, err := strconv.Atoi(name)
	format, known := map[string]blob.Format{"jpg": blob.Classic, "webp": blob.WebP}[extension]
	if err != nil || !known || name != strconv.Itoa(width) { // one address for one picture
		return errNoPage
	}
	m, cacheControl, err := admit()
	if err != nil {
		return err
	}
	f, err := from.OpenAs(c.Request().Context(), m.File, width, format)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return sendVariant(c, m, f, format, cacheControl)
}

// movingFile is the last part of the address of a moving picture in its own size.
const movingFile = "moving.gif"

// largeStill is the width of a still picture at the address of a moving one, in pixels.
const largeStill = 960

// sendMoving sends the frames of a moving picture. The address of one that was replaced
// by a still picture shows that, and other still pictures have no such address.
func sendMoving(c echo.Context, from *blob.Variants, admit func() (*pictures.Served, string, error)) error {
	m, cacheControl, err := admit()
	if err != nil {
		return err
	}
	if m.Frames < 2 && m.Current {
		return errNoPage
	}
	still := m.Frames < 2
	open := func(ctx context.Context) (*blob.File, error) {
		if still {
			return from.OpenAs(ctx, m.File, largeStill, blob.Classic)
		}
		return from.OpenMoving(ctx, m.File)
	}
	f, err := open(c.Request().Context())
	if errors.Is(err, fs.ErrNotExist) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if still {
		return sendVariant(c, m, f, blob.Classic, cacheControl)
	}
	c.Response().Header().Set("Content-Type", "image/gif")
	return sendFile(c, m, f, cacheControl)
}

// sendVariant sends the bytes of a variant.
func sendVariant(c echo.Context, m *pictures.Served, f *blob.File, format blob.Format, cacheControl string) error {
	head := make([]byte, 16)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	h := c.Response().Header()
	switch {
	case format == blob.WebP:
		h.Set("Content-Type", "image/webp")
	case bytes.HasPrefix(head[:n], []byte("\x89PNG")):
		h.Set("Content-Type", "image/png")
	default:
		h.Set("Content-Type", "image/jpeg")
	}
	return sendFile(c, m, f, cacheControl)
}

// sendFile sends bytes that stay the same as long as the picture is not replaced.
func sendFile(c echo.Context, m *pictures.Served, f *blob.File, cacheControl string) error {
	h := c.Response().Header()
	h.Set("Cache-Control", cacheControl)
	modified := f.Modified
	if !m.Current {
		modified = time.Time{} // it says nothing about the file that a client holds
		h.Set("ETag", `"`+m.File+`"`)
	}
	http.ServeContent(c.Response(), c.Request(), "", modified, f)
	return nil
}

// Cache-Control headers of pictures.
const (
	fileForEver  = "public, max-age=31536000, immutable"
	fileForNow   = "public, max-age=%d" // with a licence that ends
	fileReplaced = "public, max-age=0, must-revalidate"
)

// licensedTime is the longest time for which caches keep a picture whose licence ends, in
// seconds: the day may be set to an earlier one.
const licensedTime = 300

// untilEnd returns the Cache-Control header of a picture whose licence ends on a day: no
// cache that counts from the answer keeps it beyond the end. It returns "" from the end on.
func untilEnd(day string, zone *time.Location, now time.Time) string {
	end, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil || !now.Before(end) {
		return ""
	}
	return fmt.Sprintf(fileForNow, min(int(end.Sub(now)/time.Second), licensedTime))
}

// admitToPicture returns the picture at an address and its Cache-Control header. It
// returns the same error as for an unknown picture when visitors may not see this one,
// unless the account may edit all articles, or may see it in the library.
func (rd *reading) admitToPicture(c echo.Context, file string) (m *pictures.Served, cacheControl string, err error) {
	ctx := c.Request().Context()
	m, err = pictures.AtAddress(ctx, rd.db, file)
	if err == nil && m != nil && m.Public && m.LicenceEnd != "" {
		var site settings.Settings
		if site, err = settings.Load(ctx, rd.db); err == nil {
			cacheControl = untilEnd(m.LicenceEnd, site.TimeZone, rd.db.Now())
			m.Public = cacheControl != ""
		}
	}
	switch {
	case err != nil:
		return nil, "", err
	case m == nil:
		return nil, "", errNoPage
	case m.Public && !m.Current:
		return m, fileReplaced, nil
	case m.Public && cacheControl != "":
		return m, cacheControl, nil
	case m.Public:
		return m, fileForEver, nil
	}
	v, err := rd.auth.resume(c)
	seen := err == nil && v.may(people.Editing)
	if err == nil && !seen && v.may(people.Writing) {
		seen, err = library.MaySee(ctx, rd.db, v.ID, file)
	}
	if err == nil && !seen {
		err = errNoPage
	}
	return m, "private, no-store", err
}
