package public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed css js icons
var files embed.FS

// cssLayers are the files of the stylesheet in the order of the cascade.
var cssLayers = []string{"tokens", "base", "layout", "lists", "article", "comments", "forms", "print"}

// prefix is where assets are served.
const prefix = "/assets/"

// Assets is the set of assets by name.
type Assets struct {
	urls   map[string]string // "site.css" → "/assets/site.3fa9c1d2.css"
	byPath map[string]*asset
}

type asset struct {
	contentType string
	etag        string
	plain       []byte
	gzipped     []byte
}

// New reads and hashes the assets.
func New() (*Assets, error) {
	a := &Assets{map[string]string{}, map[string]*asset{}}
	var css bytes.Buffer
	fmt.Fprintf(&css, "@layer %s;\n", strings.Join(cssLayers, ", "))
	for _, layer := range cssLayers {
		data, err := files.ReadFile("css/" + layer + ".css")
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&css, "@layer %s {\n%s}\n", layer, data)
	}
	if err := a.add("site.css", css.Bytes()); err != nil {
		return nil, err
	}
	desk, err := files.ReadFile("css/desk.css")
	if err == nil {
		err = a.add("desk.css", fmt.Appendf(nil, "@layer desk {\n%s}\n", desk))
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
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	a.urls[name] = url
	a.byPath[url] = &asset{kind, hash, data, zipped.Bytes()}
	return nil
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
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body, etag = found.gzipped, found.etag+"-gzip"
		h.Set("Content-Encoding", "gzip")
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
