//go:build browser

package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBrowserREST reads the demo newsroom, and writes to it, by wpapi, a client library of WordPress's
// REST interface, in Node.js. BROADSHEET_WPAPI is the folder of the library.
func TestBrowserREST(t *testing.T) {
	library, dir := required(t, "BROADSHEET_WPAPI"), t.TempDir()
	binary := filepath.Join(dir, "broadsheet")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	s := &site{env: []string{"HOME=" + dir, "PATH=/usr/bin:/bin", "TMPDIR=" + dir}}
	if err := s.start(dir, binary, "--demo", "--data", filepath.Join(dir, "site")); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	}()
	accounts := map[string][]string{"contributor": {"wilma@example.org", "seven quiet ferries at dusk"}}
	for _, m := range demoSignIn.FindAllStringSubmatch(s.log.String(), -1) {
		words := strings.Fields(m[1])
		accounts[words[0]] = words[1:]
	}
	add := exec.Command(binary, "people", "add", "--name", "Wilma Ott", "--email", accounts["contributor"][0], "--role", "contributor",
		"--password-stdin", "--data", filepath.Join(dir, "site"))
	add.Env, add.Stdin = s.env, strings.NewReader(accounts["contributor"][1]+"\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("adding a contributor: %v\n%s", err, out)
	}
	// The demo is read before the other script adds posts to it.
	for _, script := range [][]string{
		{"wpapi.js"},
		slices.Concat([]string{"wpapi_write.js"}, accounts["editor"], accounts["author"], accounts["contributor"]),
	} {
		args := slices.Concat([]string{"testdata/rest/" + script[0], library, s.url}, script[1:])
		if out, err := exec.Command("node", args...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script[0], err, out)
		}
	}
	args := slices.Concat([]string{"testdata/rest/importer.js", s.url}, accounts["editor"])
	if out, err := exec.Command("node", args...).CombinedOutput(); err != nil {
		t.Errorf("the importer: %v\n%s", err, out)
	}
}
