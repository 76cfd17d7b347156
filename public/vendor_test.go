package public_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/public/encoding"
)

// TestVendoredFilesAreTheBundledOnes compares the files of others with the checksums
// that .ci/editor/bundle wrote, and with the library that is served.
func TestVendoredFilesAreTheBundledOnes(t *testing.T) {
	t.Parallel()
	const folder = "vendor/tiptap"
	sums, err := os.ReadFile(folder + "/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{"SHA256SUMS": ""}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = sum
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != len(listed) || len(listed) < 4 {
		t.Errorf("%d files, %d in SHA256SUMS (%v)", len(entries), len(listed), err)
	}
	for name, want := range listed {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if sum := sha256.Sum256(data); err != nil || want != "" && hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has the checksum %x, not %s (%v)", name, sum, want, err)
		}
		if name == "tiptap.js" && string(assets(t).Bytes(name)) != string(data) {
			t.Error("another library is served")
		}
	}
	versions, licences := readFile(t, folder+"/VERSIONS"), readFile(t, folder+"/LICENCES")
	for line := range strings.Lines(versions) {
		name, _, _ := strings.Cut(line, " ")
		if !strings.HasSuffix(line, " MIT\n") || !strings.Contains(licences, strings.TrimSuffix(line, " MIT\n")+"\n\n") {
			t.Errorf("%s has no licence", name)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The editor is loaded on demand: its script, its style and its library.
func TestEditorStaysLight(t *testing.T) {
	t.Parallel()
	const most = 150 << 10
	a, all := assets(t), 0
	for _, name := range []string{"tiptap.js", "editor.js", "editor.css"} {
		size := len(encoding.Compress(encoding.Brotli, encoding.Best, a.Bytes(name)))
		t.Logf("%s: %d bytes in brotli", name, size)
		if size < 10 {
			t.Errorf("%s is empty", name)
		}
		all += size
	}
	if all > most {
		t.Errorf("the editor takes %d bytes, at most %d", all, most)
	}
}

// ProseMirror and Tiptap may put a style element into a page if they are told to; the
// policy of our pages refuses it, so the editor must tell them not to.
func TestEditorInjectsNoStyle(t *testing.T) {
	t.Parallel()
	a := assets(t)
	script := string(a.Bytes("editor.js"))
	if !strings.Contains(script, "injectCSS: false") {
		t.Error("Tiptap is not told to leave the style to us")
	}
	for _, name := range []string{"editor.js", "tiptap.js"} {
		for _, refused := range []string{`setAttribute("style"`, "new Function(", "eval("} {
			if strings.Contains(string(a.Bytes(name)), refused) {
				t.Errorf("%s has %s", name, refused)
			}
		}
	}
}
