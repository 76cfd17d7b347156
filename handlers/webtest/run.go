package webtest

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Server is the server that a script tests.
type Server struct {
	// Handler answers the requests.
	Handler http.Handler
	// URL is the site's own address; empty means http://example.test.
	URL string
	// Commands are the commands of "run" by name.
	Commands map[string]func(args ...string) error
	// File makes the content of an uploaded file from its description in the script. It
	// may be nil.
	File func(content string) ([]byte, error)
	// After, if not nil, is called after every answer of a script, for further checks.
	// Its error fails the line of the request.
	After func(*Response) error
}

// Run runs every script that matches glob as a parallel subtest, each on a
// server of its own. It fails when there is no such script.
func Run(t *testing.T, glob string, newServer func(t *testing.T) Server) {
	t.Helper()
	files, err := filepath.Glob(glob)
	if err != nil || len(files) == 0 {
		t.Fatalf("no script matches %s", glob)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, failure := range play(string(src), newServer(t)) {
				t.Errorf("%s:%s", file, failure)
			}
		})
	}
}

// visitor is the browser at the beginning of every script.
const visitor = "a visitor"

// player runs one script.
type player struct {
	server   Server
	base     *url.URL
	jars     map[string]http.CookieJar
	who      string
	remote   string
	vars     map[string]string
	pending  *pending
	asked    int // the line of the pending or last request
	last     *Response
	allowed  []string
	checked  bool // whether last has been checked by CheckResponse
	failures []string
}

// play runs a script and returns its failures, each with the number of the line.
// It ends after a failed request, because the following lines depend on it. It
// continues after a failed expectation.
func play(src string, server Server) []string {
	steps, err := parseScript(src)
	if err != nil {
		return []string{err.Error()}
	}
	base, err := url.Parse(first(server.URL, "http://example.test"))
	if err != nil {
		return []string{"0: the server's address: " + err.Error()}
	}
	p := &player{
		server: server, base: base, jars: map[string]http.CookieJar{}, who: visitor,
		remote: "192.0.2.1:40000", vars: map[string]string{}, checked: true,
	}
	for _, s := range steps {
		if err := p.step(s); err != nil {
			p.fail(s.line, err)
			if errors.Is(err, errLost) {
				return p.failures
			}
		}
	}
	if err := p.send(); err != nil {
		p.fail(p.asked, err)
	}
	p.check()
	return p.failures
}

// errLost marks a failure that ends the script.
var errLost = errors.New("the script ends here")

func lost(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w (%w)", err, errLost)
}

func (p *player) fail(line int, err error) {
	p.failures = append(p.failures, fmt.Sprintf("%d: %v", line, err))
}

func (p *player) step(s step) error {
	if err := p.fill(&s); err != nil {
		return lost(err)
	}
	switch s.verb {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "click", "submit", "follow":
		return lost(p.ask(s))
	case "field", "with", "without", "send", "file":
		return lost(p.describe(s))
	case "as":
		return lost(p.become(s.bare))
	case "from":
		p.remote = s.bare + ":40000"
		return nil
	}
	if err := p.send(); err != nil {
		return lost(err)
	}
	switch s.verb {
	case "run":
		return lost(p.run(s))
	case "let":
		return lost(p.let(s))
	}
	return p.expect(s)
}

var variable = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// fill replaces variables by their values. In a raw body, braces that name no
// variable stay.
func (p *player) fill(s *step) (err error) {
	put := func(text string, strict bool) string {
		return variable.ReplaceAllStringFunc(text, func(name string) string {
			value, ok := p.vars[name[1:len(name)-1]]
			if !ok {
				if strict {
					err = fmt.Errorf("nothing was called %s", name)
				}
				return name
			}
			return value
		})
	}
	s.bare, s.body = put(s.bare, true), put(s.body, false)
	for i, text := range s.texts {
		s.texts[i] = put(text, s.verb != "let")
	}
	return err
}

