package handlers_test

import (
	"bytes"
	"encoding/json"
	"html"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

// coloured returns a JPEG of one colour.
func coloured(c color.Color) io.Reader {
	m := image.NewRGBA(image.Rect(0, 0, 1400, 700))
	for i := range 1400 * 700 {
		m.Set(i%1400, i/1400, c)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return &b
}

var pictureAddress = regexp.MustCompile(`/media/[a-z0-9./-]+\.(jpg|webp|gif)`)

// pictured is a site with an article that shows a picture in all places.
type pictured struct {
	*deskSite
	variants *blob.Variants
	m        library.Uploaded
	article  *newsroom.Article
}

func newPictured(t *testing.T, db *models.DB, clock *modeltest.Clock, texts library.Texts) *pictured {
	t.Helper()
	s := &pictured{deskSite: newDeskSite(t, db, clock)}
	var err error
	s.variants, err = blob.NewVariants(s.store, blob.VariantsOptions{Now: clock.Now})
	s.check(err)
	s.m, err = library.Add(t.Context(), db, s.variants, models.ActorShell, library.Upload{Reader: coloured(color.RGBA{200, 20, 20, 255}), Texts: texts})
	s.check(err)
	s.article = s.save(newsroom.Manuscript{
		Title: "A story with pictures", Format: richtext.HTML, PictureID: &s.m.ID, PublishedAt: clock.Now().Add(-time.Minute),
		Body: `<p>Text.</p><figure><img src="/media/` + s.m.Key + `/960.jpg" alt="Inside"><figcaption>The caption inside</figcaption></figure>`,
	})
	return s
}

// fetch returns an answer of the site, with its HTML and JSON escapes resolved.
func (s *pictured) fetch(path string) (body string, w *httptest.ResponseRecorder) {
	s.Helper()
	w = httptest.NewRecorder()
	s.handler.ServeHTTP(w, httptest.NewRequestWithContext(s.Context(), http.MethodGet, "http://news.example"+path, nil))
	return strings.ReplaceAll(html.UnescapeString(w.Body.String()), `\/`, "/"), w
}

// places are the answers that show the picture.
func (s *pictured) places() []string {
	site, err := newsroom.LoadSite(s.Context(), s.db)
	s.check(err)
	return []string{site.ArticlePath(s.article), "/", "/feed/", "/feed/atom/", "/feed/json/", "/wp-json/wp/v2/posts?_embed=1", "/wp-json/wp/v2/media", "/wp-sitemap-posts-post-1.xml"}
}

// shown returns the addresses of pictures in the answers, without share pictures.
func (s *pictured) shown() map[string][]string {
	s.Helper()
	found := map[string][]string{}
	for _, place := range s.places() {
		body, w := s.fetch(place)
		if w.Code != http.StatusOK {
			s.Errorf("%s: %d", place, w.Code)
		}
		for _, address := range pictureAddress.FindAllString(body, -1) {
			if strings.Contains(address, s.m.Key) {
				found[place] = append(found[place], address)
			}
		}
	}
	return found
}

func (s *pictured) ogImage() string {
	s.Helper()
	body, _ := s.fetch(s.places()[0])
	found := regexp.MustCompile(`property="og:image" content="http://[^/]+(/media/[^"]+)"`).FindStringSubmatch(body)
	if found == nil {
		s.Fatal("no og:image")
	}
	return found[1]
}

// A picture that is replaced is new on the next page, in each variant, and under its old
// addresses.
func TestLongReplacedPicturesAreNewEverywhere(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newPictured(t, db, clock, library.Texts{Alt: "A boat"})
		colourAt := func(address, want string) {
			t.Helper()
			_, w := s.fetch(address)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d", address, w.Code)
				return
			}
			m, err := decodePicture(w.Body.Bytes())
			s.check(err)
			r, _, b, _ := m.At(m.Bounds().Dx()/2, m.Bounds().Dy()*2/5).RGBA()
			if got := map[bool]string{true: "red", false: "blue"}[r > b]; got != want {
				t.Errorf("%s is %s, want %s", address, got, want)
			}
		}
		before, share := s.shown(), s.ogImage()
		for _, place := range s.places() {
			if len(before[place]) == 0 {
				t.Errorf("%s does not show the picture", place)
			}
			for _, address := range before[place] {
				colourAt(address, "red")
			}
		}
		_, err := library.Replace(t.Context(), db, s.variants, models.ActorShell, s.m.ID, "new.jpg", coloured(color.RGBA{20, 20, 200, 255}))
		s.check(err)
		after := s.shown()
		for place, addresses := range after {
			if len(addresses) != len(before[place]) {
				t.Errorf("%s: %d addresses, before %d", place, len(addresses), len(before[place]))
			}
			for i, address := range addresses {
				if address == before[place][i] {
					t.Errorf("%s has the old address %s", place, address)
				}
				colourAt(address, "blue")
				colourAt(before[place][i], "blue")
			}
		}
		if again := s.ogImage(); again == share {
			t.Error("the share picture has the old address")
		}
		_, w := s.fetch("/media/" + s.m.Key + "/640.jpg")
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=0, must-revalidate" || w.Header().Get("ETag") == "" || w.Header().Get("Last-Modified") != "" {
			t.Errorf("the old address: %v", w.Header())
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://news.example/media/"+s.m.Key+"/640.jpg", nil)
		r.Header.Set("If-Modified-Since", clock.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w = httptest.NewRecorder()
		if s.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Errorf("the old address for a client with the old picture: %d", w.Code)
		}
	})
}

