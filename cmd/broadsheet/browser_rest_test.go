//go:build browser

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestBrowserREST reads the demo newsroom by wpapi, a client library of WordPress's
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
	out, err := exec.Command("node", "testdata/rest/wpapi.js", library, s.url).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
