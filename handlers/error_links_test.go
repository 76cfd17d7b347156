package handlers_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// Each error about a link that was used or has expired leads to a place that
// sends another one.
func TestExpiredLinksLeadOn(t *testing.T) {
	t.Parallel()
	gone := regexp.MustCompile(`models\.Refusal\(models\.Gone, "([^"]+)"`)
	found := 0
	for _, dir := range []string{".", "../models"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(dir + "/" + path)
			for _, m := range gone.FindAllStringSubmatch(string(data), -1) {
				found++
				if code := m[1]; code != "comment-gone" && handlers.ErrorLinks[code].URL == "" {
					t.Errorf("%s/%s: the page of %q leads nowhere", dir, path, code)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 8 {
		t.Errorf("only %d errors were found", found)
	}
}

func TestTheUsedResetLinkLeadsToANewOne(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.options.Mail = true
	d := (&deskSite{testSite: s, users: map[people.Role]*people.User{}}).newBrowser("10.0.0.1")
	d.handler = s.server().Handler
	for name, ask := range map[string]func() string{
		"looked at": func() string { return d.send(http.MethodGet, "/password/reset/?key=used", nil).Body.String() },
		"sent": func() string {
			return d.send(http.MethodPost, "/password/reset/", url.Values{"key": {"used"}, "password": {"a long password"}}).Body.String()
		},
	} {
		if page := ask(); !strings.Contains(page, `href="/password/forgot/"`) {
			t.Errorf("%s: no way to a new link", name)
		}
	}
}
