//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// shown is the order of the cards that are not on their way out.
const shown = `[...document.querySelectorAll(".card-frame:not(.leaving) .card")].map((c) => c.id).join()`

// wait waits until an expression is true in the page.
func (tb *tab) wait(expression string) {
	tb.t.Helper()
	tb.do(chromedp.Poll[chromedp.Void](expression))
}

// runs runs a script in the page.
func (tb *tab) runs(script string) {
	tb.t.Helper()
	tb.do(chromedp.Evaluate[chromedp.Void](script))
}

// foot waits until the foot says something.
func (tb *tab) foot(text string) {
	tb.t.Helper()
	tb.wait(fmt.Sprintf(`document.getElementById("desk-status").textContent.includes(%q)`, text))
}

// deskFrame takes decisions back in any order, looks at the bulk bar, takes filters off,
// and reads the keys where they are switched off. It fails when the page loads again
// for that, or a card does not come back to its place.
func (b *bench) deskFrame(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Fia", "--email", "fia@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "frame", 12)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "fia@courier.example")
	b.undoSeveral(tb)
	b.undoByKey(tb)
	b.bulkInView(tb)
	b.chipsComeOff(tb)
	b.keysOff(tb)
}

// undoSeveral decides three comments, undoes the first and then the third.
func (b *bench) undoSeveral(tb *tab) {
	t := tb.t
	tb.runs(`window.samePage = true`)
	before, held := value(tb, chromedp.Evaluate[string](shown)), tb.held()
	var ids, numbers []int
	for _, key := range "asd" {
		id := tb.evaluate(`Number(document.activeElement.id.slice(5))`)
		n := tb.together(id)
		held -= n
		ids, numbers = append(ids, id), append(numbers, n)
		tb.presses(string(key), held)
	}
	tb.runs(`document.querySelector("#desk-earlier li:nth-child(2) button").click()`) // the first
	tb.wait(fmt.Sprintf(`document.getElementById("card-%d")?.closest(".card-frame:not(.leaving)")`, ids[0]))
	if got := tb.held(); got != held+numbers[0] {
		t.Errorf("after the first of three is undone %d wait, want %d", got, held+numbers[0])
	}
	for _, id := range ids[1:] {
		if tb.evaluate(fmt.Sprintf(`document.getElementById("card-%d") ? 1 : 0`, id)) != 0 {
			t.Errorf("undoing the first decision has brought back comment %d too", id)
		}
	}
	// The third is the newest of what can be undone.
	tb.presses("z", held+numbers[0]+numbers[2])
	tb.wait(fmt.Sprintf(`document.activeElement.id === "card-%d"`, ids[2]))
	tb.presses("z", held+numbers[0]+numbers[1]+numbers[2])
	if got := value(tb, chromedp.Evaluate[string](shown)); !strings.HasPrefix(got, before) {
		t.Errorf("the cards are\n%s, want\n%s", got, before)
	}
	if tb.evaluate(`window.samePage ? 1 : 0`) != 1 {
		t.Error("an undo has loaded the page again")
	}
}

// undoByKey presses z more often than there is something to undo.
func (b *bench) undoByKey(tb *tab) {
	t := tb.t
	held := tb.held()
	n := tb.together(tb.evaluate(`Number(document.activeElement.id.slice(5))`))
	tb.presses("s", held-n)
	tb.presses("z", held)
	tb.foot("Undone")
	operations := tb.evaluate(`[...document.querySelectorAll("#desk-status button, #desk-earlier button")].length`)
	for range operations {
		tb.do(chromedp.KeyEvent("z"))
		tb.wait(fmt.Sprintf(`document.querySelectorAll("#desk-status button, #desk-earlier button").length < %d`, operations))
		operations--
	}
	tb.do(chromedp.KeyEvent("z"), chromedp.KeyEvent("z"))
	if tb.evaluate(`document.querySelectorAll("#desk-earlier:not([hidden])").length`) != 0 {
		t.Error("earlier decisions are offered although none is left")
	}
}

