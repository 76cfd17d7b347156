//go:build browser

package main

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"

	"github.com/chromedp/chromedp"
)

// deskPage is a page of the desk in some state.
type deskPage struct {
	path string
	act  string // a script that leads from the page at path to the one that is meant
	then string // what is true then; "" for a new page
}

// consentPath is the address at which a program asks for a password of its own, and
// refusedConsent one with an unsafe address, which gets the status 422.
const (
	consentPath    = "/wp-admin/authorize-application.php?app_name=Field+notes&app_id=8f14e45f-ceea-467f-9b3e-2b3e5c5d6a7b"
	refusedConsent = consentPath + "&success_url=http://notes.example/"
)

// deskPages returns the pages of the desk: those of the menu, those to which the first
// card and the first lines of the lists lead, and those that answer a form.
func (h *hand) deskPages() (list []deskPage) {
	h.t.Helper()
	h.do(chromedp.EmulateViewport(1280, 900))
	links := func(path, script string) (found []string) {
		h.t.Helper()
		h.do(chromedp.Navigate(h.b.address(path)))
		return value(h.tab, chromedp.Evaluate[[]string](script))
	}
	first := func(path string, selectors ...string) []string {
		h.t.Helper()
		return links(path, fmt.Sprintf(`%q.split("|").map((part) => document.querySelector(part)?.getAttribute("href") ?? part)`, strings.Join(selectors, "|")))
	}
	paths := links("/desk/comments", `[...document.querySelectorAll(".desk-head nav a")].map((a) => a.getAttribute("href"))`)
	paths = append(paths, first("/desk/comments", ".card-open", ".card-writer", ".card-ban", ".card-closing")...)
	paths = append(paths, first("/desk/writers", ".writer-who a")...)
	paths = append(paths, "/desk/media?s=harbour&filter=no-credit")
	paths = append(paths, first("/desk/media", ".media-tile a")...)
	for _, kind := range []string{"categories", "tags", "authors"} {
		paths = append(paths, first("/desk/"+kind, `.terms-table [id^="term-"]`)...)
	}
	paths = append(paths, "/desk/tags", "/desk/authors", "/desk/authors?s=nobody", "/desk/redirects", "/desk/categories/new", "/desk/authors/new")
	paths = append(paths, links("/desk/tags", `(() => {
		const [from, into] = [...document.querySelectorAll(".terms-table input[name=from]")].map((box) => box.value);
		return [`+"`/desk/tags/merge?from=${from}`, `/desk/tags/merge?from=${from}&into=${into}`"+`];
	})()`)...)
	paths = append(paths, links("/desk/categories", `[document.querySelector('.terms-table [id^="term-"]').getAttribute("href") + "/remove"]`)...)
	paths = append(paths, first("/desk/articles?status=published", ".story-title a")...)
	paths = append(paths, links("/desk/articles?status=published", `[document.querySelector(".story-title a").getAttribute("href") + "/versions"]`)...)
	paths = append(paths, first("/desk/people", `main a[href^="/desk/people/"]`)...)
	paths = append(paths, "/desk/account/", "/desk/replies", "/desk/comments?state=any&q=the", "/desk/comments?state=spam",
		"/desk/comments?state=trash", "/desk/comments?q=xyzzy", "/desk/comments?state=approve&author=Reporter", "/desk/bans/new", "/desk/articles?status=held",
		"/desk/figures/report", "/desk/figures/robots", "/desk/figures?days=7", "/desk/log?act=trash&from=2020-01-01", "/desk/writers?q=nobody",
		consentPath+"&success_url=https://notes.example/done", consentPath, refusedConsent,
		"/desk/help/moderating", "/desk/articles/new", "/desk/articles?status=draft", "/desk/no-such-page")
	for _, path := range paths {
		list = append(list, deskPage{path: path})
	}
	return append(list,
		deskPage{"/desk/settings", `document.querySelector("#set-site-name").value = "";
			document.querySelector('.settings-form .form-submit button[value="save"]').click();`, ""},
		deskPage{"/desk/articles/new", `document.querySelector('#lead [value="pictures"]').click();`, `document.querySelector(".choose-tile") !== null`},
		deskPage{
			"/desk/articles/new", `document.querySelector('#lead [value="pictures"]').click();
			new MutationObserver((_, seen) => {
				const tile = document.querySelector(".choose-tile");
				if (!tile) return;
				seen.disconnect();
				tile.click();
			}).observe(document.body, {childList: true, subtree: true});`,
			`document.activeElement.closest(".choose-one") !== null`,
		},
		deskPage{"/desk/rules", `document.querySelector("#trial-text").value = "Buy cheap pills at http://pills.example and http://more.example";
			document.querySelector('#trial button[value="judge"]').click();`, `document.activeElement.id === "verdict"`},
		deskPage{"/desk/rules", `document.querySelector('.rules-side button[value="try"]').click();`, `document.activeElement.id === "run"`},
		deskPage{"/desk/comments?state=trash", `document.querySelector('a[href^="/desk/comments/delete"], [formaction^="/desk/comments/delete"]').click();`, ""},
	)
}

