//go:build browser

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// banByKeyboard bans the writer of a card by two keys, stays on the list, and takes the
// ban back by a third. Then it looks at the pages of writers.
func (b *bench) banByKeyboard(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Nina", "--email", "nina@courier.example", "--role", "moderator", "--password-stdin")
	b.hold(t, "banned", 2)
	axe, err := os.ReadFile(required(t, "BROADSHEET_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "nina@courier.example")
	here := value(tb, chromedp.Location())
	tb.do(chromedp.KeyEvent("b"), chromedp.Poll[chromedp.Void](`document.activeElement.matches('.ban-form button[value="set"]')`))
	tb.checkAccess("queue with a ban", string(axe))
	tb.do(chromedp.KeyEvent("\r"), chromedp.Poll[chromedp.Void](`document.getElementById("desk-status").textContent.includes("The ban is active")`))
	tb.do(chromedp.Poll[chromedp.Void](`!document.querySelector(".ban-form")`))
	if got := value(tb, chromedp.Location()); got != here {
		t.Errorf("the ban leads to %s", got)
	}
	tb.do(chromedp.KeyEvent("z"), chromedp.Poll[chromedp.Void](`document.getElementById("desk-status").textContent.includes("taken back")`))

	for _, width := range []int64{1280, 360} {
		tb.do(emulate(width, "dark"))
		tb.do(chromedp.Navigate(b.address("/desk/writers?q=Reader")))
		tb.checkAccess("writers", string(axe))
		tb.checkLayout("writers")
		tb.click(".writer-who a")
		if got := value(tb, chromedp.Location()); !strings.Contains(got, "/desk/writers/typed-") {
			t.Errorf("the first writer is at %s", got)
		}
		tb.do(chromedp.Evaluate[chromedp.Void](`for (const part of document.querySelectorAll("details")) part.open = true`))
		tb.checkAccess("writer", string(axe))
		tb.checkLayout("writer")
		tb.do(chromedp.Navigate(b.address("/desk/bans?all=yes")))
		tb.checkAccess("bans", string(axe))
		tb.checkLayout("bans")
	}
}
