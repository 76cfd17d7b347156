package public

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"

	"broadsheet/public/encoding"
)

//go:embed css js icons worker vendor
var files embed.FS

// cssLayers are the files of the stylesheet in the order of the cascade. They do
// not use cascade layers (@layer), because browsers from before 2022 drop those.
var cssLayers = []string{"tokens", "base", "layout", "lists", "article", "comments", "forms", "print"}

// prefix is the path of all assets.
const prefix = "/assets/"

// belowFirstScreen divides the file of a layer. The part above it is critical CSS
// and goes into the <head> of each page; the rest is in site.css.
const belowFirstScreen = "/* Below the first screen. */\n"

// Assets is the set of assets by name.
type Assets struct {
	urls       map[string]string // "site.css" → "/assets/site.3fa9c1d2.css"
	byPath     map[string]*asset
	firstStyle string // of all pages but articles
	storyStyle string // of articles
}

type asset struct {
	contentType string
	etag        string
	plain       []byte
	compressed  func() map[encoding.Encoding][]byte
}

// New reads, compresses and hashes the assets.
func New() (*Assets, error) { return load() }

// load builds the assets once: embedded files do not change.
var load = sync.OnceValues(build)

func build() (*Assets, error) {
	a := &Assets{urls: map[string]string{}, byPath: map[string]*asset{}}
	var first, story, rest strings.Builder
	var tokens, lists string
	for _, layer := range cssLayers {
		data, err := files.ReadFile("css/" + layer + ".css")
		if err != nil {
			return nil, err
		}
		above, below, parted := strings.Cut(string(data), belowFirstScreen)
		if !parted {
			above, below = "", string(data)
		}
		switch layer {
		case "tokens":
			tokens = above
		case "lists":
			lists = above
		}
		if layer != "lists" {
			story.WriteString(above)
		}
		first.WriteString(above)
		rest.WriteString(below)
	}
	a.firstStyle, a.storyStyle = minify(first.String()), minify(story.String())
	// Lists are below the first screen of an article.
	if err := a.add("site.css", []byte(minify(lists+rest.String()))); err != nil {
		return nil, err
	}
	// A page in a frame has only its own sheet.
	data, err := files.ReadFile("css/embed.css")
	if err == nil {
		err = a.add("embed.css", []byte(minify(tokens+string(data))))
	}
	if err != nil {
		return nil, err
	}
	// The bar of the staff is on public pages, beside site.css.
	if data, err = files.ReadFile("css/staffbar.css"); err == nil {
		err = a.add("staffbar.css", []byte(minify(string(data))))
	}
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"desk", "editor"} {
		if err := a.addJoined(name); err != nil {
			return nil, err
		}
	}
	library, err := files.ReadFile("vendor/tiptap/tiptap.js")
	if err == nil {
		err = a.addLate("tiptap.js", library)
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
			if e.IsDir() {
				continue
			}
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

// addJoined adds a stylesheet and a script of a part of the desk, desk.css and desk.js
// for example, which its pages have beside site.css. Each is joined from the files of
// its folder in the order of their names; the scripts share the scope of one module,
// which begins with the functions of the folder js/shared.
func (a *Assets) addJoined(name string) error {
	for _, kind := range []string{"css", "js"} {
		dirs := []string{kind + "/" + name}
		if kind == "js" {
			dirs = append([]string{"js/shared"}, dirs...)
		}
		var joined strings.Builder
		for _, dir := range dirs {
			entries, err := fs.ReadDir(files, dir)
			if err != nil {
				return err
			}
			for _, e := range entries {
				data, err := files.ReadFile(dir + "/" + e.Name())
				if err != nil {
					return err
				}
				joined.Write(data)
			}
		}
		text := joined.String()
		if kind == "css" {
			text = minify(text)
		}
		if err := a.add(name+"."+kind, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// add adds a file and compresses it.
func (a *Assets) add(name string, data []byte) error {
	if err := a.addLate(name, data); err != nil {
		return err
	}
	a.byPath[a.urls[name]].compressed()
	return nil
}

// addLate adds a file that is compressed when somebody asks for it: the library of
// the editor takes longer than all others together, and most starts never send it.
func (a *Assets) addLate(name string, data []byte) error {
	kind, ok := contentTypes[path.Ext(name)]
	if !ok {
		return fmt.Errorf("public: no content type for %s", name)
	}
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:5])
	ext := path.Ext(name)
	url := prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
	a.urls[name] = url
	a.byPath[url] = &asset{kind, hash, data, sync.OnceValue(func() map[encoding.Encoding][]byte {
		return map[encoding.Encoding][]byte{
			encoding.Brotli: encoding.Compress(encoding.Brotli, encoding.Best, data),
			encoding.Gzip:   encoding.Compress(encoding.Gzip, encoding.Best, data),
		}
	})}
	return nil
}

// FirstStyle returns the critical CSS: the part of the stylesheet that the first
// screen needs. Every page contains it or StoryStyle, so that on a slow connection
// its text is visible before site.css has arrived.
func (a *Assets) FirstStyle() string { return a.firstStyle }

// StoryStyle returns the critical CSS of an article: FirstStyle without the style of
// lists. A long article needs the room in the first round trip.
func (a *Assets) StoryStyle() string { return a.storyStyle }

// FirstStyleSource returns the source expressions of FirstStyle and StoryStyle for a
// content security policy.
func (a *Assets) FirstStyleSource() string {
	return styleSource(a.firstStyle) + " " + styleSource(a.storyStyle)
}

func styleSource(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// URL returns the address of an asset such as "site.css". It returns "" for an
// unknown name; a test of the templates finds these.
func (a *Assets) URL(name string) string { return a.urls[name] }

// Bytes returns the content of an asset, nil for an unknown name.
func (a *Assets) Bytes(name string) []byte {
	if found := a.byPath[a.urls[name]]; found != nil {
		return found.plain
	}
	return nil
}

// ServeHTTP serves the assets under their hashed names. It answers 404 for all
// other paths.
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
	accept := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	if e := encoding.Negotiate(accept, encoding.Gzip, encoding.Brotli); e != encoding.Identity {
		body, etag = found.compressed()[e], found.etag+"-"+e.String()
		h.Set("Content-Encoding", e.String())
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	if encoding.Matches(strings.Join(r.Header.Values("If-None-Match"), ","), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}

// accentRule matches the rule of an accent colour in the light scheme.
var accentRule = regexp.MustCompile(`\.accent-(\w+){--accent:(#[0-9a-f]{6})}`)

// defaultAccent matches the accent colour of a page without such a rule.
var defaultAccent = regexp.MustCompile(`--accent:(#[0-9a-f]{6})`)

// AccentColor returns the value of an accent colour in the light scheme, such as
// #8c1c2b.
func (a *Assets) AccentColor(name string) string {
	for _, rule := range accentRule.FindAllStringSubmatch(a.firstStyle, -1) {
		if rule[1] == name {
			return rule[2]
		}
	}
	if found := defaultAccent.FindStringSubmatch(a.firstStyle); found != nil {
		return found[1]
	}
	return ""
}

// Worker returns the script of the service worker: the one that keeps articles for
// reading offline, or the one that removes it from browsers again.
func (a *Assets) Worker(installable bool) []byte {
	name := "worker/gone.js"
	if installable {
		name = "worker/worker.js"
	}
	script, err := files.ReadFile(name)
	if err != nil {
		panic(err) // the files are embedded
	}
	return script
}