// From the day on which the licence ends, nothing shows the picture, and its file is not
// served. Extended, it is back as it was.
func TestPicturesWithoutALicenceAreNowhere(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		end := clock.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
		s := newPictured(t, db, clock, library.Texts{Alt: "A boat", LicenceEnd: end})
		before, share := s.shown(), s.ogImage()
		for left, want := range map[time.Duration]string{ // no cache keeps it beyond the end
			10 * time.Minute: "max-age=300", 300 * time.Second: "max-age=300", 299 * time.Second: "max-age=299",
			1500 * time.Millisecond: "max-age=1", 500 * time.Millisecond: "max-age=0",
		} {
			if got := handlers.UntilEnd(end, time.UTC, clock.Now().UTC().Truncate(24*time.Hour).Add(24*time.Hour-left)); got != "public, "+want {
				t.Errorf("%v before the end: %q, want %s", left, got, want)
			}
		}
		if _, w := s.fetch("/media/" + s.m.Key + "/640.jpg"); w.Header().Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("before the end: %v", w.Header())
		}
		clock.Advance(clock.Now().UTC().Truncate(24 * time.Hour).Add(24*time.Hour - 7*time.Second).Sub(clock.Now()))
		if _, w := s.fetch("/media/" + s.m.Key + "/640.jpg"); w.Header().Get("Cache-Control") != "public, max-age=7" {
			t.Errorf("seven seconds before the end: %v", w.Header())
		}
		clock.Advance(7 * time.Second)
		if _, w := s.fetch("/media/" + s.m.Key + "/640.jpg"); w.Code != http.StatusNotFound {
			t.Errorf("at the end, before the picture is hidden: %d, %v", w.Code, w.Header())
		}
		s.check(library.KeepLicences(t.Context(), db))
		for place, addresses := range s.shown() {
			t.Errorf("%s shows %v", place, addresses)
		}
		body, _ := s.fetch(s.places()[0])
		if strings.Contains(body, "The caption inside") || strings.Contains(body, "A boat") {
			t.Error("the caption or the alternative text is shown")
		}
		if s.ogImage() == share {
			t.Error("the share picture is the old one")
		}
		for _, addresses := range before {
			for _, address := range addresses {
				if _, w := s.fetch(address); w.Code != http.StatusNotFound {
					t.Errorf("%s: %d", address, w.Code)
				}
			}
		}
		stored, err := newsroom.StoredManuscript(t.Context(), db, s.article)
		s.check(err)
		if !strings.Contains(stored.Body, s.m.Key) || stored.PictureID == nil {
			t.Error("the stored text lost the picture")
		}
		m, err := pictures.ByID(t.Context(), db, s.m.ID)
		s.check(err)
		_, err = library.Change(t.Context(), db, models.ActorShell, m.ID, m.Version, library.Texts{Alt: "A boat", LicenceEnd: "2199-01-01"})
		s.check(err)
		a, _ := json.Marshal(s.shown())
		b, _ := json.Marshal(before)
		if !bytes.Equal(a, b) {
			t.Errorf("extended: %s\nbefore: %s", a, b)
		}
	})
}

func decodePicture(data []byte) (image.Image, error) {
	m, _, err := image.Decode(bytes.NewReader(data))
	return m, err
}
