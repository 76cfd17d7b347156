package webtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// traces match the output of a template or a format verb that failed.
var traces = []*regexp.Regexp{
	regexp.MustCompile(`ZgotmplZ`),
	regexp.MustCompile(`<no value>|&lt;no value&gt;`),
	regexp.MustCompile(`template: [\w./-]+:\d+`),
	regexp.MustCompile(`%![a-zA-Z]\(`),
	regexp.MustCompile(`%!\((?:EXTRA|NOVERB|BADINDEX)`),
	regexp.MustCompile(`\{\{-? ?[.$a-z]`),
}

// An entity that is still there once the parser has resolved all of them
// was escaped twice; a tag that is there was never meant as text.
var (
	entityLeft = regexp.MustCompile(`&(?:amp|lt|gt|quot|nbsp|apos|hellip|[lr][sd]quo|[nm]dash|#\d{2,5}|#x[0-9a-fA-F]{2,5});`)
	tagLeft    = regexp.MustCompile(`(?i)</?(?:p|a|b|i|br|em|strong|div|span|ul|ol|li|h[1-6]|img|blockquote|figure|time)(?:\s[^<>]*)?/?>`)
)

func (r *Response) checkMarkup(add report) {
	checkBalance(r.Body, add)
	root := r.document()
	ids := map[string]bool{}
	for n := range walk(root) {
		checkText(n, add)
		if n.Type != html.ElementNode {
			continue
		}
		if id, ok := attr(n, "id"); ok {
			if ids[id] || id == "" {
				add("id", "the id %q is used twice or is empty", id)
			}
			ids[id] = true
		}
		r.checkInline(n, add)
		r.checkHosts(n, add)
	}
	checkElements(root, add)
	for n := range walk(root) {
		checkReferences(n, ids, add)
		checkLabel(n, root, add)
	}
}

// checkElements reports a page without exactly one h1 and one title, a page without
// a language, and pictures without an alt attribute.
func checkElements(root *html.Node, add report) {
	var headings, titles int
	for n := range walk(root) {
		switch {
		case isElement(n, "h1"):
			headings++
		case isElement(n, "title") && closest(n, "svg") == nil && Text(n) != "":
			titles++
		case isElement(n, "html"):
			if lang, _ := attr(n, "lang"); lang == "" {
				add("heading", "the page does not say its language")
			}
		case isElement(n, "img"):
			if _, ok := attr(n, "alt"); !ok {
				src, _ := attr(n, "src")
				add("alt", "the picture %s has no alt attribute", src)
			}
		}
	}
	if headings != 1 {
		add("heading", "the page has %d h1, want one", headings)
	}
	if titles != 1 {
		add("heading", "the page has %d titles, want one", titles)
	}
}

// checkText finds escaping errors in a text and in the attributes that people or
// browsers read. Code and the values of form fields may contain markup.
func checkText(n *html.Node, add report) {
	look := func(where, text string) {
		if m := entityLeft.FindString(text); m != "" {
			add("escape", "%s was escaped twice: %s", where, around(text, m))
		}
		if m := tagLeft.FindString(text); m != "" {
			add("escape", "%s shows markup as text: %s", where, around(text, m))
		}
	}
	switch {
	case n.Type == html.TextNode && closest(n, "code", "pre", "kbd", "samp", "textarea", "script", "style", "noscript") == nil:
		look("a text", n.Data)
	case n.Type == html.ElementNode:
		for _, a := range n.Attr {
			if slices.Contains([]string{"href", "src", "srcset", "alt", "title", "content", "aria-label", "action", "placeholder"}, a.Key) {
				look(n.Data+"'s "+a.Key, a.Val)
			}
		}
	}
}

// around returns the text around found.
func around(text, found string) string {
	at := strings.Index(text, found)
	return shorten(squeeze(strings.ToValidUTF8(text[max(0, at-30):min(len(text), at+len(found)+30)], "")))
}

// checkInline reports inline content that the content security policy blocks, which
// no visitor would notice.
func (r *Response) checkInline(n *html.Node, add report) {
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
			add("inline", "%s has the attribute %s", n.Data, a.Key)
		case strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
			add("inline", "%s's %s is a script", n.Data, a.Key)
		}
	}
	var content string
	if n.FirstChild != nil && isElement(n, "script", "style") {
		content = n.FirstChild.Data
	}
	kind, _ := attr(n, "type")
	_, outside := attr(n, "src")
	switch {
	case isElement(n, "script") && kind == "application/ld+json":
		if !json.Valid([]byte(content)) {
			add("inline", "the structured data are no JSON: %s", shorten(content))
		}
	case isElement(n, "script") && !outside, isElement(n, "style"):
		if !r.policyNames(content) {
			add("inline", "an inline %s whose hash the policy does not name", n.Data)
		}
	}
}

// policyNames reports whether the content security policy lets the inline
// content through by its hash.
func (r *Response) policyNames(content string) bool {
	sum := sha256.Sum256([]byte(content))
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	return strings.Contains(r.Header.Get("Content-Security-Policy"), hash)
}

