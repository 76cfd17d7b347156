//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// typedText is the text of the form's body, as it would be sent.
const typedText = `document.getElementById("body").value`

// writing writes a story with the rich editor: the text is saved automatically, kept in the
// browser while the server cannot have it, saved after a sign-in beside it, and public
// after one press.
func (b *bench) writing(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Wanda", "--email", "wanda@courier.example", "--role", "editor", "--password-stdin")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "wanda@courier.example")
	tb.do(
		chromedp.Navigate(b.address("/desk/articles/new")), chromedp.WaitVisible(`.rich-text`),
		chromedp.SendKeys("#title", "Ferries in the fog"), chromedp.Click(".rich-text"),
		chromedp.KeyEvent("The first ferry "), chromedp.Click(`[data-do="bold"]`), chromedp.KeyEvent("waited"),
		chromedp.Click(`[data-do="bold"]`), chromedp.KeyEvent(" an hour."),
	)
	tb.wait(typedText + `.includes("<strong>waited</strong> an hour.")`)
	tb.do(chromedp.Click(`.edit-moves [value="save"]`), chromedp.WaitVisible(`#edit-saved time`), chromedp.WaitVisible(`.rich-text`))
	if text := value(tb, chromedp.Evaluate[string](typedText)); !strings.Contains(text, "<strong>waited</strong> an hour.") {
		t.Errorf("after saving the text is %q", text)
	}
	path := value(tb, chromedp.Evaluate[string](`location.pathname`))
	story := path[strings.LastIndex(path, "/")+1:]

	// A few seconds after the last key the server has it, without a press.
	tb.do(chromedp.Click(".rich-text"), chromedp.KeyEvent(kb.End+" Then it left."))
	tb.wait(`document.getElementById("edit-saved").textContent.includes("Saved automatically")`)
	versions := tb.fetches(path + "/versions")
	if !strings.Contains(versions, "saved automatically") {
		t.Error("the list of versions has no version that was saved automatically")
	}

	// The session ends, and the text stays, is offered again, and is saved after a sign-in.
	tb.runs(`fetch("/logout", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "x=y"})`)
	tb.wait(`fetch("/desk/account/", {redirect: "manual"}).then((a) => a.type === "opaqueredirect")`)
	tb.do(chromedp.Click(".rich-text"), chromedp.KeyEvent(kb.End+" Nobody saw it."))
	tb.do(chromedp.WaitVisible(`#sign-in-here input[name="email"]`))
	if text := value(tb, chromedp.Evaluate[string](typedText)); !strings.Contains(text, "Nobody saw it.") {
		t.Errorf("after the end of the session the text is %q", text)
	}
	tb.do(
		chromedp.SendKeys("#here-email", "wanda@courier.example"), chromedp.SendKeys("#here-password", deskPassword), chromedp.KeyEvent(kb.Enter),
	)
	tb.wait(`document.getElementById("edit-saved").textContent.includes("Saved automatically")`)
	page := tb.fetches(path)
	if !strings.Contains(page, "Nobody saw it.") {
		t.Error("the server does not have what was typed after the end of the session")
	}

	tb.do(chromedp.Click(`.edit-moves [value="publish"]`), chromedp.WaitVisible(`.edit-published`))
	if _, public := b.get(t, "/?p="+story); !strings.Contains(public, "Nobody saw it.") {
		t.Errorf("the public page lacks the text: %.300q", public)
	}
	tb.checkHeard("the form of a story")
}

// fetches returns the answer of an address of the page's own site to its fetch.
func (tb *tab) fetches(path string) string {
	tb.t.Helper()
	tb.runs(fmt.Sprintf(`window.fetched = undefined; fetch(%q).then((a) => a.text()).then((text) => { window.fetched = text; })`, path))
	tb.wait(`window.fetched !== undefined`)
	return value(tb, chromedp.Evaluate[string](`window.fetched`))
}