// ask starts a request.
func (p *player) ask(s step) (err error) {
	if err := p.send(); err != nil {
		return err
	}
	previous := p.last
	p.check()
	p.asked, p.last = s.line, nil
	if previous == nil && (s.verb == "click" || s.verb == "submit" || s.verb == "follow") {
		return errors.New("there is no page yet")
	}
	switch s.verb {
	case "click":
		p.pending, err = fromLink(previous, s.bare)
	case "submit":
		p.pending, err = fromForm(previous, s.bare)
	case "follow":
		to := previous.Header.Get("Location")
		if previous.Status/100 != 3 || to == "" {
			return fmt.Errorf("the answer does not redirect; %s", previous.outcome())
		}
		p.pending, err = resolved(previous, http.MethodGet, to)
	default:
		p.pending = newPending(s.verb, s.bare)
	}
	return err
}

// describe adds a line to the pending request.
func (p *player) describe(s step) error {
	if p.pending == nil {
		return fmt.Errorf("%q belongs to a request, before what is expected of its answer", s.verb)
	}
	name, rest, _ := strings.Cut(s.bare, " ")
	value := strings.TrimSpace(rest)
	if len(s.texts) > 0 {
		value = s.texts[0]
	}
	switch {
	case s.verb == "file":
		return p.attach(name, s.texts)
	case name == "" || len(s.texts) > 1:
		return fmt.Errorf("%q needs a name and at most one text", s.verb)
	case s.verb == "field":
		p.pending.field(name, value)
	case s.verb == "with":
		p.pending.header.Set(name, value)
	case s.verb == "without":
		p.pending.without = append(p.pending.without, name)
	case s.verb == "send":
		p.pending.kind, p.pending.body = s.bare, s.body
	}
	return nil
}

// attach adds a file to the form of the pending request.
func (p *player) attach(field string, texts []string) error {
	if field == "" || len(texts) != 2 || p.server.File == nil {
		return errors.New("\"file\" needs a field, a name and a content, and a server that makes it")
	}
	data, err := p.server.File(texts[1])
	p.pending.files = append(p.pending.files, file{field, texts[0], data})
	return err
}

// become changes the browser, also for the pending request.
func (p *player) become(name string) error {
	if name == "" {
		return errors.New("as whom?")
	}
	p.who = name
	if name == visitor {
		delete(p.jars, visitor)
	}
	return nil
}

func (p *player) jar() http.CookieJar {
	if p.jars[p.who] == nil {
		p.jars[p.who], _ = cookiejar.New(nil) // cannot fail without options
	}
	return p.jars[p.who]
}

// send sends the pending request, if there is one. It repeats a GET as a HEAD and
// compares the two answers.
func (p *player) send() error {
	if p.pending == nil {
		return nil
	}
	asked := p.pending
	p.pending, p.checked, p.allowed = nil, false, nil
	r, err := asked.build(p.base, p.remote)
	if err != nil {
		return err
	}
	jar := p.jar()
	for _, c := range jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	if p.last, err = Fetch(p.server.Handler, r); err != nil {
		return err
	}
	jar.SetCookies(r.URL, (&http.Response{Header: p.last.Header}).Cookies())
	if r.Method == http.MethodGet {
		head := r.Clone(r.Context())
		head.Method = http.MethodHead
		answer, err := Fetch(p.server.Handler, head)
		if err != nil {
			return err
		}
		for _, problem := range compareHead(p.last, answer) {
			p.fail(p.asked, errors.New(problem))
		}
	}
	if p.server.After != nil {
		return p.server.After(p.last)
	}
	return nil
}

// check checks the last answer when the next request begins, so that "allow" may
// come between the expectations.
func (p *player) check() {
	if p.checked || p.last == nil {
		return
	}
	p.checked = true
	for _, problem := range p.last.Problems(p.allowed...) {
		p.fail(p.asked, fmt.Errorf("%s (rule %s)", problem.Text, problem.Rule))
	}
}

func (p *player) run(s step) error {
	words := append(s.words(), s.texts...)
	if len(words) == 0 {
		return errors.New("run what?")
	}
	command, ok := p.server.Commands[words[0]]
	if !ok {
		return fmt.Errorf("there is no command %q", words[0])
	}
	return command(words[1:]...)
}
