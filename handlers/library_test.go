package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
)

// pictureFile makes an uploaded file: "jpeg 400x300 1" is a picture of a size in a shade,
// "png" likewise, and everything else is the content itself.
func pictureFile(content string) ([]byte, error) {
	var kind string
	var width, height, shade int
	if n, _ := fmt.Sscanf(content, "%s %dx%d %d", &kind, &width, &height, &shade); n != 4 {
		return []byte(content), nil
	}
	drawn := image.NewGray(image.Rect(0, 0, width, height))
	for i := range drawn.Pix {
		drawn.Pix[i] = uint8(shade)
	}
	drawn.SetGray(0, 0, color.Gray{Y: uint8(255 - shade)})
	var b bytes.Buffer
	if kind == "png" {
		err := png.Encode(&b, drawn)
		return b.Bytes(), err
	}
	err := jpeg.Encode(&b, drawn, nil)
	return b.Bytes(), err
}

// upload sends files by the form of the library, each "name content".
func (s *deskSite) upload(h http.Handler, role people.Role, fields map[string]string, files ...string) *httptest.ResponseRecorder {
	s.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, s.uploadRequest(role, fields, files...))
	return w
}

func (s *deskSite) uploadRequest(role people.Role, fields map[string]string, files ...string) *http.Request {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		s.check(form.WriteField(name, value))
	}
	for _, f := range files {
		name, content, _ := strings.Cut(f, " ")
		data, err := pictureFile(content)
		s.check(err)
		part, err := form.CreateFormFile("file", name)
		s.check(err)
		_, err = part.Write(data)
		s.check(err)
	}
	s.check(form.Close())
	r := httptest.NewRequest(http.MethodPost, "http://news.example/desk/media", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(s.cookie(role))
	return r
}

// fullStore is a store on a disk that takes nothing more.
type fullStore struct {
	blob.Store
	fault syscall.Errno
}

func (f fullStore) Put(context.Context, string, io.Reader) error {
	return &fs.PathError{Op: "write", Path: "x", Err: f.fault}
}

// A disk that fills during an upload is said in words at the field, to forms, scripts and
// programs, with everything that was typed, and stores nothing.
func TestUploadsToAFullDisk(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newProgramSite(t, db, clock)
		const full = "the disk of the server is full"
		for _, fault := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS} {
			variants, err := blob.NewVariants(fullStore{s.store, fault}, blob.VariantsOptions{})
			s.check(err)
			options := s.options
			options.Pictures = variants
			h, err := handlers.New(t.Context(), options)
			s.check(err)
			w := s.deskSite.upload(h, people.Editor, map[string]string{"alt": "A long description", "credit": "Some Agency"}, "boat.jpg jpeg 400x300 70")
			page := w.Body.String()
			for _, want := range []string{"boat.jpg", full, "A long description", `value="Some Agency"`} {
				if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
					t.Errorf("%v: %d, without %q", fault, w.Code, want)
				}
			}
			r := s.uploadRequest(people.Editor, nil, "boat.jpg jpeg 400x300 70")
			r.Header.Set("Accept", "application/json")
			w = httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), full) {
				t.Errorf("%v: a script gets %d %s", fault, w.Code, w.Body)
			}
			site := s.handler
			s.handler = h
			w = s.upload(people.Editor, "boat.png", "attachment", pngOf(70))
			s.handler = site
			if w.Code != http.StatusServiceUnavailable || !strings.Contains(strings.ToLower(w.Body.String()), full) {
				t.Errorf("%v: a program gets %d %s", fault, w.Code, w.Body)
			}
		}
		list, _, err := library.Search(t.Context(), db, models.At(clock.Now()), library.Query{})
		if s.check(err); len(list) != 0 {
			t.Errorf("the library has %+v", list)
		}
		if w := s.deskSite.upload(s.handler, people.Editor, nil, "boat.jpg jpeg 400x300 70"); w.Code != http.StatusSeeOther {
			t.Errorf("with room on the disk: %d", w.Code)
		}
	})
}

// Many people upload at once, and each picture is there once.
func TestFiftyUploadsAtOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		const uploads, different = 50, 25
		codes := make(chan int, uploads)
		for i := range uploads {
			r := s.uploadRequest(people.Editor, nil, fmt.Sprintf("%d.jpg jpeg 160x%d 70", i, 100+i%different))
			go func() {
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				codes <- w.Code
			}()
		}
		for range uploads {
			if code := <-codes; code != http.StatusSeeOther {
				t.Errorf("an upload is answered with %d", code)
			}
		}
		list, _, err := library.Search(t.Context(), db, models.At(clock.Now()), library.Query{})
		if s.check(err); len(list) != different {
			t.Errorf("the library has %d pictures, want %d", len(list), different)
		}
	})
}

// Authors see the pictures that they uploaded and those of their own stories, by address
// and in the library, and not those that only hidden stories of colleagues use.
func TestAuthorsSeeTheirPictures(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		own, others, public := s.picture(0), s.picture(1), s.picture(2)
		for m, status := range map[*pictures.Picture]newsroom.Status{own: newsroom.Draft, others: newsroom.Draft, public: newsroom.Published} {
			a := s.save(newsroom.Manuscript{Title: "A story " + m.Key, Body: "Text.", PictureID: &m.ID, Status: status, PublishedAt: clock.Now().Add(-time.Hour)})
			if m == own {
				s.writes("some-author", a.ID)
			}
		}
		for m, want := range map[*pictures.Picture]int{own: http.StatusOK, others: http.StatusNotFound, public: http.StatusOK} {
			for _, path := range []string{"/media/" + m.Key + "/320.jpg", fmt.Sprint("/desk/media/", m.ID)} {
				r := httptest.NewRequest(http.MethodGet, "http://news.example"+path, nil)
				r.AddCookie(s.cookie(people.AuthorRole))
				w := httptest.NewRecorder()
				s.handler.ServeHTTP(w, r)
				if w.Code != want {
					t.Errorf("%s: %d, want %d", path, w.Code, want)
				}
			}
		}
		found, _, err := library.Search(t.Context(), db, models.At(clock.Now()), library.Query{Viewer: s.users[people.AuthorRole].ID})
		if s.check(err); len(found) != 2 || found[0].ID != public.ID || found[1].ID != own.ID {
			t.Errorf("the library shows %+v", found)
		}
	})
}
