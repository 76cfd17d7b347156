package main

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// A server prints these lines before it listens.

var firstLink = regexp.MustCompile(`(?m)^first administrator: http://[^/]+(/first/\?key=\S+)$`)

func firstLinkCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	if len(args) != 1 {
		ts.Fatalf("usage, after serve: firstlink NAME")
	}
	found := firstLink.FindStringSubmatch(s.log.String())
	if (found == nil) != neg {
		ts.Fatalf("the server said: %s", s.log)
	}
	if found != nil {
		ts.Setenv(args[0], found[1])
	}
}

var demoSignIn = regexp.MustCompile(`(?m)^demo sign-in: (\S+ \S+ \S+)$`)

func demoSignInsCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	if neg || len(args) != 1 {
		ts.Fatalf("usage, after serve: demosignins FILE")
	}
	var lines strings.Builder
	for _, m := range demoSignIn.FindAllStringSubmatch(s.log.String(), -1) {
		lines.WriteString(m[1] + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(lines.String()), 0o600))
}

func signInCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	if neg || len(args) != 1 {
		ts.Fatalf("usage, after serve: signin FILE")
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		words := strings.Fields(line)
		client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := client.PostForm(strings.TrimSuffix(s.url, "/")+"/login", url.Values{"email": {words[1]}, "password": {words[2]}})
		ts.Check(err)
		answer.Body.Close()
		if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) != 1 {
			ts.Fatalf("%s: %s, %v", words[1], answer.Status, answer.Cookies())
		}
	}
}
