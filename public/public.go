package public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

//go:embed css js icons
var files embed.FS

// cssLayers are the files of the stylesheet in the order of the cascade. They do
// not use cascade layers (@layer), because a browser from before 2022 drops
// those.
var cssLayers = []string{"tokens", "base", "layout", "lists", "article", "comments", "forms", "print"}

// prefix is where assets are served.
const prefix = "/assets/"

// belowFirstScreen parts a layer's file: what stands above it holds up the
// first screen and goes into the page itself, the rest is in site.css.
const belowFirstScreen = "/* Below the first screen. */\n"

// Assets is the set of assets by name.
type Assets struct {
	urls       map[string]string // "site.css" → "/assets/site.3fa9c1d2.css"
	byPath     map[string]*asset
	firstStyle string
}

type asset struct {
	contentType string
	etag        string
	plain       []byte
	packed      map[string][]byte // by content coding
}

// New reads, packs and hashes the assets.
func New() (*Assets, error) { return load() }

// load does it once: what is embedded does not change.
var load = sync.OnceValues(build)

func build() (*Assets, error) {
	a := &Assets{urls: map[string]string{}, byPath: map[string]*asset{}}
	var first, rest strings.Builder
	for _, layer := range cssLayers {
		data, err := files.ReadFile("css/" + layer + ".css")
		if err != nil {
			return nil, err
		}
		above, below, parted := strings.Cut(string(data), belowFirstScreen)
		if !parted {
			above, below = "", string(data)
		}
		first.WriteString(above)
		rest.WriteString(below)
	}
	a.firstStyle = minify(first.String())
	if err := a.add("site.css", []byte(minify(rest.String()))); err != nil {
		return nil, err
	}
	desk, err := files.ReadFile("css/desk.css")
	if err == nil {
		err = a.add("desk.css", []byte(minify(string(desk))))
	}
	if err != nil {
		return nil, err
	}
	for _, dir := range []string{"js", "icons"} {
		entries, err := fs.ReadDir(files, dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			data, err := files.ReadFile(dir + "/" + e.Name())
			if err == nil {
				err = a.add(e.Name(), data)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func (a *Assets) add(name string, data []byte) error {
	kind, ok := contentTypes[path.Ext(name)]
	if !ok {
		return fmt.Errorf("public: no content type for %s", name)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:5])
	ext := path.Ext(name)
	url := prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
	packed, err := pack(data)
	if err != nil {
		return err
	}
	a.urls[name] = url
	a.byPath[url] = &asset{kind, hash, data, packed}
	return nil
}

// codings are the ways in which assets can be packed, the best first.
var codings = []string{"br", "gzip"}

// pack packs as tightly as can be: it is done once, at the start.
func pack(data []byte) (map[string][]byte, error) {
	var br, gz bytes.Buffer
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	// The window is as far back as our assets are long, nearly: the encoder's
	// tables grow with it, to 32 MB by default.
	tightly := brotli.NewWriterOptions(&br, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 18})
	for _, w := range []io.WriteCloser{tightly, z} {
		if _, err := w.Write(data); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
	}
	return map[string][]byte{"br": br.Bytes(), "gzip": gz.Bytes()}, nil
}

// FirstStyle is the part of the stylesheet that holds up the first screen. It
// stands in every page, so that a reader on a bad line sees the story while
// the rest is still on its way.
func (a *Assets) FirstStyle() string { return a.firstStyle }

// FirstStyleSource names FirstStyle in a content security policy.
func (a *Assets) FirstStyleSource() string {
	sum := sha256.Sum256([]byte(a.firstStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// URL returns the address of an asset such as "site.css"; "" for a name that
// is none, which a test of the templates would notice.
func (a *Assets) URL(name string) string { return a.urls[name] }

// Bytes returns an asset's content, nil for a name that is none.
func (a *Assets) Bytes(name string) []byte {
	if found := a.byPath[a.urls[name]]; found != nil {
		return found.plain
	}
	return nil
}

// ServeHTTP serves the assets under their hashed names; any other is
// not found.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found := a.byPath[r.URL.Path]
	if found == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body, etag := found.plain, found.etag
	for _, coding := range codings {
		if accepts(r.Header.Get("Accept-Encoding"), coding) {
			body, etag = found.packed[coding], found.etag+"-"+coding
			h.Set("Content-Encoding", coding)
			break
		}
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// accepts reports whether Accept-Encoding names the coding and does not
// refuse it with a weight of nothing.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			value, _ := strings.CutPrefix(strings.TrimSpace(weight), "q=")
			return strings.Trim(value, "0.") != "" || value == ""
		}
	}
	return false
}
