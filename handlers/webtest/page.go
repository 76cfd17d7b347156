package webtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// Response is an answer with its request.
type Response struct {
	Request *http.Request
	Status  int
	Header  http.Header
	Body    []byte // decompressed

	parse sync.Once
	root  *html.Node
}

// Fetch lets the handler answer the request. It decompresses the body; the header
// still has the Content-Encoding.
func Fetch(h http.Handler, r *http.Request) (*Response, error) {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	body := io.Reader(rec.Body)
	var err error
	if r.Method != http.MethodHead {
		switch rec.Header().Get("Content-Encoding") {
		case "br":
			body = brotli.NewReader(body)
		case "gzip":
			body, err = gzip.NewReader(body)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("a body said to be gzip is not: %w", err)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return &Response{Request: r, Status: rec.Code, Header: rec.Result().Header, Body: raw}, nil
}

// MediaType returns the Content-Type without its parameters.
func (r *Response) MediaType() string {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media
}

// document returns the parsed page. The HTML parser accepts any input, so it is
// never nil.
func (r *Response) document() *html.Node {
	r.parse.Do(func() {
		root, err := html.Parse(bytes.NewReader(r.Body))
		if err != nil {
			root = &html.Node{Type: html.DocumentNode}
		}
		r.root = root
	})
	return r.root
}

// Find returns the elements that match the CSS selector, in document order.
func (r *Response) Find(selector string) ([]*html.Node, error) {
	group, err := cascadia.ParseGroup(selector)
	if err != nil {
		return nil, fmt.Errorf("the selector %q: %w", selector, err)
	}
	return cascadia.QueryAll(r.document(), group), nil
}

// Text returns the visible text of an element, without scripts and styles. Runs of
// white space are one space.
func Text(n *html.Node) string {
	var b strings.Builder
	for d := range walk(n) {
		if d.Type == html.TextNode && (d.Parent == nil || !isElement(d.Parent, "script", "style", "template")) {
			b.WriteString(d.Data)
		} else if isElement(d, "br", "p", "div", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd") {
			b.WriteByte(' ')
		}
	}
	return squeeze(b.String())
}

// squeeze replaces each run of white space by one space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// walk visits a node and its descendants in document order.
func walk(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		if !yield(n) {
			return
		}
		for d := range n.Descendants() {
			if !yield(d) {
				return
			}
		}
	}
}

func isElement(n *html.Node, names ...string) bool {
	if n.Type != html.ElementNode {
		return false
	}
	for _, name := range names {
		if n.Data == name {
			return true
		}
	}
	return false
}

// attr returns the value of an attribute and whether the element has it.
func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// closest returns n or its nearest ancestor with the name; nil if there is none.
func closest(n *html.Node, names ...string) *html.Node {
	for ; n != nil; n = n.Parent {
		if isElement(n, names...) {
			return n
		}
	}
	return nil
}
