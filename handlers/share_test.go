package handlers_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/sharecard"
)

var metaTag = regexp.MustCompile(`<meta (?:property|name)="([^"]+)" content="([^"]*)">`)

// metaOf returns the first value of each meta element of a page.
func metaOf(body string) map[string]string {
	found := map[string]string{}
	for _, m := range metaTag.FindAllStringSubmatch(body, -1) {
		if _, ok := found[m[1]]; !ok {
			found[m[1]] = m[2]
		}
	}
	return found
}

// messengers are the robots that fetch og:image, with the headers that they send.
var messengers = map[string]http.Header{
	"WhatsApp": {"User-Agent": {"WhatsApp/2.23.20.0"}},
	"Facebook": {
		"User-Agent": {"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"}, "Range": {"bytes=0-524287"},
	},
	"Telegram": {"User-Agent": {"TelegramBot (like TwitterBot)"}, "Accept": {"*/*"}},
}

// The og:image of an article can be fetched as messengers do: without cookies and
// redirects, by HEAD and by parts, and it is a small JPEG of the promised size.
func TestMessengersFetchTheSharePicture(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		s.fill()
		h := s.handler()
		for _, page := range []string{"/2026/11/20/strait-opens-again/", "/2026/11/20/%D9%85%D8%B6%D9%8A%D9%82-%D8%A7%D9%84%D8%B5%D8%A8%D8%B1%D8%A7-%D9%8A%D9%81%D8%AA%D8%AD-%D9%85%D9%86-%D8%AC%D8%AF%D9%8A%D8%AF/"} {
			meta := metaOf(get(t, h, page).Body.String())
			path, ok := strings.CutPrefix(meta["og:image"], "http://news.example")
			if !ok || meta["og:image:type"] != "image/jpeg" || meta["og:image:width"] != "1200" || meta["og:image:height"] != "630" || meta["og:image:alt"] == "" {
				t.Fatalf("%s: %v", page, meta)
			}
			for name, header := range messengers {
				for _, method := range []string{http.MethodHead, http.MethodGet} {
					r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
					r.Header = header.Clone()
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					want := http.StatusOK
					if header.Get("Range") != "" {
						want = http.StatusPartialContent
					}
					got := w.Header()
					if w.Code != want || got.Get("Content-Type") != "image/jpeg" || got.Get("Accept-Ranges") != "bytes" || got.Get("Set-Cookie") != "" ||
						got.Get("Cache-Control") != "public, max-age=31536000, immutable" || got.Get("Content-Length") == "" {
						t.Errorf("%s, %s: %d, %v", name, method, w.Code, got)
					}
					if method == http.MethodHead {
						continue
					}
					size := w.Body.Len()
					config, format, err := image.DecodeConfig(bytes.NewReader(w.Body.Bytes()))
					if err != nil || format != "jpeg" || config.Width != sharecard.Width || config.Height != sharecard.Height || size > sharecard.MaxBytes {
						t.Errorf("%s: %v %s, %d bytes, %v", name, config, format, size, err)
					}
				}
			}
		}
	})
}

