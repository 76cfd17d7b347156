package handlers_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// The manifest has what browsers ask for, and its icons are there under addresses that
// never change.
func TestTheManifest(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, h := smallSite(t, db, clock)
		type manifest struct {
			Name       string
			ShortName  string `json:"short_name"`
			Lang, Dir  string
			Start      string `json:"start_url"`
			Scope      string
			Display    string
			ThemeColor string `json:"theme_color"`
			Icons      []struct{ Src, Sizes, Type, Purpose string }
		}
		read := func() (m manifest) {
			t.Helper()
			w := get(t, h, "/manifest.webmanifest")
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/manifest+json" {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
			}
			s.check(json.Unmarshal(w.Body.Bytes(), &m))
			return m
		}
		s.set("site.name", "The Larkmoor Courier and Post")
		s.set("site.accent", "sea")
		m := read()
		if m.Name != "The Larkmoor Courier and Post" || m.ShortName != "Larkmoor" || m.Lang != "en" || m.Dir != "ltr" || m.Start != "/" || m.Scope != "/" ||
			m.ThemeColor != "#0b5567" || m.Display != "minimal-ui" || len(m.Icons) != 4 {
			t.Errorf("%+v", m)
		}
		for _, icon := range m.Icons {
			w := get(t, h, icon.Src)
			picture, err := png.Decode(bytes.NewReader(w.Body.Bytes()))
			if w.Code != http.StatusOK || err != nil || !strings.HasPrefix(icon.Sizes, "192x192") && picture.Bounds().Dx() != 512 ||
				!strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") != "image/png" {
				t.Errorf("%s: %d %v %q", icon.Src, w.Code, err, w.Header().Get("Cache-Control"))
			}
		}
		s.set("site.accent", "plum")
		s.set("site.language", "ar")
		changed := read()
		if changed.Dir != "rtl" || changed.Icons[0].Src == m.Icons[0].Src {
			t.Errorf("after the change: %+v", changed)
		}
		if w := get(t, h, m.Icons[0].Src); w.Code != http.StatusNotFound || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("the old icon: %d %q", w.Code, w.Header().Get("Cache-Control"))
		}
		if w := get(t, h, "/favicon.ico"); w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte{0, 0, 1, 0}) {
			t.Errorf("favicon.ico: %d", w.Code)
		}
		if w := get(t, h, "/apple-touch-icon.png"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" {
			t.Errorf("apple-touch-icon.png: %d", w.Code)
		}
	})
}

// Switched off, the site has no manifest, and the worker removes itself.
func TestTheAppCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s, h := smallSite(t, modeltest.SQLite(t, clock), clock)
	check := func(on bool) {
		t.Helper()
		w := get(t, h, "/sw.js")
		keeps := strings.Contains(w.Body.String(), "MOST_PAGES")
		if w.Code != http.StatusOK || keeps != on || strings.Contains(w.Body.String(), "unregister") == on ||
			w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Cache-Control"), "public, max-age=0, must-revalidate") {
			t.Errorf("the worker: %d, keeps articles: %v, %q", w.Code, keeps, w.Header().Get("Cache-Control"))
		}
		want := map[bool]int{true: 200, false: 404}[on]
		for _, path := range []string{"/manifest.webmanifest", "/offline/"} {
			if w := get(t, h, path); w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
		if linked := strings.Contains(get(t, h, straitPath).Body.String(), `<link rel="manifest"`); linked != on {
			t.Errorf("the manifest is linked: %v", linked)
		}
	}
	check(true)
	before := get(t, h, "/sw.js").Header().Get("Etag")
	s.set("site.name", "Another Name")
	if get(t, h, "/sw.js").Header().Get("Etag") == before {
		t.Error("browsers keep the offline page of the old name")
	}
	s.set("site.installable", "false")
	check(false)
	s.set("site.installable", "true")
	check(true)
}
