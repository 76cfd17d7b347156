//go:build browser

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// staffOnTheStory decides comments on the page of an article, with script and without,
// while a stranger's browser reads the same page. Nothing of the staff reaches the
// stranger, nor what a browser keeps for reading offline.
func (b *bench) staffOnTheStory(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Pia", "--email", "pia@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "story", 3)
	axe, err := os.ReadFile(required(t, "BROADSHEET_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	path := articleLink.FindStringSubmatch(func() string { _, front := b.get(t, "/"); return front }())[1]
	_, before := b.get(t, path)
	unchanged := func(after string) {
		t.Helper()
		if _, now := b.get(t, path); now != before {
			t.Errorf("after %s a stranger's page has changed", after)
		}
	}
	tb := b.newTab(t)
	tb.signIn(b, "pia@courier.example")
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			tb.do(emulate(width, scheme), chromedp.Navigate(b.address(path)))
			tb.checkLayout(fmt.Sprint("the story for the staff at ", width))
			tb.checkAccess(fmt.Sprint("the story for the staff at ", width, " ", scheme), string(axe))
		}
	}
	unchanged("a look of the staff")

	// In place: the bar says what was done, and undoes it, without another page.
	card := `document.evaluate("//li[contains(@class, 'comment')][article/div[contains(., 'story waits here as number 0.')]]", document, null, 9).singleNodeValue`
	class := func(name string) {
		t.Helper()
		tb.do(chromedp.Poll[chromedp.Void](card + `.classList.contains("` + name + `")`))
	}
	tb.do(chromedp.Evaluate[chromedp.Void]("window.same = true"))
	class("staff-hold")
	tb.do(chromedp.Evaluate[chromedp.Void](card + `.querySelector("button[value=approve]").click(); ` + card + `.querySelector("button[value=spam]").click()`))
	class("staff-approve") // the second press came too early
	if got := value(tb, chromedp.Text(chromedp.CSS("#staff-said"))); !strings.Contains(got, "Approved.") {
		t.Errorf("the bar says %q", got)
	}
	if got := value(tb, chromedp.Evaluate[string](`document.activeElement.id`)); !strings.HasPrefix(got, "comment-") {
		t.Errorf("the focus is on %q", got)
	}
	if _, now := b.get(t, path); !strings.Contains(now, "story waits here as number 0.") {
		t.Error("a stranger does not see what was approved")
	}
	tb.do(chromedp.Click(chromedp.CSS("#staff-said button")))
	class("staff-hold")
	unchanged("an undo of the staff")
	if value(tb, chromedp.Evaluate[int]("window.same ? 1 : 0")) != 1 {
		t.Error("a decision has opened another page")
	}

	// What a browser keeps for reading offline never has these parts.
	tb.do(chromedp.Poll[chromedp.Void](`(async () => (await navigator.serviceWorker.ready).active.state === "activated")()`), chromedp.Navigate(b.address(path)))
	kept := value(tb, chromedp.Evaluate[int](`(async () => { let n = 0;
		for (const name of await caches.keys()) { const cache = await caches.open(name);
			for (const key of await cache.keys()) if ((await (await cache.match(key, {ignoreVary: true})).text()).includes('id="staffbar"')) n++;
		} return n; })()`, chromedp.EvalAwaitPromise))
	if kept != 0 {
		t.Errorf("%d kept pages have the bar", kept)
	}

	// Without script, the way back leads to the comment.
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(b.address(path)))
	tb.click(".staff-hold button[value=trash]")
	if where := value(tb, chromedp.Location()); !strings.Contains(where, path+"?done=trash") || !strings.Contains(where, "#comment-") {
		t.Errorf("without script a decision leads to %s", where)
	}
	if !strings.Contains(tb.source(), "Moved to the trash.") {
		t.Error("without script the bar does not say what was done")
	}
	unchanged("a declined comment that waited")

	// A stranger beside them.
	other := b.newTab(t)
	other.do(chromedp.Navigate(b.address(path)))
	for _, part := range []string{"staffbar", "staff-actions", "story waits here"} {
		if strings.Contains(other.source(), part) {
			t.Errorf("a stranger's browser has %q", part)
		}
	}
}