// bulkInView ticks cards. The bar is in view, and names the number of the whole list.
func (b *bench) bulkInView(tb *tab) {
	t := tb.t
	const inView = `(() => { const r = document.getElementById("bulk").getBoundingClientRect();
		return r.height > 0 && r.top >= 0 && Math.round(r.bottom) <= innerHeight ? 1 : 0; })()`
	const whole = `Number(document.querySelector("#bulk label").textContent.match(/\d+/))`
	for _, width := range []int64{1280, 360} {
		tb.do(emulate(width, "light"), chromedp.Navigate(b.address("/desk/comments")))
		held := tb.held()
		// A decision before the first tick: the number that the page came with is old.
		n := tb.together(tb.evaluate(`Number(document.activeElement.id.slice(5))`))
		tb.presses("s", held-n)
		if tb.evaluate(`document.getElementById("bulk").hidden ? 1 : 0`) != 1 {
			t.Error("the bulk bar is there before the first tick")
		}
		tb.do(chromedp.KeyEvent("x"))
		tb.wait(`!document.getElementById("bulk").hidden`)
		if tb.evaluate(inView) != 1 {
			t.Errorf("at %d the bulk bar is not in view", width)
		}
		tb.wait(fmt.Sprintf(`%s === %d`, whole, held-n))
		// And after a single decision beside it.
		tb.do(chromedp.KeyEvent("j"))
		m := tb.together(tb.evaluate(`Number(document.activeElement.id.slice(5))`))
		tb.presses("s", held-n-m)
		tb.wait(fmt.Sprintf(`%s === %d`, whole, held-n-m))
		tb.checkLayout(fmt.Sprint("the bulk bar at ", width))
		tb.presses("z", held-n)
		tb.presses("z", held)
	}
	tb.do(emulate(1280, "light"))
}

// chipsComeOff searches in the head, changes the list and takes the filters off.
func (b *bench) chipsComeOff(tb *tab) {
	t := tb.t
	tb.do(chromedp.Navigate(b.address("/desk/comments?state=hold&host=frame.example&author=Reader")))
	tb.do(chromedp.KeyEvent("/"))
	tb.wait(`document.activeElement.id === "desk-q"`)
	tb.runs(`document.activeElement.select()`) // the protocol types the key itself too
	tb.do(chromedp.KeyEvent("waits here"))
	tb.visit(chromedp.KeyEvent("\r"))
	chips := func(want ...string) {
		t.Helper()
		got := value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll(".desk-chips bdi")].map((b) => b.textContent).join("|")`))
		if got != strings.Join(want, "|") {
			t.Errorf("the chips are %q, want %q", got, strings.Join(want, "|"))
		}
	}
	chips("waits here", "Reader", "frame.example")
	tb.click(`.desk-tabs [data-queue="trash"]`)
	chips("waits here", "Reader", "frame.example")
	tb.click(`.desk-tabs [data-queue="hold"]`)
	tb.click(`.desk-chips li:nth-child(3) a`)
	chips("waits here", "Reader")
	if tb.evaluate(`document.querySelectorAll(".card-frame").length`) == 0 {
		t.Error("the search finds nothing")
	}
	if got := value(tb, chromedp.Evaluate[string](`document.getElementById("desk-q").value`)); got != "waits here" {
		t.Errorf("the search field has %q", got)
	}
	tb.click(`.desk-chips li:nth-child(1) a`)
	chips("Reader")
	tb.click(`.desk-chips li:nth-child(1) a`)
	chips()
}

// keysOff switches the keys off and on. Without them a button shows what they are.
func (b *bench) keysOff(tb *tab) {
	t := tb.t
	held := tb.held()
	tb.click(`.desk-keys button[value="off"]`)
	tb.do(chromedp.KeyEvent("s"), chromedp.KeyEvent("a"), chromedp.KeyEvent("?"))
	if tb.evaluate(`document.querySelectorAll(".leaving, dialog[open]").length`) != 0 || tb.held() != held {
		t.Error("a key works although the keys are switched off")
	}
	tb.do(chromedp.Click(chromedp.CSS("#keys-show")))
	tb.wait(`document.getElementById("keys").open`)
	tb.do(chromedp.KeyEvent("\x1b"))
	tb.click(`.desk-keys button[value="on"]`)
	n := tb.together(tb.evaluate(`Number(document.querySelector(".card").id.slice(5))`))
	tb.runs(`document.querySelector(".card").focus()`)
	tb.presses("s", held-n)
	tb.presses("z", held)
}
