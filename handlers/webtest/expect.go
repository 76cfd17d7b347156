package webtest

import (
	"bytes"
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// expect compares the last answer with one line of the script.
func (p *player) expect(s step) error {
	if p.last == nil {
		return fmt.Errorf("%q needs a request before it", s.verb)
	}
	r := p.last
	switch s.verb {
	case "status":
		if strconv.Itoa(r.Status) != s.bare {
			return fmt.Errorf("want status %s; %s", s.bare, r.outcome())
		}
		return nil
	case "see":
		return r.see(s, true)
	case "no":
		return r.see(s, false)
	case "text":
		return r.exact(s)
	case "count":
		return r.count(s)
	case "order":
		return r.order(s)
	case "attr":
		return r.attribute(s)
	case "title":
		return r.see(step{bare: "title", texts: s.texts}, true)
	case "header", "no-header":
		return r.header(s)
	case "body":
		return r.body(s)
	case "allow":
		p.allowed = append(p.allowed, s.words()...)
		return knownRules(s.words())
	}
	return fmt.Errorf("there is no step %q", s.verb)
}

// outcome describes the answer in one line.
func (r *Response) outcome() string {
	s := fmt.Sprintf("%s %s answered %d", r.Request.Method, r.Request.URL.RequestURI(), r.Status)
	if to := r.Header.Get("Location"); to != "" {
		s += " to " + to
	}
	if found, _ := r.Find("h1"); len(found) > 0 {
		s += fmt.Sprintf(" with the heading %q", Text(found[0]))
	}
	return s
}

// one returns the first element that matches.
func (r *Response) one(selector string) (*html.Node, error) {
	found, err := r.Find(selector)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("there is no %s; %s", selector, r.outcome())
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (s step) text() (string, error) {
	if len(s.texts) != 1 {
		return "", fmt.Errorf("%q needs one text in double quotes", s.verb)
	}
	return squeeze(s.texts[0]), nil
}

func (r *Response) see(s step, want bool) error {
	if len(s.texts) > 1 {
		return errors.New("at most one text")
	}
	found, err := r.Find(s.bare)
	if err != nil {
		return err
	}
	text := squeeze(strings.Join(s.texts, ""))
	for _, n := range found {
		if has := Text(n); strings.Contains(has, text) {
			if want {
				return nil
			}
			return fmt.Errorf("there is a %s: %s", s.bare, shorten(has))
		}
	}
	switch {
	case !want:
		return nil
	case len(found) == 0:
		return fmt.Errorf("there is no %s; %s", s.bare, r.outcome())
	}
	return fmt.Errorf("no %s contains %q; there is %s", s.bare, text, list(found))
}

func (r *Response) exact(s step) error {
	want, err := s.text()
	if err != nil {
		return err
	}
	n, err := r.one(s.bare)
	if err != nil {
		return err
	}
	if has := Text(n); has != want {
		return fmt.Errorf("%s says %q, want %q", s.bare, has, want)
	}
	return nil
}

// lastWord splits "SELECTOR WORD".
func lastWord(bare string) (head, word string) {
	at := strings.LastIndexByte(bare, ' ')
	if at < 0 {
		return "", bare
	}
	return strings.TrimSpace(bare[:at]), bare[at+1:]
}

func (r *Response) count(s step) error {
	selector, number := lastWord(s.bare)
	want, err := strconv.Atoi(number)
	if err != nil || selector == "" {
		return errors.New("count needs a selector and a number")
	}
	found, err := r.Find(selector)
	if err == nil && len(found) != want {
		err = fmt.Errorf("%d × %s, want %d; there is %s", len(found), selector, want, list(found))
	}
	return err
}

func (r *Response) order(s step) error {
	if len(s.texts) < 2 {
		return errors.New("order needs two texts or more")
	}
	found, err := r.Find(s.bare)
	if err != nil {
		return err
	}
	rest := found
	for _, want := range s.texts {
		at := -1
		for i, n := range rest {
			if strings.Contains(Text(n), squeeze(want)) {
				at = i
				break
			}
		}
		if at < 0 {
			return fmt.Errorf("no %s with %q in its place; there is %s", s.bare, want, list(found))
		}
		rest = rest[at+1:]
	}
	return nil
}

func (r *Response) attribute(s step) error {
	selector, name := lastWord(s.bare)
	if len(s.texts) != 1 || selector == "" {
		return errors.New("attr needs a selector, a name and one text")
	}
	n, err := r.one(selector)
	if err != nil {
		return err
	}
	if has, ok := attr(n, name); !ok || has != s.texts[0] {
		return fmt.Errorf("%s has %s=%q, want %q", selector, name, has, s.texts[0])
	}
	return nil
}

func (r *Response) header(s step) error {
	has := r.Header[textproto.CanonicalMIMEHeaderKey(s.bare)]
	if s.verb == "no-header" {
		if len(has) > 0 {
			return fmt.Errorf("there is a header %s: %s", s.bare, strings.Join(has, ", "))
		}
		return nil
	}
	want, err := s.text()
	if err == nil && (len(has) == 0 || !strings.Contains(strings.Join(has, ", "), want)) {
		err = fmt.Errorf("the header %s is %q, want %q in it", s.bare, has, want)
	}
	return err
}

func (r *Response) body(s step) error {
	if len(s.texts) != 1 || s.bare != "contains" && s.bare != "lacks" {
		return errors.New(`write body contains "text" or body lacks "text"`)
	}
	has := bytes.Contains(r.Body, []byte(s.texts[0]))
	if has != (s.bare == "contains") {
		return fmt.Errorf("want a body that %s %q; %s", s.bare, s.texts[0], r.outcome())
	}
	return nil
}

// let stores a part of the last answer in a variable.
func (p *player) let(s step) error {
	name, source, ok := strings.Cut(s.bare, " = ")
	kind, what, _ := strings.Cut(strings.TrimSpace(source), " ")
	if !ok || !variable.MatchString("{"+name+"}") || len(s.texts) > 1 {
		return errors.New(`write let name = attr SELECTOR NAME, or text SELECTOR, or header NAME, and perhaps a "regexp"`)
	}
	if p.last == nil {
		return errors.New("there is no answer yet")
	}
	value, err := p.last.extract(kind, what)
	if err != nil {
		return err
	}
	if len(s.texts) == 1 {
		pattern, err := regexp.Compile(s.texts[0])
		if err != nil {
			return err
		}
		m := pattern.FindStringSubmatch(value)
		if m == nil {
			return fmt.Errorf("%q does not match %s", value, pattern)
		}
		value = m[len(m)-1]
	}
	p.vars[name] = value
	return nil
}

func (r *Response) extract(kind, what string) (string, error) {
	switch kind {
	case "header":
		return r.Header.Get(what), nil
	case "text":
		n, err := r.one(what)
		if err != nil {
			return "", err
		}
		return Text(n), nil
	case "attr":
		selector, name := lastWord(what)
		n, err := r.one(selector)
		if err != nil {
			return "", err
		}
		value, ok := attr(n, name)
		if !ok {
			return "", fmt.Errorf("%s has no %s", selector, name)
		}
		return value, nil
	}
	return "", fmt.Errorf("take it from attr, text or header, not from %q", kind)
}

// list describes the first few of the elements that are there.
func list(nodes []*html.Node) string {
	if len(nodes) == 0 {
		return "none"
	}
	var texts []string
	for i, n := range nodes {
		if i == 5 {
			texts = append(texts, fmt.Sprintf("and %d more", len(nodes)-i))
			break
		}
		texts = append(texts, shorten(Text(n)))
	}
	return strings.Join(texts, ", ")
}

func shorten(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	return strconv.Quote(text)
}
