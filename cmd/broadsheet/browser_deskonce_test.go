//go:build browser

package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// evaluate runs a script and returns its number.
func (tb *tab) evaluate(script string) int {
	tb.t.Helper()
	return value(tb, chromedp.Evaluate[int](script))
}

// shownCard reports whether the focused card's text is on the screen.
const shownCard = `(() => {
	const card = document.activeElement.closest(".card-frame");
	const box = card.querySelector(".card-text").getBoundingClientRect();
	return box.top >= 0 && box.bottom <= innerHeight ? 1 : 0;
})()`

// deskDecidesOnce holds keys down, clicks twice and scrolls away. It fails when
// more than one comment is decided at a time, or one that is not on the screen.
func (b *bench) deskDecidesOnce(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Onno", "--email", "onno@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "once", 20)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "onno@courier.example")
	held := tb.held()

	// A key that repeats decides once.
	down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "d", Text: "d", Code: "KeyD"}
	tb.do(command(input.DispatchKeyEvent, down))
	down.AutoRepeat = new(true)
	for range 6 {
		tb.do(command(input.DispatchKeyEvent, down))
	}
	held--
	tb.do(command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "d", Code: "KeyD"}))
	tb.presses("j", held)
	if got := tb.held(); got != held {
		t.Errorf("a held key decided %d more", held-got)
	}

	// After each decision the card with the focus is on the screen.
	for i := range 6 {
		tb.do(chromedp.KeyEvent("j"))
		held--
		tb.presses(string("da"[i%2]), held)
		if tb.evaluate(shownCard) != 1 {
			t.Errorf("after decision %d the card with the focus is off the screen", i)
		}
	}

	// A key that is pressed while its card is scrolled away shows the card and
	// decides nothing.
	tb.do(chromedp.Evaluate[chromedp.Void](`scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" })`))
	tb.do(chromedp.KeyEvent("k"), chromedp.KeyEvent("k"), chromedp.Evaluate[chromedp.Void](`scrollTo({ top: 0, behavior: "instant" })`))
	tb.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".card")[document.querySelectorAll(".card").length - 1].focus({ preventScroll: true })`))
	tb.do(chromedp.KeyEvent("d"))
	if tb.evaluate(`document.querySelectorAll(".leaving").length`) != 0 || tb.held() != held {
		t.Error("a key decided on a card that was off the screen")
	}
	if tb.evaluate(shownCard) != 1 {
		t.Error("the key has not brought the card into view")
	}

	// The event of an opened answer comes late on a busy machine. It leaves the focus on
	// the button to which the writer has gone on.
	tb.do(chromedp.KeyEvent("r"))
	tb.do(chromedp.Poll[chromedp.Void](`document.activeElement.matches(".card-answer textarea")`))
	tb.do(chromedp.KeyEvent("\t"))
	tb.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.closest(".card-answer").dispatchEvent(new Event("toggle"))`))
	if tb.evaluate(`document.activeElement.matches(".card-answer button") ? 1 : 0`) != 1 {
		t.Error("the focus went back from the button of an answer into its field")
	}
	tb.do(chromedp.KeyEvent(kb.Escape))

	// The second click of a double click hits the card that moved up.
	tb.do(chromedp.Evaluate[chromedp.Void](`scrollTo({ top: 0, behavior: "instant" })`))
	at := func(axis string) float64 {
		return value(tb, chromedp.Evaluate[float64](fmt.Sprintf(`(() => { const r = document.querySelector(".card-frame .do-approve").getBoundingClientRect(); return r.%s })()`, axis)))
	}
	x, y := at("left")+10, at("top")+10
	for click := range 2 {
		for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
			tb.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: int64(click + 1)}))
		}
	}
	held--
	tb.presses("j", held)
	if got := tb.held(); got != held {
		t.Errorf("a double click decided %d more", held-got)
	}
}
