package public_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"broadsheet/public"

	"github.com/andybalholm/brotli"
)

func assets(t *testing.T) *public.Assets {
	t.Helper()
	a, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *public.Assets, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAssetsAreServedUnderTheirHashForEver(t *testing.T) {
	t.Parallel()
	a := assets(t)
	for _, name := range []string{"site.css", "site.js"} {
		url := a.URL(name)
		base, ext, _ := strings.Cut(name, ".")
		if !regexp.MustCompile(`^/assets/` + base + `\.[0-9a-f]{10}\.` + ext + `$`).MatchString(url) {
			t.Errorf("%s is at %s", name, url)
		}
		plain := get(a, "GET", url)
		body := read(t, plain.Body)
		if plain.StatusCode != 200 || plain.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
			plain.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d, %v", url, plain.StatusCode, plain.Header)
		}
		if body != string(a.Bytes(name)) || body == "" {
			t.Errorf("%s: %d bytes served, %d kept", name, len(body), len(a.Bytes(name)))
		}
		tags := map[string]string{plain.Header.Get("ETag"): ""}
		for accepted, coding := range map[string]string{
			"gzip, deflate, br, zstd": "br", "gzip;q=1.0, BR;q=0": "gzip", "br;q=0.000, gzip; q=0": "",
			"x-gzip, brotli": "gzip", "zstd": "",
		} {
			packed := get(a, "GET", url, "Accept-Encoding", accepted)
			if got := packed.Header.Get("Content-Encoding"); got != coding || read(t, unpack(t, coding, packed.Body)) != body {
				t.Errorf("%s for %q: packed as %q, want %q, or other bytes", name, accepted, got, coding)
			}
			tags[packed.Header.Get("ETag")] = coding
		}
		if len(tags) != 3 {
			t.Errorf("%s: three codings have the tags %v", name, tags)
		}
		if again := get(a, "GET", url, "If-None-Match", plain.Header.Get("ETag")); again.StatusCode != 304 || read(t, again.Body) != "" {
			t.Errorf("%s asked for again: %d", name, again.StatusCode)
		}
		if head := get(a, "HEAD", url); head.StatusCode != 200 || read(t, head.Body) != "" ||
			head.Header.Get("Content-Length") != plain.Header.Get("Content-Length") {
			t.Errorf("HEAD %s: %d, %v", url, head.StatusCode, head.Header)
		}
	}
}

