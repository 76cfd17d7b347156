package handlers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// unknownPicture is a well-formed key without a picture.
const unknownPicture = "0123456789abcdef0123456789abcdef"

// picture adds the picture with a number; a second call returns the same one.
func (s *testSite) picture(n int) *pictures.Picture {
	s.Helper()
	drawn := image.NewGray(image.Rect(0, 0, 400, 300+n))
	var photo bytes.Buffer
	s.check(jpeg.Encode(&photo, drawn, nil))
	p, data, err := blob.Inspect(&photo)
	s.check(err)
	s.check(s.store.Put(s.Context(), blob.OriginalKey(p.Key), bytes.NewReader(data)))
	var m *pictures.Picture
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
		m, err = pictures.Add(s.Context(), tx, pictures.Picture{Key: p.Key, Format: p.Format, Width: p.Width, Height: p.Height, Bytes: p.Bytes})
		return err
	}))
	return m
}

// pictureRequests are the ways to ask for a picture that could tell a hidden one
// from an unknown one.
func pictureRequests(key string) (list []*http.Request) {
	for _, file := range []string{"320.jpg", "640.jpg", "1280.jpg", "1920.jpg", "320.webp", "960.webp", "1.jpg", "320.gif", "320.JPG", ""} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			for _, header := range []string{"", "If-None-Match: *", "If-None-Match: \"x\"", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", "Range: bytes=0-9", "Range: bytes=999999999-", "Accept: application/json", "Cookie: broadsheet_desk=x"} {
				r := httptest.NewRequest(method, "http://news.example/media/"+key+"/"+file, nil)
				if name, value, ok := strings.Cut(header, ": "); ok {
					r.Header.Set(name, value)
				}
				list = append(list, r)
			}
		}
	}
	return list
}

// To visitors a picture of articles that are not public is an unknown one, in
// each format and for each kind of request. It follows its article at once.
func TestLongPicturesOfArticlesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		lead, inside := s.picture(0), s.picture(1)
		ask := func(r *http.Request) (answer string, w *httptest.ResponseRecorder) {
			t.Helper()
			w = httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			h := w.Header().Clone()
			h.Del("X-Request-Id")
			return strings.ReplaceAll(strings.ReplaceAll(fmt.Sprint(w.Code, h, w.Body), lead.Key, unknownPicture), inside.Key, unknownPicture), w
		}
		unknown := map[string]string{}
		name := func(r *http.Request) string {
			return fmt.Sprint(r.Method, r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):], r.Header)
		}
		for _, r := range pictureRequests(unknownPicture) {
			answer, w := ask(r)
			if unknown[name(r)] = answer; w.Code != http.StatusNotFound && w.Code != http.StatusMovedPermanently {
				t.Errorf("%s of an unknown picture: %d", name(r), w.Code)
			}
		}
		as := func(role people.Role, key string) *httptest.ResponseRecorder {
			t.Helper()
			r := httptest.NewRequest(http.MethodGet, "http://news.example/media/"+key+"/320.jpg", nil)
			if role != "" {
				r.AddCookie(s.cookie(role))
			}
			_, w := ask(r)
			return w
		}
		a := s.save(newsroom.Manuscript{Title: "A story with pictures", Body: "![A boat](/media/" + inside.Key + "/640.jpg)", Format: richtext.Markdown, PictureID: &lead.ID, PublishedAt: clock.Now().Add(-time.Hour)})
		public := func() {
			t.Helper()
			for _, m := range []*pictures.Picture{lead, inside} {
				if w := as("", m.Key); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
					t.Errorf("a public article's picture: %d, %v", w.Code, w.Header())
				}
			}
		}
		public()
		for _, to := range []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.Withdrawn, newsroom.Trashed} {
			s.setStatus(a.ID, to)
			for _, m := range []*pictures.Picture{lead, inside} {
				for _, r := range pictureRequests(m.Key) {
					if answer, _ := ask(r); answer != unknown[name(r)] {
						t.Errorf("%s, %s: %.600s\n\nan unknown one: %.600s", to, name(r), answer, unknown[name(r)])
					}
				}
				for _, role := range people.Roles {
					want, control := http.StatusNotFound, ""
					if role.May(people.Editing) {
						want, control = http.StatusOK, "private, no-store"
					}
					if w := as(role, m.Key); w.Code != want || control != "" && w.Header().Get("Cache-Control") != control {
						t.Errorf("%s, for %s: %d, %v", to, role, w.Code, w.Header())
					}
				}
			}
			s.setStatus(a.ID, newsroom.Published)
			public()
		}
		forged := httptest.NewRequest(http.MethodGet, "http://news.example/media/"+lead.Key+"/320.jpg", nil)
		forged.AddCookie(handlers.DeskCookie([]byte("another secret of thirty-two bytes or more"), "x"))
		s.setStatus(a.ID, newsroom.Draft)
		if _, w := ask(forged); w.Code != http.StatusNotFound {
			t.Errorf("with a forged cookie: %d", w.Code)
		}
	})
}

// setStatus moves an article past the rules of which status may follow which.
func (s *testSite) setStatus(id int64, status newsroom.Status) {
	s.Helper()
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
		tx.Touch(newsroom.ArticleTag(id))
		return tx.Query(s.Context()).Exec("UPDATE articles SET status = ? WHERE id = ?", status, id).Error
	}))
}

// Each format has its own address. Other extensions are not found.
func TestPictureFormats(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	var photo bytes.Buffer
	s.check(jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 400, 300)), nil))
	p, data, err := blob.Inspect(&photo)
	s.check(err)
	s.check(s.store.Put(t.Context(), blob.OriginalKey(p.Key), bytes.NewReader(data)))
	h := s.handler()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/media/"+p.Key+"/320.jpg", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("a file without a picture of the library: %d", w.Code)
	}
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error {
		_, err := pictures.Add(t.Context(), tx, pictures.Picture{Key: p.Key, Format: p.Format, Width: p.Width, Height: p.Height, Bytes: p.Bytes})
		return err
	}))
	for file, want := range map[string]string{
		"320.jpg": "image/jpeg", "320.webp": "image/webp", "1920.webp": "image/webp",
		"321.webp": "", "320": "", "320.png": "", "0320.webp": "", "+320.jpg": "", "320.webp.jpg": "", "320.WEBP": "",
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/media/"+p.Key+"/"+file, nil))
		got := w.Header().Get("Content-Type")
		if want == "" {
			if w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", file, w.Code)
			}
			continue
		}
		if w.Code != http.StatusOK || got != want || http.DetectContentType(w.Body.Bytes()) != want ||
			w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %v", file, w.Code, w.Header())
		}
	}
}
