package webtest

import (
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// pending is a request that is not yet complete.
type pending struct {
	method  string
	target  string
	fields  url.Values
	own     map[string]bool // fields that the script has set
	header  http.Header
	without []string
	body    string
	kind    string // the content type of a raw body
	files   []file
	parts   bool // the form has its fields in parts, as one with files
}

// file is a file of a form.
type file struct {
	field, name string
	data        []byte
}

func newPending(method, target string) *pending {
	return &pending{method: method, target: target, fields: url.Values{}, own: map[string]bool{}, header: http.Header{}}
}

// field replaces the form's values of a name. If a script sets a name twice, both
// values are sent.
func (p *pending) field(name, value string) {
	if !p.own[name] {
		p.fields.Del(name)
		p.own[name] = true
	}
	p.fields.Add(name, value)
}

// build makes the request as a browser does: form fields go into the query or the
// body, and a request that can change something has an Origin.
func (p *pending) build(base *url.URL, remote string) (*http.Request, error) {
	target, err := base.Parse(p.target)
	if err != nil {
		return nil, fmt.Errorf("the address %q: %w", p.target, err)
	}
	body, kind := p.body, p.kind
	reads := p.method == http.MethodGet || p.method == http.MethodHead
	switch {
	case len(p.files) > 0 || p.parts:
		if body, kind, err = multipartBody(p.fields, p.files); err != nil {
			return nil, err
		}
	case len(p.fields) > 0 && kind != "":
		return nil, errors.New("a request has either fields or a raw body")
	case len(p.fields) > 0 && reads:
		target.RawQuery = p.fields.Encode()
	case len(p.fields) > 0:
		body, kind = p.fields.Encode(), "application/x-www-form-urlencoded"
	}
	r := httptest.NewRequest(p.method, target.String(), strings.NewReader(body))
	r.RemoteAddr = remote
	r.Header.Set("User-Agent", "Mozilla/5.0 (webtest)")
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if !reads {
		r.Header.Set("Origin", base.Scheme+"://"+base.Host)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	maps.Copy(r.Header, p.header)
	for _, name := range p.without {
		r.Header.Del(name)
	}
	if host := p.header.Get("Host"); host != "" {
		r.Host = host
	}
	return r, nil
}

// multipartBody writes a form with files (RFC 7578).
func multipartBody(fields url.Values, files []file) (body, kind string, err error) {
	var b strings.Builder
	w := multipart.NewWriter(&b)
	for name, values := range fields {
		for _, value := range values {
			if err := w.WriteField(name, value); err != nil {
				return "", "", err
			}
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.name)
		if err == nil {
			_, err = part.Write(f.data)
		}
		if err != nil {
			return "", "", err
		}
	}
	err = w.Close()
	return b.String(), w.FormDataContentType(), err
}

// fromLink requests the address of a link of the page.
func fromLink(page *Response, selector string) (*pending, error) {
	n, err := page.one(selector)
	if err != nil {
		return nil, err
	}
	href, ok := attr(n, "href")
	if !ok {
		return nil, fmt.Errorf("%s is no link", selector)
	}
	return resolved(page, http.MethodGet, href)
}

// fromForm sends a form of the page with its present values.
func fromForm(page *Response, selector string) (*pending, error) {
	form, err := page.one(selector)
	if err != nil {
		return nil, err
	}
	if !isElement(form, "form") {
		return nil, fmt.Errorf("%s is no form", selector)
	}
	method, _ := attr(form, "method")
	action, _ := attr(form, "action")
	p, err := resolved(page, strings.ToUpper(first(method, http.MethodGet)), action)
	if err != nil {
		return nil, err
	}
	enctype, _ := attr(form, "enctype")
	p.parts = enctype == "multipart/form-data"
	for n := range walk(page.document()) {
		if owner(n) == form || ownedByID(n, form) {
			if name, value, ok := formValue(n); ok {
				p.fields.Add(name, value)
			}
		}
	}
	return p, nil
}

func resolved(page *Response, method, address string) (*pending, error) {
	target, err := page.Request.URL.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the address %q: %w", address, err)
	}
	target.Fragment = ""
	return newPending(method, target.String()), nil
}

// owner returns the form of a control.
func owner(n *html.Node) *html.Node {
	if _, elsewhere := attr(n, "form"); elsewhere {
		return nil
	}
	return closest(n, "form")
}

func ownedByID(n, form *html.Node) bool {
	id, _ := attr(form, "id")
	named, ok := attr(n, "form")
	return ok && id != "" && named == id
}

// formValue returns the initial value of a control. Buttons send no value: the
// script says with "field" which one is pressed.
func formValue(n *html.Node) (name, value string, ok bool) {
	name, _ = attr(n, "name")
	if _, disabled := attr(n, "disabled"); disabled || name == "" {
		return "", "", false
	}
	value, hasValue := attr(n, "value")
	switch {
	case isElement(n, "textarea"):
		var b strings.Builder
		for d := range n.Descendants() {
			b.WriteString(d.Data)
		}
		return name, b.String(), true
	case isElement(n, "select"):
		return name, chosen(n), true
	case !isElement(n, "input"):
		return "", "", false
	}
	switch kind, _ := attr(n, "type"); strings.ToLower(kind) {
	case "submit", "button", "image", "reset", "file":
		return "", "", false
	case "checkbox", "radio":
		if _, checked := attr(n, "checked"); !checked {
			return "", "", false
		}
		if !hasValue {
			value = "on"
		}
	}
	return name, value, true
}

// chosen returns the value of the selected option, or of the first.
func chosen(list *html.Node) (value string) {
	seen := false
	for n := range list.Descendants() {
		if !isElement(n, "option") {
			continue
		}
		own, ok := attr(n, "value")
		if !ok {
			own = Text(n)
		}
		if _, selected := attr(n, "selected"); selected {
			return own
		}
		if !seen {
			value, seen = own, true
		}
	}
	return value
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
