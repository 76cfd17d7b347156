//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// deskStories changes how stories take comments in their list, and undoes it, on a phone
// and by keyboard alone. It fails when the page loads again for that, when the focus is
// lost, or when a finger cannot hit something.
func (b *bench) deskStories(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Stella", "--email", "stella@courier.example", "--role", "moderator", "--password-stdin")
	phone := b.newHand(t, way{name: "phone", touch: true}, "stella@courier.example")
	phone.storiesByTouch()
	phone.pickByTouch()
	keys := b.newHand(t, way{name: "keyboard", keys: true}, "stella@courier.example")
	keys.storiesByKeyboard()
	keys.pickByKeyboard()
	phone.storiesForAxe(axeSource(t))
}

// storiesForAxe gives what opens in these pages to axe.
func (h *hand) storiesForAxe(axe string) {
	for _, scheme := range []string{"light", "dark"} {
		h.do(emulate(360, scheme))
		row := h.openStories()
		h.runs(fmt.Sprintf(`document.querySelector("%s details").open = true`, row))
		h.checkAccess("the fields of a story, "+scheme, axe)
		h.do(chromedp.Navigate(h.b.address("/desk/comments?state=any")))
		h.runs(`document.getElementById("find").open = true; document.getElementById("in").focus()`)
		h.write("the")
		h.wait(`document.querySelectorAll(".story-found li").length > 1`)
		h.do(chromedp.KeyEvent(kb.ArrowDown))
		h.checkAccess("the choice of a story, "+scheme, axe)
		h.runs(`document.activeElement.select()`)
		h.write("?!")
		h.wait(`document.querySelector(".story-none").textContent.includes("No story")`)
		h.checkAccess("no story, "+scheme, axe)
	}
}

// openStories opens the list and returns the selector of its third story.
func (h *hand) openStories() (row string) {
	h.t.Helper()
	h.do(chromedp.Navigate(h.b.address("/desk/articles?status=open")))
	h.runs(`window.same = true`)
	return "#" + value(h.tab, chromedp.Evaluate[string](`document.querySelectorAll(".story")[2].id`))
}

// stayed fails if the page was loaded again.
func (h *hand) stayed() {
	h.t.Helper()
	if h.evaluate(`window.same ? 1 : 0`) != 1 {
		h.t.Errorf("%s: the page was loaded again, at %s", h.name, value(h.tab, chromedp.Location()))
	}
}

// shows waits until the states of a story have a text, or have it no more.
func (h *hand) shows(row, text string, yes bool) {
	h.t.Helper()
	h.wait(fmt.Sprintf(`document.querySelector("%s .story-states").textContent.includes(%q) === %t`, row, text, yes))
}

// undoes points at the undo of the last change, which lies over nothing.
func (h *hand) undoes() {
	h.t.Helper()
	h.point("#desk-status button")
	h.foot("Undone")
}

func (h *hand) storiesByTouch() {
	row := h.openStories()
	h.checkLayout("the list of stories on a phone")
	h.point(row + ` [value="close"]`)
	h.foot("closed")
	h.shows(row, "closed", true)
	h.shoot("closed")
	h.undoes()
	h.shows(row, "open", true)

	h.point(row + " summary")
	h.wait(fmt.Sprintf(`document.querySelector("%s details").open`, row))
	h.checkLayout("the fields of a story on a phone")
	for _, field := range []string{`[name="state"]`, `[name="who"]`, `[name="close"]`, `[name="recommends-off"]`, ".story-fields a"} {
		h.find(row + " " + field)
	}
	h.point(row + ` [name="slow"]`)
	h.runs(`document.activeElement.select()`)
	h.write("7")
	h.runs(fmt.Sprintf(`document.querySelector('%s [name="state"]').value = "premoderated"`, row)) // a phone shows a list of its own
	h.shoot("fields")
	h.point(row + ` .story-fields button`)
	h.foot("Settings saved")
	h.shows(row, "slow: 7 minutes", true)
	h.shows(row, "every comment held", true)
	h.shoot("changed")
	h.undoes()
	h.shows(row, "slow", false)
	h.stayed()
}

// pickByTouch chooses a story for the filter of the queue.
func (h *hand) pickByTouch() {
	h.do(chromedp.Navigate(h.b.address("/desk/comments?state=any")))
	h.point("#find > summary")
	h.point("#in")
	h.write("harbour")
	h.wait(`document.querySelectorAll(".story-found li").length > 0`)
	h.shoot("choice")
	title := value(h.tab, chromedp.Evaluate[string](`document.querySelector(".story-found li").dataset.title`))
	// Words of which nothing is chosen do not leave the form.
	h.runs(`window.same = true`)
	h.point("#find form button")
	h.stayed()
	h.point("#in")
	h.write(" ")
	h.wait(`!document.querySelector(".story-found").hidden`)
	h.point(".story-found li")
	if got := value(h.tab, chromedp.Evaluate[string](`document.getElementById("in").value`)); got != title {
		h.t.Errorf("the field has %q, chosen was %q", got, title)
	}
	h.follow("#find form button")
	if at := value(h.tab, chromedp.Location()); !strings.Contains(at, "article=") || strings.Contains(at, "article=&") {
		h.t.Errorf("the choice leads to %s", at)
	}
	h.wait(fmt.Sprintf(`document.getElementById("in").value === %q`, title))
}

