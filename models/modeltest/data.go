package modeltest

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Data returns the path of a test data file. It skips the test if there is no test
// data; with BROADSHEET_TEST_DATA set, a missing file fails the test.
func Data(t testing.TB, name ...string) string {
	t.Helper()
	dir, required := os.LookupEnv("BROADSHEET_TEST_DATA")
	if !required {
		dir = siblingData()
	}
	path := filepath.Join(append([]string{dir}, name...)...)
	if _, err := os.Stat(path); err == nil && dir != "" {
		return path
	}
	if required {
		t.Fatalf("BROADSHEET_TEST_DATA is set but %s is missing", path)
	}
	t.Skipf("test data %s is not present (set BROADSHEET_TEST_DATA to its folder)", filepath.Join(name...))
	return ""
}

// siblingData returns the folder of test data beside the checkout.
func siblingData() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "go.mod")); statErr == nil {
			return filepath.Join(filepath.Dir(dir), "shared", "data")
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return ""
}

// Unzip opens a gzipped file for reading until the test ends.
func Unzip(t testing.TB, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}
