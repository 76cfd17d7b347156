//go:build browser

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// settingsAndRules changes the site in the browser: the preview follows the fields,
// and the results of the rules come beside them without a new page.
func (b *bench) settingsAndRules(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Ada", "--email", "ada@courier.example", "--role", "administrator", "--password-stdin")
	axe := axeSource(t)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "ada@courier.example")

	// The preview follows the typed name and the chosen colour; nothing is stored.
	tb.do(chromedp.Navigate(b.address("/desk/settings")))
	tb.do(chromedp.SendKeys(chromedp.CSS("#set-site-name"), " of the evening"))
	tb.do(chromedp.Poll[chromedp.Void](`document.querySelector(".on-light .preview-name").textContent.includes("of the evening")`))
	tb.do(chromedp.Evaluate[chromedp.Void](`{
		const accent = document.getElementById("set-site-accent");
		accent.value = "sea";
		accent.dispatchEvent(new Event("input", {bubbles: true}));
	}`))
	tb.do(chromedp.Poll[chromedp.Void](`document.querySelector(".on-light .preview-sea") && document.querySelector(".on-dark .preview-sea")`))
	if _, front := b.get(t, "/"); strings.Contains(front, "of the evening") {
		t.Error("the preview has changed the site")
	}
	tb.checkAccess("settings", axe)
	tb.checkLayout("settings")
	// Enter in a field saves, and does not press the first way back to a default.
	tb.do(chromedp.Navigate(b.address("/desk/settings")))
	tb.visit(chromedp.SendKeys(chromedp.CSS("#set-site-tagline"), " today\r"))
	if at := value(tb, chromedp.Location()); !strings.HasSuffix(at, "/desk/settings?group=paper&done=saved") {
		t.Errorf("Enter leads to %s", at)
	}

	// The verdict comes in place and takes the focus; the page is not loaded again.
	tb.do(chromedp.Navigate(b.address("/desk/rules")), chromedp.Evaluate[chromedp.Void](`window.stayed = true`))
	tb.checkAccess("rules", axe)
	tb.do(chromedp.SendKeys(chromedp.CSS("#trial-text"), "Nothing to say."), chromedp.Click(chromedp.CSS(`#trial button[value="judge"]`)))
	tb.do(chromedp.Poll[chromedp.Void](`document.activeElement.id === "verdict"`))
	tb.do(chromedp.Click(chromedp.CSS(`.rules-side button[value="try"]`)), chromedp.Poll[chromedp.Void](`document.activeElement.id === "run"`))
	inView := `(() => { const r = document.activeElement.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; })()`
	if !value(tb, chromedp.Evaluate[bool](`window.stayed === true`)) || !value(tb, chromedp.Evaluate[bool](inView)) {
		t.Error("the result of the rules is not in view on the same page")
	}
	tb.checkLayout("rules")

	// A word is forbidden by typing it and Enter, and the change is undone for the
	// other tests.
	tb.visit(chromedp.SendKeys(chromedp.CSS("#forbid-word"), "quokka\r"))
	if at := value(tb, chromedp.Location()); !strings.HasSuffix(at, "/desk/rules?done=forbidden") {
		t.Errorf("forbidding a word leads to %s", at)
	}
	b.run(t, "", "setting", "set", "comment.hold-words", "")
}
