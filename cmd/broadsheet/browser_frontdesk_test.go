//go:build browser

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// arranging counts the presses for a new lead and for a breaking line: at most two each,
// by keyboard, and on a telephone. Rows of the front page move without a reload.
func (b *bench) arranging(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Frida", "--email", "frida@courier.example", "--role", "editor", "--password-stdin")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "frida@courier.example")

	// One press in the list of stories makes a new lead, and one takes it back.
	tb.do(chromedp.Navigate(b.address("/desk/articles?status=published")))
	title := value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll(".story .story-title")].at(-1).textContent.trim()`))
	tb.visit(chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('.front-now [value="lead"]')].at(-1).click()`))
	tb.wait(`document.querySelector(".mini-lead")?.textContent.includes(` + quoted(title) + `)`)
	if _, front := b.get(t, "/"); !strings.Contains(leadOf(front), title) {
		t.Errorf("the lead of the front page is not %q", title)
	}
	tb.visit(chromedp.Click("#desk-status button")) // the page loads again
	tb.wait(`document.getElementById("desk-said").textContent.startsWith("Undone")`)

	// The rows move in place, and the page in small follows.
	tb.do(chromedp.Navigate(b.address("/desk/front")), chromedp.WaitVisible("#lead"))
	tb.runs(`(() => { const lead = document.getElementById("lead"); lead.selectedIndex = 3; lead.dispatchEvent(new Event("change", { bubbles: true })); lead.focus(); })()`)
	tb.wait(`document.querySelector(".mini-lead .badge") !== null`)
	tb.do(chromedp.Click(`button[value="down-0"]`))
	tb.wait(`document.getElementById("slot-1").selectedIndex === 3 && document.getElementById("lead").selectedIndex === 0`)
	tb.wait(`document.querySelector(".mini-second .mini-pinned") !== null && document.querySelector(".mini-lead .badge") === null`)
	tb.checkHeard("the desk of the front page")

	// On a telephone, from a page of the desk: the link, the words, Enter.
	tb.do(emulate(360, "light"), chromedp.Navigate(b.address("/desk/upcoming")), chromedp.WaitVisible(".desk-breaking"))
	tb.visit(chromedp.Click(".desk-breaking"))
	tb.wait(`document.activeElement.id === "breaking"`)
	tb.visit(chromedp.KeyEvent("Harbour closed until noon" + kb.Enter))
	tb.wait(`document.querySelector(".mini-line")?.textContent.includes("Harbour closed until noon")`)
	for _, path := range []string{"/", "/sections/", "/?s=harbour"} {
		if _, page := b.get(t, path); !strings.Contains(page, "Harbour closed until noon") {
			t.Errorf("%s lacks the breaking line", path)
		}
	}
	tb.visit(chromedp.Click(`button[value="end-line"]`))
	if _, page := b.get(t, "/"); strings.Contains(page, "Harbour closed until noon") {
		t.Error("the line was taken down and is still shown")
	}
}

// quoted returns a text as a string of a script.
func quoted(text string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "$", "\\$").Replace(text) + "`"
}

// leadOf returns the part of a front page with its lead.
func leadOf(page string) string {
	_, lead, _ := strings.Cut(page, `<article class="lead"`)
	lead, _, _ = strings.Cut(lead, "</article>")
	return lead
}