func unpack(t *testing.T, coding string, r io.Reader) io.Reader {
	t.Helper()
	switch coding {
	case "br":
		return brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	return r
}

// allStyles returns all CSS of a reader's page.
func allStyles(t *testing.T) string {
	t.Helper()
	a := assets(t)
	return a.FirstStyle() + string(a.Bytes("site.css"))
}

// A server may send 14,600 bytes in the first round trip. Styles leave less of it for
// the article.
func TestStylesStayLight(t *testing.T) {
	t.Parallel()
	a := assets(t)
	size := func(text string) int {
		var out bytes.Buffer
		w := brotli.NewWriterLevel(&out, brotli.BestCompression)
		w.Write([]byte(text))
		w.Close()
		return out.Len()
	}
	first, rest := size(a.FirstStyle()), size(string(a.Bytes("site.css")))
	t.Logf("first screen %d bytes, the rest %d", first, rest)
	if first > 2800 || first+rest > 8<<10 {
		t.Errorf("the style of the first screen takes %d bytes, at most 2,800; with the rest %d, at most 8,192", first, first+rest)
	}
	for _, style := range []string{a.FirstStyle(), a.StoryStyle()} {
		sum := sha256.Sum256([]byte(style))
		if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(strings.Fields(a.FirstStyleSource()), want) {
			t.Errorf("the policy has %s, not %s", a.FirstStyleSource(), want)
		}
	}
	if strings.Contains(a.FirstStyle(), "</") {
		t.Error("the style could end its own element")
	}
}

// Browsers from before about 2021 must show a readable page. They drop a whole
// rule with an unknown function, selector or at-rule, and with it the rules,
// grounds and colours of the page. Newer properties (text-wrap, accent-color,
// overflow: clip) may be used where the page is fine without them. Logical
// properties, :is(), :not() with a list and aspect-ratio are from early 2021 and
// may be used everywhere.
func TestStylesNeedNoNewBrowser(t *testing.T) {
	t.Parallel()
	a := assets(t)
	for name, css := range map[string]string{
		"the first style": a.FirstStyle(), "site.css": string(a.Bytes("site.css")),
		"desk.css": string(a.Bytes("desk.css")),
	} {
		for _, newer := range []string{
			"light-dark(", "color-mix(", "oklch(", "oklab(", "lch(", "lab(", "color(", "@layer", "@container",
			"@scope", "@property", "@starting-style",
			":has(", "&", "dvh", "svh", "lvh", "dvw", "width>", "width<", "height>", "height<",
		} {
			if strings.Contains(css, newer) {
				t.Errorf("%s uses %s", name, newer)
			}
		}
		for _, dark := range strings.SplitAfter(css, "prefers-color-scheme:")[1:] {
			if !strings.HasPrefix(strings.TrimSpace(dark), "dark") {
				t.Errorf("%s: the light scheme is asked for, and should be what is there without a query: %.40s", name, dark)
			}
		}
	}
	// Every colour is defined outside of the query for the dark scheme and
	// before it.
	light, _, _ := strings.Cut(a.FirstStyle(), "@media screen and (prefers-color-scheme")
	for _, name := range []string{"--paper", "--raised", "--ink", "--deck", "--soft", "--rule", "--accent", "--accent-bold"} {
		if !strings.Contains(light, name+":") {
			t.Errorf("%s has no value outside of the dark scheme", name)
		}
	}
}

// The root scrolls at once. With smooth scrolling the focus moved before the
// view, and the next key acted on an element outside the view.
func TestNoStyleScrollsSmoothly(t *testing.T) {
	t.Parallel()
	a := assets(t)
	for _, name := range []string{"site.css", "desk.css", "site.js", "desk.js"} {
		for _, slow := range []string{"scroll-behavior", `behavior: "smooth"`, `behavior:"smooth"`} {
			if strings.Contains(a.FirstStyle()+string(a.Bytes(name)), slow) {
				t.Errorf("%s has %s", name, slow)
			}
		}
	}
}

func TestOnlyTheHashedNameIsAnAsset(t *testing.T) {
	t.Parallel()
	a := assets(t)
	for _, path := range []string{
		"/assets/site.css", "/assets/site.0000000000.css", "/assets/", "/assets/../public.go",
		a.URL("site.css") + "/", "/assets/css/tokens.css",
	} {
		if got := get(a, "GET", path).StatusCode; got != 404 {
			t.Errorf("%s: %d", path, got)
		}
	}
	if a.URL("other.css") != "" || a.Bytes("other.css") != nil {
		t.Error("an asset that is none has an address or a content")
	}
}

func TestAssetsAskNoOtherHost(t *testing.T) {
	t.Parallel()
	a := assets(t)
	foreign := regexp.MustCompile(`(?i)@import|url\(\s*["']?(?:https?:)?//|https?://[^\s"')]+`)
	for _, name := range []string{"site.css", "site.js"} {
		for _, found := range foreign.FindAllString(a.FirstStyle()+string(a.Bytes(name)), -1) {
			if !strings.HasPrefix(found, "http://www.w3.org/") { // names of XML vocabularies, never fetched
				t.Errorf("%s: %s", name, found)
			}
		}
	}
}

// Physical sides would stay where they are when a page is read from the
// right.
func TestStylesUseLogicalSides(t *testing.T) {
	t.Parallel()
	css := allStyles(t)
	physical := regexp.MustCompile(
		`(?:^|[;{\s])((?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)|left|right|width|height|(?:min|max)-(?:width|height)|float\s*:\s*(?:left|right)|text-align\s*:\s*(?:left|right))\s*[:;}]`,
	)
	css = regexp.MustCompile(`@media[^{]*\{`).ReplaceAllString(css, "{") // a window has a width
	for _, found := range physical.FindAllStringSubmatch(css, -1) {
		t.Errorf("a physical property: %s", found[1])
	}
}

func TestCustomPropertiesAreDefinedAndUsed(t *testing.T) {
	t.Parallel()
	css := allStyles(t)
	defined, used := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+)\s*:`).FindAllStringSubmatch(css, -1) {
		defined[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(css, -1) {
		used[m[1]] = true
	}
	if len(defined) < 10 {
		t.Fatalf("only %d custom properties found", len(defined))
	}
	for name := range used {
		if !defined[name] {
			t.Errorf("%s is used and never defined", name)
		}
	}
	for name := range defined {
		if !used[name] {
			t.Errorf("%s is defined and never used", name)
		}
	}
}
