//go:build browser

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// fewest is how many actions a correction and a typing error may take, from the public
// page on. An action is a link or a button that is pressed, a box that is ticked, or a
// field that is changed.
const fewest = 4

// correcting corrects a live story from its public page: by pointing on a wide window, and
// a typing error by keyboard on a telephone.
func (b *bench) correcting(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Cora", "--email", "cora@courier.example", "--role", "editor", "--password-stdin")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "cora@courier.example")
	path := articleLink.FindStringSubmatch(func() string { _, front := b.get(t, "/"); return front }())[1]

	actions := 0
	act := func(steps ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		actions++
		tb.do(steps...)
	}
	end := func(what string) string {
		t.Helper()
		if actions > fewest {
			t.Errorf("%s takes %d actions, at most %d", what, actions, fewest)
		}
		actions = 0
		_, page := b.get(t, path)
		return page
	}

	// A correction: the link leads into its field.
	tb.do(chromedp.Navigate(b.address(path)), chromedp.WaitVisible(`.staffbar a[href*="text=shown"]`))
	act(chromedp.Click(`.staffbar a[href*="text=shown"]`), chromedp.WaitVisible(`#correction_text`))
	tb.wait(`document.activeElement.id === "correction_text"`)
	act(chromedp.KeyEvent("The mayor was not there."))
	act(chromedp.Click(`.edit-moves .edit-go`), chromedp.WaitVisible(`.edit-correction`))
	if page := end("a correction"); !strings.Contains(page, "The mayor was not there.") {
		t.Error("readers do not see the correction")
	}

	// A typing error, by keyboard on a telephone.
	tb.do(emulate(360, "light"), chromedp.Navigate(b.address(path)), chromedp.WaitVisible(`.staffbar`))
	revised := updated(end("nothing"))
	act(chromedp.Focus(`.staffbar a[href^="/desk/articles/"]:not([href*="text=shown"])`), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(`#minor`))
	act(chromedp.Focus("#title"), chromedp.KeyEvent("Setright "))
	tb.wait(`document.getElementById("title").value.includes("Setright")`)
	act(chromedp.Focus("#minor"), chromedp.KeyEvent(" "))
	act(chromedp.Focus(`.edit-moves .edit-go`))
	value(tb, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Func(func(context.Context, *chromedp.Target) error {
		tb.do(chromedp.KeyEvent(kb.Enter))
		return nil
	})))
	if wrong := value(tb, chromedp.Evaluate[string](`document.getElementById("error")?.textContent ?? ""`)); wrong != "" {
		t.Fatalf("the change is refused: %s", wrong)
	}
	page := end("a typing error")
	if !strings.Contains(page, "Setright") {
		t.Error("readers do not see the new text")
	}
	if now := updated(page); now != revised {
		t.Errorf("the date of the update moved from %q to %q", revised, now)
	}
	_, changes := b.get(t, path+"changes/")
	if _, updates, _ := strings.Cut(changes, `class="change"`); updates == "" || strings.Contains(updates, "Setright") {
		t.Error("what changed has the typing error")
	}
	tb.checkLayout("the form of a story at 360")
}

// updated returns the part of a page that says when the story was updated.
func updated(page string) string {
	_, after, _ := strings.Cut(page, `class="updated"`)
	part, _, _ := strings.Cut(after, "</span>")
	return part
}