// tabTo presses Tab until something has the focus, and fails if that is not in view.
func (h *hand) tabTo(selector string, most int) {
	h.t.Helper()
	for range most {
		h.press("\t")
		if h.evaluate(fmt.Sprintf(`document.activeElement.matches(%q) ? 1 : 0`, selector)) == 1 {
			h.inView()
			return
		}
	}
	h.t.Fatalf("%d tabs do not reach %s", most, selector)
}

// inView fails if the focus is out of view, or under the foot.
func (h *hand) inView() {
	h.t.Helper()
	if h.evaluate(`(() => {
		const e = document.activeElement, r = e.getBoundingClientRect(), at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return e !== document.body && at && e.contains(at) ? 1 : 0;
	})()`) != 1 {
		h.t.Errorf("the focus is not in view, on %s", value(h.tab, chromedp.Evaluate[string](`document.activeElement.outerHTML.slice(0, 200)`)))
	}
}

// focusOn waits until something has the focus, which must be in view.
func (h *hand) focusOn(selector string) {
	h.t.Helper()
	h.wait(fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
	h.inView()
}

func (h *hand) storiesByKeyboard() {
	row := h.openStories()
	h.runs(fmt.Sprintf(`document.querySelector("%s .story-title a").focus()`, row))
	h.tabTo(row+` [value="close"]`, 4)
	h.press("\r")
	h.foot("closed")
	h.shows(row, "closed", true)
	h.focusOn(row + ` [value="open"]`)
	h.press("z")
	h.foot("Undone")
	h.shows(row, "open", true)
	h.focusOn(row + ` [value="close"]`)

	h.tabTo(row+" summary", 1)
	h.press(" ")
	h.tabTo(row+` [name="state"]`, 1)
	h.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	h.done.keys += 2
	if got := value(h.tab, chromedp.Evaluate[string](`document.activeElement.value`)); got != "premoderated" {
		h.t.Errorf("two keys choose %q", got)
	}
	h.tabTo(row+` [name="slow"]`, 2)
	h.runs(`document.activeElement.select()`)
	h.write("9")
	h.press("\r")
	h.foot("Settings saved")
	h.shows(row, "slow: 9 minutes", true)
	h.focusOn(row + " summary")
	h.press("z")
	h.foot("Undone")
	h.shows(row, "slow", false)
	h.focusOn(row + " summary")

	// A wrong number is refused in place, and typed text stays.
	h.press(" ")
	h.tabTo(row+` [name="slow"]`, 3)
	h.runs(`document.activeElement.removeAttribute("max"); document.activeElement.select()`)
	h.write("9999")
	h.press("\r")
	h.foot("0 to 1440 minutes")
	h.focusOn(row + ` [name="slow"]`)
	h.stayed()
}

func (h *hand) enter() {
	h.t.Helper()
	h.done.keys++
	h.pressEnter()
}

// pickByKeyboard chooses a story for the filter of the queue.
func (h *hand) pickByKeyboard() {
	h.do(chromedp.Navigate(h.b.address("/desk/comments?state=any")))
	h.runs(`window.same = true; document.querySelector("#find > summary").focus()`)
	h.press("\r")
	h.tabTo("#in", 8)
	h.write("?!")
	h.wait(`document.querySelector(".story-none").textContent.includes("No story")`)
	h.press("\r")
	h.stayed()
	h.runs(`document.activeElement.select()`)
	h.write("the")
	h.wait(`document.querySelectorAll(".story-found li").length > 1`)
	h.press("\x1b")
	h.wait(`document.querySelector(".story-found").hidden`)
	h.write(" ")
	h.wait(`!document.querySelector(".story-found").hidden`)
	h.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	h.done.keys += 2
	second := value(h.tab, chromedp.Evaluate[string](`document.querySelectorAll(".story-found li")[1].dataset.title`))
	h.wait(`document.activeElement.getAttribute("aria-activedescendant") === document.querySelectorAll(".story-found li")[1].id`)
	h.enter()
	h.wait(fmt.Sprintf(`document.activeElement.id === "in" && document.activeElement.value === %q`, second))
	h.stayed()
	h.pressTo("\r")
	h.wait(fmt.Sprintf(`document.getElementById("in").value === %q`, second))
}