// loads lists, by element, the attributes with an address that a browser requests
// by itself, and the address of a form, which receives the reader's text.
var loads = map[string][]string{
	"script": {"src"}, "img": {"src", "srcset"}, "source": {"src", "srcset"}, "iframe": {"src"}, "video": {"src", "poster"},
	"audio": {"src"}, "track": {"src"}, "embed": {"src"}, "object": {"data"}, "input": {"src", "formaction"},
	"button": {"formaction"}, "form": {"action"}, "use": {"href"}, "image": {"href"}, "base": {"href"},
}

// quietLinks are the kinds of <link> without a request.
var quietLinks = []string{"canonical", "alternate", "next", "prev", "shortlink", "author", "license", "search", "help", "me", "webmention"}

func (r *Response) checkHosts(n *html.Node, add report) {
	names := loads[n.Data]
	if rel, _ := attr(n, "rel"); isElement(n, "link") && !slices.Contains(quietLinks, strings.ToLower(rel)) &&
		!strings.HasPrefix(strings.ToLower(rel), "alternate ") {
		names = []string{"href"}
	}
	for _, name := range names {
		value, ok := attr(n, name)
		if !ok {
			continue
		}
		addresses := []string{value}
		if name == "srcset" {
			addresses = strings.Split(value, ", ")
		}
		for _, address := range addresses {
			address, _, _ = strings.Cut(strings.TrimSpace(address), " ")
			if u, err := url.Parse(address); err != nil || u.Host != "" && u.Host != r.Request.Host {
				add("foreign", "%s's %s goes to another host: %s", n.Data, name, address)
			}
		}
	}
}

// checkReferences reports references to ids that the page does not have.
func checkReferences(n *html.Node, ids map[string]bool, add report) {
	if n.Type != html.ElementNode {
		return
	}
	for _, name := range []string{
		"for", "form", "list", "headers", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details",
		"aria-errormessage",
	} {
		value, _ := attr(n, name)
		for id := range strings.FieldsSeq(value) {
			if !ids[id] {
				add("id", "%s's %s speaks of #%s, which is not there", n.Data, name, id)
			}
		}
	}
	if href, _ := attr(n, "href"); isElement(n, "a") && strings.HasPrefix(href, "#") {
		id, err := url.PathUnescape(href[1:])
		if err != nil || id != "" && id != "top" && !ids[id] {
			add("id", "a link leads to %s, which is not there", href)
		}
	}
}

// checkLabel reports a control without a name: it needs a label for it or around it,
// an ARIA label, or a button's own words.
func checkLabel(n, root *html.Node, add report) {
	if !isElement(n, "input", "select", "textarea", "button") {
		return
	}
	kind, _ := attr(n, "type")
	value, _ := attr(n, "value")
	button := isElement(n, "input") && slices.Contains([]string{"submit", "reset", "button"}, kind)
	if kind == "hidden" || button && (value != "" || kind != "button") || isElement(n, "button") && readable(n) {
		return
	}
	for _, name := range []string{"aria-label", "title", "aria-labelledby"} {
		if v, _ := attr(n, name); strings.TrimSpace(v) != "" {
			return
		}
	}
	if alt, _ := attr(n, "alt"); kind == "image" && alt != "" {
		return
	}
	if label := closest(n, "label"); label != nil && readable(label) {
		return
	}
	if id, ok := attr(n, "id"); ok {
		for l := range walk(root) {
			if named, _ := attr(l, "for"); isElement(l, "label") && named == id && readable(l) {
				return
			}
		}
	}
	name, _ := attr(n, "name")
	add("label", "the %s %q has no label", n.Data, name)
}

// readable reports whether n has words, or a picture with a text.
func readable(n *html.Node) bool {
	if Text(n) != "" {
		return true
	}
	for d := range n.Descendants() {
		for _, name := range []string{"alt", "aria-label"} {
			if v, _ := attr(d, name); strings.TrimSpace(v) != "" {
				return true
			}
		}
	}
	return false
}

// Elements without an end tag, and those with an optional end tag.
var (
	void     = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
	optional = []string{
		"p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup",
		"caption", "rt", "rp", "html", "head", "body",
	}
)

// checkBalance reads the page tag by tag: the HTML parser repairs unclosed elements
// silently.
func checkBalance(body []byte, add report) {
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		kind := z.Next()
		raw, _ := z.TagName()
		name := string(raw)
		switch kind {
		case html.ErrorToken:
			for _, left := range open {
				if !slices.Contains(optional, left) {
					add("well-formed", "<%s> is never closed", left)
				}
			}
			return
		case html.StartTagToken:
			if !slices.Contains(void, name) {
				open = append(open, name)
			}
		case html.EndTagToken:
			at := len(open) - 1
			for at >= 0 && open[at] != name && slices.Contains(optional, open[at]) {
				at--
			}
			if at < 0 || open[at] != name {
				inside := "nothing"
				if at >= 0 {
					inside = "<" + open[at] + ">"
				}
				add("well-formed", "</%s> inside %s", name, inside)
				return
			}
			open = open[:at]
		}
	}
}