// fillDesk brings in what the demo has not: an appeal, a notice, an invitation, names and
// addresses of many letters, and a thread of five levels that is held.
func (b *bench) fillDesk(t *testing.T) {
	t.Helper()
	long := "Reader " + strings.Repeat("w", 38) // no place to break
	// Later than what the tasks bring, which are first in the queue.
	b.bring(t, -90, long, "A comment by somebody with a long name.", strings.Repeat("unbreakable", 12))
	b.bring(t, -91, "Reporter", "Declined, and it is appealed against.")
	b.bring(t, -92, "Reporter", "Public, and a notice is about it.")
	declined, public := b.comments(t, "Declined, and")[0].ID, b.comments(t, "Public, and")[0].ID
	b.run(t, "", "comment", "decide", "trash", fmt.Sprint(declined))
	b.run(t, "", "comment", "decide", "approve", fmt.Sprint(public))
	db, err := models.Open(t.Context(), models.Options{DSN: filepath.Join(b.data, "broadsheet.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := appeals.File(t.Context(), db, declined, "It was meant as a question, and nobody is insulted in it."); err != nil {
		t.Fatal(err)
	}
	site, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	notice := react.Complaint{
		Reason: "illegal", Law: react.Laws[0], Note: "It says something untrue about a living person.", Name: "Nora Notice", Email: "nora@example.org", GoodFaith: true,
	}
	if _, err := react.Report(t.Context(), db, site, public, react.Visitor{IP: netip.MustParseAddr("192.0.2.7"), Token: "nora"}, notice); err != nil {
		t.Fatal(err)
	}
	invited := people.NewAccount{Name: "Ines " + strings.Repeat("n", 36), Email: strings.Repeat("i", 50) + "@courier.example", Role: people.Moderator}
	if _, err := invitations.Invite(t.Context(), db, models.ActorShell, invited); err != nil {
		t.Fatal(err)
	}
}

// TestBrowserDeskPages looks at every page of the desk.
func TestBrowserDeskPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.run(t, deskPassword, "people", "add", "--name", "Tess", "--email", "tess@courier.example", "--role", "administrator", "--password-stdin")
	b.lookAtDesk(t, "tess@courier.example")
}

// lookAtDesk gives each page of the desk to axe, in both languages and in the dark, at the
// widths of [isChecked], and to the HTML checker. The gallery has the states that the demo has not. A page is
// loaded once in a language: the rules that depend on colours alone are tried again in
// the dark, and the layout is also looked at between the widths and with open menus.
func (b *bench) lookAtDesk(t *testing.T, email string) {
	axe, jar, dir := axeSource(t), required(t, "BROADSHEET_VNU"), t.TempDir()
	b.fillDesk(t)
	h := b.newHand(t, way{name: "desk"}, email)
	pages := h.deskPages()
	if len(pages) < 35 {
		t.Errorf("the desk has only the pages %v", pages)
	}
	for i, p := range pages {
		if p.path == "/desk/no-such-page" || p.path == refusedConsent || p.act != "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".html")), []byte(h.fetch(p.path)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("java", "-jar", jar, "--errors-only", "--stdout", dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s\n%v", err, strings.ReplaceAll(string(out), dir, ""), pages)
	}
	for _, language := range []string{"en", "ar"} {
		b.run(t, "", "setting", "set", "site.language", language)
		for i, p := range pages {
			h.do(emulate(1280, "light"))
			h.openPage(p)
			if got := value(h.tab, chromedp.Evaluate[string]("document.documentElement.lang")); got != language {
				t.Errorf("%s is in %s", p.path, got)
			}
			h.do(chromedp.Evaluate[chromedp.Void](axe))
			for _, width := range []int64{1280, 1024, 360} {
				name := fmt.Sprintf("%d %s at %d, %s", i, p.path, width, language)
				h.do(emulate(width, "light"))
				h.checkLayout(name)
				h.checkHead(name)
				h.checkOpen(name)
				if width == 1024 {
					continue
				}
				if isChecked(p.path+language, width) {
					h.checkRules(name, `{rules: {"target-size": {enabled: true}}}`)
				}
				if language == "en" && isChecked(p.path, width) { // the colours are the same in every language
					h.do(emulate(width, "dark"))
					h.checkRules(name+", dark", coloursOnly)
				}
			}
		}
	}
	b.run(t, "", "setting", "set", "site.language", "en")
}

// openPage leads to a page of the desk.
func (h *hand) openPage(p deskPage) {
	h.t.Helper()
	h.do(chromedp.Navigate(h.b.address(p.path)))
	switch {
	case p.act == "":
	case p.then == "":
		h.visit(chromedp.Evaluate[chromedp.Void](p.act))
	default:
		h.do(chromedp.Evaluate[chromedp.Void](p.act), chromedp.Poll[chromedp.Void](p.then))
	}
}

// checkHead fails when something in the desk's head is cut or outside of the window.
func (tb *tab) checkHead(name string) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll(".desk-head :is(a, button, input)")].filter((e) => {
		const r = e.getBoundingClientRect();
		return r.width && (r.left < 0 || Math.floor(r.right) > document.documentElement.clientWidth || e.matches("a") && e.scrollWidth > e.clientWidth + 1);
	}).map((e) => e.textContent || e.name).join(", ")`))
	if got != "" {
		tb.t.Errorf("%s: the head cuts %s", name, got)
	}
}

// checkOpen fails when a menu or a closed part, once open, makes the page wider than the
// window. It opens one after the other, as a person does.
func (tb *tab) checkOpen(name string) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll("main details:not([open])")].slice(0, 40).filter((d) => {
		d.open = true;
		const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
		d.open = false;
		return wide;
	}).map((d) => d.querySelector("summary").textContent.trim()).join(", ")`))
	if got != "" {
		tb.t.Errorf("%s: the page is wider than the window with an open %s", name, got)
	}
}
