package webtest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Problem is a broken rule of CheckResponse.
type Problem struct {
	Rule string // one of the names in rules
	Text string // the fault in words
}

// rules has each rule with its requirement. "allow" in a script and the last
// parameter of CheckResponse disable a rule by its name.
var rules = map[string]string{
	"cookie":      "a reader without cookies gets none by reading",
	"security":    "nosniff everywhere; a strict content security policy on every page",
	"type":        "a body has a content type and is what that says",
	"well-formed": "every element is closed, in the right order",
	"id":          "no id is used twice; what refers to an id finds it",
	"escape":      "no text is escaped twice, no markup is shown as text",
	"template":    "no trace of a template or a formatting that failed",
	"heading":     "a page has one h1, a title and a language",
	"alt":         "every picture has an alt attribute",
	"label":       "every control has a name that can be read out",
	"inline":      "no script, style or handler inside the page",
	"foreign":     "nothing is loaded from, or sent to, another host",
}

func knownRules(names []string) error {
	for _, name := range names {
		if _, ok := rules[name]; !ok {
			return fmt.Errorf("there is no rule %q to allow", name)
		}
	}
	return nil
}

// CheckResponse fails the test for each rule that the answer breaks. It skips the
// rules in except. Every answer is checked, whether or not the test is about it.
func CheckResponse(t testing.TB, r *Response, except ...string) {
	t.Helper()
	if err := knownRules(except); err != nil {
		t.Error(err)
	}
	for _, p := range r.Problems(except...) {
		t.Errorf("%s %s: %s (rule %s)", r.Request.Method, r.Request.URL.RequestURI(), p.Text, p.Rule)
	}
}

// Problems lists the rules that the answer breaks, but those named in
// except.
func (r *Response) Problems(except ...string) []Problem {
	var found []Problem
	add := func(rule, format string, args ...any) {
		p := Problem{Rule: rule, Text: fmt.Sprintf(format, args...)}
		if !slices.Contains(except, rule) && !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	r.checkHeader(add)
	if r.Request.Method == http.MethodHead || len(r.Body) == 0 {
		return found
	}
	r.checkType(add)
	if media := r.MediaType(); media == "text/html" || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") {
		for _, trace := range traces {
			if m := trace.Find(r.Body); m != nil {
				add("template", "the body has %q in it", m)
			}
		}
	}
	// Readers never see the one-link page of a redirect.
	if r.MediaType() == "text/html" && r.Status/100 != 3 {
		r.checkMarkup(add)
	}
	return found
}

// report is how a check says that a rule is broken.
type report func(rule, format string, args ...any)

func (r *Response) checkHeader(add report) {
	reads := r.Request.Method == http.MethodGet || r.Request.Method == http.MethodHead
	if reads && len(r.Request.Cookies()) == 0 && len(r.Header.Values("Set-Cookie")) > 0 {
		name, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), "=")
		add("cookie", "a visitor's %s sets the cookie %s", r.Request.Method, name)
	}
	if got := r.Header.Get("X-Content-Type-Options"); got != "nosniff" {
		add("security", "X-Content-Type-Options is %q, want nosniff", got)
	}
	if r.MediaType() != "text/html" {
		return
	}
	switch policy := r.Header.Get("Content-Security-Policy"); {
	case policy == "":
		add("security", "there is no Content-Security-Policy")
	case strings.Contains(policy, "'unsafe-"):
		add("security", "the Content-Security-Policy allows something unsafe: %s", policy)
	case !strings.Contains(policy, "default-src"):
		add("security", "the Content-Security-Policy has no default-src: %s", policy)
	}
}

// checkType parses the body as its Content-Type says.
func (r *Response) checkType(add report) {
	media := r.MediaType()
	text := strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml")
	switch {
	case media == "":
		add("type", "a body of %d bytes without a content type", len(r.Body))
	case text && !utf8.Valid(r.Body):
		add("type", "the text is not valid UTF-8")
	case media == "text/html" && !strings.Contains(strings.ToLower(r.Header.Get("Content-Type")), "charset=utf-8"):
		add("type", "the content type does not say charset=utf-8")
	case strings.HasSuffix(media, "json") && !json.Valid(r.Body):
		add("type", "this is no JSON")
	case strings.HasSuffix(media, "xml"):
		if err := readXML(r.Body); err != nil {
			add("type", "the XML is not well-formed: %v", err)
		}
	}
}

func readXML(body []byte) error {
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// passing lists the headers that may differ between a GET and the HEAD after it:
// they depend on the moment, not on the page.
var passing = []string{
	"Date", "Age", "X-Cache", "Cache-Status", "X-Request-Id", "Server-Timing", "Set-Cookie", "Content-Length",
	"Content-Encoding",
}

// compareHead says how the answer to HEAD differs from that to GET.
func compareHead(get, head *Response) (problems []string) {
	if get.Status != head.Status {
		return []string{fmt.Sprintf("GET answers %d but HEAD %d", get.Status, head.Status)}
	}
	names := map[string]bool{}
	for name := range get.Header {
		names[name] = true
	}
	for name := range head.Header {
		names[name] = true
	}
	for name := range names {
		a, b := get.Header.Values(name), head.Header.Values(name)
		if !slices.Contains(passing, name) && !slices.Equal(a, b) {
			problems = append(problems, fmt.Sprintf("the header %s is %q for GET but %q for HEAD", name, a, b))
		}
	}
	slices.Sort(problems)
	return problems
}