// A share picture has a new address when something on it changes; the old address leads
// to it, and one that was invented draws nothing.
func TestSharePicturesFollowTheirArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newSite(t, db, clock)
		lead, other := s.picture(0), s.picture(1)
		a := s.save(newsroom.Manuscript{Title: "A first headline", Slug: "story", Body: "Text.", PublishedAt: clock.Now().Add(-time.Hour)})
		h := s.handler()
		address := func() string {
			t.Helper()
			w := get(t, h, "/2026/11/20/story/")
			return strings.TrimPrefix(metaOf(w.Body.String())["og:image"], "http://news.example")
		}
		first := address()
		seen := map[string]string{first: "at first"}
		change := func(what string, m newsroom.Manuscript) {
			t.Helper()
			m.ID, m.Slug = a.ID, "story"
			s.save(m)
			now := address()
			if before, ok := seen[now]; ok {
				t.Errorf("%s: the picture has its address of %q", what, before)
			}
			seen[now] = what
			if w := get(t, h, now); w.Code != http.StatusOK {
				t.Errorf("%s: %d", what, w.Code)
			}
			if w := get(t, h, first); w.Code != http.StatusFound || w.Header().Get("Location") != now {
				t.Errorf("%s: the first address answers %d, %s", what, w.Code, w.Header().Get("Location"))
			}
		}
		change("another headline", newsroom.Manuscript{Title: "A second headline", Body: "Text."})
		change("a lead picture", newsroom.Manuscript{Title: "A second headline", Body: "Text.", PictureID: &lead.ID})
		change("another lead picture", newsroom.Manuscript{Title: "A second headline", Body: "Text.", PictureID: &other.ID})
		for key, value := range map[string]string{"site.name": "Another Paper", "site.accent": "sea"} {
			before := address()
			s.set(key, value)
			if address() == before {
				t.Errorf("the address does not change with %s", key)
			}
		}
		before := address()
		s.save(newsroom.Manuscript{ID: a.ID, Slug: "story", Title: "A second headline", Body: "Another text.", PictureID: &other.ID})
		if address() != before {
			t.Error("the address changes with the text, which is not on the picture")
		}
	})
}

// Addresses of share pictures that no page has shown answer like those of numbers that
// never existed, also for articles that are not public.
func TestSharePicturesOfArticlesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		a := s.save(newsroom.Manuscript{Title: "An embargo", Slug: "embargo", Body: "Text.", PublishedAt: clock.Now().Add(-time.Hour)})
		path := strings.TrimPrefix(metaOf(get(t, s.handler, "/2026/11/20/embargo/").Body.String())["og:image"], "http://news.example")
		if w := get(t, s.handler, path); w.Code != http.StatusOK {
			t.Fatal(path, w.Code)
		}
		answer := func(path, file string) string {
			w := get(t, s.handler, path)
			w.Header().Del("X-Request-Id")
			return strings.ReplaceAll(w.Body.String(), file, "FILE") + w.Result().Status
		}
		never := answer("/media/share/999999-0123456789abcdef.jpg", "999999-0123456789abcdef.jpg")
		for _, to := range []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.Withdrawn, newsroom.Trashed} {
			s.setStatus(a.ID, to)
			if got := answer(path, path[strings.LastIndexByte(path, '/')+1:]); got != never {
				t.Errorf("%s: %.300s", to, got)
			}
			s.setStatus(a.ID, newsroom.Draft)
		}
		for _, bad := range []string{"x", "1.jpg", "1-0123456789abcdef.png", "01-0123456789abcdef.jpg", "-1-0123456789abcdef.jpg", "1-0123456789ABCDEF.jpg", "99999999999999999999-0123456789abcdef.jpg", "1-%00.jpg"} {
			if w := get(t, s.handler, "/media/share/"+bad); w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest {
				t.Errorf("%s: %d", bad, w.Code)
			}
		}
	})
}

// Where pictures are drawn ahead, one is stored soon after its article is public, without
// a request.
func TestSharePicturesAreReadyAtPublication(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.options.DrawAhead = true
	h, err := handlers.New(t.Context(), s.options)
	s.check(err)
	draft := s.save(newsroom.Manuscript{Title: "A draft", Slug: "draft", Body: "Text.", Status: newsroom.Draft})
	s.save(newsroom.Manuscript{Title: "A story", Slug: "story", Body: "Text.", PublishedAt: clock.Now().Add(-time.Hour)})
	meta := metaOf(get(t, h, "/2026/11/20/story/").Body.String())
	name := meta["og:image"][strings.LastIndexByte(meta["og:image"], '/')+1:]
	key := "variants/derived/share-" + strings.TrimSuffix(name, ".jpg")
	for patience := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		f, err := s.store.Open(t.Context(), key)
		if err == nil {
			s.check(f.Close())
			break
		}
		if time.Now().After(patience) {
			t.Fatal(err)
		}
	}
	list, err := s.store.List(t.Context(), "variants/derived")
	s.check(err)
	if len(list) != 1 {
		t.Errorf("%d pictures are stored, also that of draft %d", len(list), draft.ID)
	}
}
