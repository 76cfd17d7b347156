//go:build browser

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// rowsOfBlock are the rows of the first block, for scripts.
const rowsOfBlock = `[...document.querySelectorAll(".front-block")[0].querySelectorAll("[data-row]")]`

// storiesOfBlock returns the stories that the rows of the first block choose.
func (tb *tab) storiesOfBlock() []string {
	tb.t.Helper()
	return value(tb, chromedp.Evaluate[[]string](rowsOfBlock+`.map((row) => row.querySelector("select").value)`))
}

// choose chooses a story in a row of the first block, as a person does.
func (tb *tab) choose(row, value string) {
	tb.t.Helper()
	tb.runs(`(() => {
		const list = ` + rowsOfBlock + `[` + row + `].querySelector("select");
		list.value = ` + value + `;
		list.dispatchEvent(new Event("change", { bubbles: true }));
	})()`)
}

// arrangingBlocks pins stories in the block of a section, swaps two of them by two presses,
// and answers the question about a place that a colleague has changed, by keyboard too.
func (b *bench) arrangingBlocks(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Blanka", "--email", "blanka@courier.example", "--role", "editor", "--password-stdin")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "blanka@courier.example")
	tb.do(chromedp.Navigate(b.address("/desk/front")), chromedp.WaitVisible("#lead"))
	tb.do(chromedp.Click(".front-block summary"))
	option := func(i string) string { return rowsOfBlock + `[0].querySelector("select").options[` + i + `].value` }
	one, other := value(tb, chromedp.Evaluate[string](option("2"))), value(tb, chromedp.Evaluate[string](option("4")))
	title := value(tb, chromedp.Evaluate[string](rowsOfBlock+`[0].querySelector("select").options[4].text`))
	tb.choose("0", quoted(one))
	tb.choose("1", quoted(other))
	tb.wait(`document.querySelectorAll(".mini-blocks .mini-pinned").length === 2`)
	tb.visit(chromedp.Click(".front-submit .edit-go"))

	// Two presses swap them: the arrow and the button. The page has the new order.
	tb.do(chromedp.Click(".front-block .front-moves button"))
	if got := tb.storiesOfBlock(); got[0] != other || got[1] != one {
		t.Errorf("the block has %v, want %s and %s", got, other, one)
	}
	tb.visit(chromedp.Click(".front-submit .edit-go"))
	_, page := b.get(t, "/")
	_, block, _ := strings.Cut(page, `<section class="block `)
	if first, _, _ := strings.Cut(block, "</article>"); !strings.Contains(first, title) {
		t.Errorf("the block does not begin with %q", title)
	}

	// By keyboard the row moves on, and the focus with it. A story that is chosen again swaps.
	tb.runs(rowsOfBlock + `[0].querySelector("select").focus()`)
	tb.do(chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(1)))
	tb.wait(rowsOfBlock + `.findIndex((row) => row.contains(document.activeElement)) === 1`)
	if got := tb.storiesOfBlock(); got[0] != one || got[1] != other {
		t.Errorf("after Alt and the arrow the block has %v", got)
	}
	tb.choose("0", quoted(other))
	if got := tb.storiesOfBlock(); got[0] != other || got[1] != one {
		t.Errorf("after a story was chosen again the block has %v", got)
	}
	tb.checkHeard("the blocks of the front page")

	// A colleague changes the same place: both are shown, and one press takes the other one.
	status := value(tb, chromedp.Evaluate[int](`(async () => {
		const fields = new URLSearchParams([["do", "save"]]);
		for (const row of `+rowsOfBlock+`) fields.append(row.querySelector("select").name, row === `+rowsOfBlock+`[1] ? `+quoted(one)+` : "");
		return (await fetch("/desk/front", { method: "POST", body: fields, redirect: "manual" })).type === "opaqueredirect" ? 303 : 0;
	})()`, chromedp.EvalAwaitPromise))
	if status != 303 {
		t.Fatal("the colleague's change is not stored")
	}
	tb.choose("1", `""`)
	tb.choose("0", quoted(one))
	tb.visit(chromedp.Click(".front-submit .edit-go"))
	tb.wait(`document.querySelectorAll(".front-theirs").length === 1`)
	if got := tb.storiesOfBlock(); got[0] != one || got[1] != "" {
		t.Errorf("beside a colleague the block has %v", got)
	}
	tb.checkAccess("a front page with two editors", axeSource(t))
	tb.checkLayout("a front page with two editors")
	tb.do(chromedp.Click(".front-theirs button"))
	tb.wait(`document.querySelector(".front-theirs") === null`)
	if got := tb.storiesOfBlock(); got[0] != "" {
		t.Errorf("the colleague's choice is not taken: %v", got)
	}
	tb.visit(chromedp.Click(".front-submit .edit-go"))
	tb.wait(`document.querySelector(".front-block .badge") === null`)
}

// frontInArabic: a headline in Latin letters begins where its field begins.
func (b *bench) frontInArabic(t *testing.T) {
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "blanka@courier.example")
	b.run(t, "", "setting", "set", "site.language", "ar")
	defer b.run(t, "", "setting", "set", "site.language", "en")
	tb.do(chromedp.Navigate(b.address("/desk/front")), chromedp.WaitVisible("#lead"))
	if dirs := value(tb, chromedp.Evaluate[[]string](`[document.documentElement, document.getElementById("slot-1")].map((e) => getComputedStyle(e).direction)`)); dirs[0] != "rtl" || dirs[1] != "ltr" {
		t.Errorf("the page and a field with a Latin headline run %v", dirs)
	}
	tb.checkAccess("the front page's desk in Arabic", axeSource(t))
	tb.checkLayout("the front page's desk in Arabic")
}
