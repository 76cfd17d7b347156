//go:build browser

package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// deskCards measures cards and lists, declines by three keys at most, and takes two
// decisions back in the other order. It fails when a card is too high, a decision
// reloads the page, or an undone card is not in its old place.
func (b *bench) deskCards(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Cleo", "--email", "cleo@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "cards", 30)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "cleo@courier.example")
	const oneLine = `[...document.querySelectorAll(".card-frame")].filter((f) => f.querySelector(".card-text").offsetHeight < 40 && !f.querySelector(".card-alike, .card-parent"))`
	if got := tb.evaluate(`Math.ceil(Math.max(0, ...` + oneLine + `.map((f) => f.getBoundingClientRect().height)))`); got == 0 || got > 100 {
		t.Errorf("the highest card with one line has %d px, want at most 100", got)
	}
	// The cards without the longer ones: how many of one line fit below each other.
	tb.do(chromedp.Evaluate[chromedp.Void](`(one => { for (const f of document.querySelectorAll(".card-frame")) f.hidden = !one.includes(f); })(` + oneLine + `)`))
	if got := tb.evaluate(`[...document.querySelectorAll(".card-frame:not([hidden])")].filter((f) => f.getBoundingClientRect().bottom <= 900).length`); got < 8 {
		t.Errorf("a screen of 900 px shows %d cards with one line, want at least 8", got)
	}
	tb.do(chromedp.Evaluate[chromedp.Void](`for (const f of document.querySelectorAll(".card-frame")) f.hidden = false`))

	// The page stays the same one, and the cards come back to their places.
	tb.do(chromedp.Evaluate[chromedp.Void](`window.samePage = true`))
	order := `[...document.querySelectorAll(".card-frame:not(.leaving) .card")].map((c) => c.id).join()`
	before := value(tb, chromedp.Evaluate[string](order))
	held := tb.held()
	tb.do(chromedp.KeyEvent("j"))
	first := tb.evaluate(`Number(document.activeElement.id.slice(5))`)
	tb.presses("s", held-tb.together(first))
	held = tb.held()
	second := tb.evaluate(`Number(document.activeElement.id.slice(5))`)
	tb.presses("l7", held-tb.together(second))
	undo := func(at string) {
		tb.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector("%s").click()`, at)))
	}
	undo("#desk-earlier li button")
	tb.do(chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.getElementById("card-%d")`, first)))
	tb.do(chromedp.KeyEvent("z"))
	tb.do(chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.getElementById("card-%d")`, second)))
	if got := value(tb, chromedp.Evaluate[string](order)); got[:len(before)] != before {
		t.Errorf("after both were undone the cards are\n%s, want\n%s", got, before)
	}
	if tb.evaluate(`window.samePage ? 1 : 0`) != 1 {
		t.Error("a decision or an undo has loaded the page again")
	}
	// The card that came back can be decided again: it has its new version.
	held = tb.held()
	tb.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.getElementById("card-%d").focus()`, first)))
	tb.presses("s", held-tb.together(first))

	// The compact list is kept.
	tb.do(chromedp.Click(chromedp.CSS(".desk-options summary")))
	tb.click(`.list-choice button[value="compact"]`)
	tb.do(chromedp.Navigate(b.address("/desk/comments?state=hold")))
	if got := tb.evaluate(`[...document.querySelectorAll(".card-frame")].filter((f) => f.getBoundingClientRect().bottom <= 900).length`); got < 10 {
		t.Errorf("a compact list shows %d cards on a screen of 900 px, want at least 10", got)
	}
	tb.checkLayout("compact list")
}

// together returns how many comments one decision on a card takes.
func (tb *tab) together(id int) int {
	tb.t.Helper()
	return max(1, tb.evaluate(fmt.Sprintf(`Number(document.querySelector("#card-%d .card-pick input")?.dataset.comments ?? 1)`, id)))
}
