//go:build browser

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// deskPaths returns the addresses of the desk's pages: those of the menu, and those to
// which the first card leads.
func (h *hand) deskPaths() []string {
	h.t.Helper()
	h.do(chromedp.EmulateViewport(1280, 900))
	h.begin()
	found := value(h.tab, chromedp.Evaluate[[]string](`(() => {
		const card = document.querySelector(".card-frame");
		return [...document.querySelectorAll(".desk-head nav a")].map((a) => a.getAttribute("href")).concat(
			[".card-open", ".card-writer", ".card-ban", ".card-closing"].map((part) => card.querySelector(part)?.getAttribute("href") ?? part));
	})()`))
	found = append(found, "/desk/account/", "/desk/replies", "/desk/comments?state=any&q=the", "/desk/comments?state=spam",
		"/desk/comments?state=trash", "/desk/bans/new", "/desk/articles?status=held", "/desk/people/3/", "/desk/people/5/", "/desk/no-such-page")
	return slices.Compact(found)
}

// lookAtDesk gives each page of the desk to axe, in both languages, widths and schemes,
// and to the HTML checker. The gallery has the states that the demo has not.
func (b *bench) lookAtDesk(t *testing.T, email string) {
	axe, jar, dir := axeSource(t), required(t, "BROADSHEET_VNU"), t.TempDir()
	h := b.newHand(t, way{name: "desk"}, email)
	paths := h.deskPaths()
	if len(paths) < 20 {
		t.Errorf("the desk has only the pages %v", paths)
	}
	for i, path := range paths {
		if path == "/desk/no-such-page" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".html")), []byte(h.fetch(path)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("java", "-jar", jar, "--errors-only", "--stdout", dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%v", err, strings.ReplaceAll(string(out), dir, ""), paths)
	}
	for _, language := range []string{"en", "ar"} {
		b.run(t, "", "setting", "set", "site.language", language)
		for _, width := range []int64{360, 1280} {
			// Light at one width and dark at the other, and in Arabic the other way round.
			scheme := "light"
			if (width == 360) == (language == "ar") {
				scheme = "dark"
			}
			h.do(emulate(width, scheme))
			for _, path := range paths {
				h.do(chromedp.Navigate(b.address(path)))
				name := fmt.Sprintf("%s at %d, %s, %s", path, width, scheme, language)
				h.checkLayout(name)
				h.checkAccess(name, axe)
				if got := value(h.tab, chromedp.Evaluate[string]("document.documentElement.lang")); got != language {
					t.Errorf("%s is in %s", name, got)
				}
			}
		}
	}
	b.run(t, "", "setting", "set", "site.language", "en")
}
