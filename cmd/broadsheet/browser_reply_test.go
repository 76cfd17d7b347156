//go:build browser

package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// firstArticle is the address of an article that takes comments.
func (tb *tab) firstArticle(b *bench) string {
	tb.t.Helper()
	tb.do(chromedp.Navigate(b.address("/category/world-news/")))
	tb.click(`main h2 a`)
	return value(tb, chromedp.Location())
}

// nothingIsLost sends the form in ways that are refused, with script and
// without, and finds every field as it was.
func (b *bench) nothingIsLost(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			tb := b.newTab(t)
			if !script {
				tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
			}
			article := tb.firstArticle(b)
			text := "A long thought \"with quotes\" & <tags>, and عربي too."
			for name, c := range map[string]struct{ author, email, url, wrong string }{
				"no name":     {"", "marta@example.org", "https://m.example/", "#author"},
				"bad email":   {"Marta", "nobody at nowhere", "https://m.example/", "#email"},
				"long url":    {"Marta", "marta@example.org", "https://m.example/" + strings.Repeat("x", 300), "#url"},
				"staff: none": {"", "", "", "#author"},
			} {
				tb.do(chromedp.Navigate(article))
				tb.fill(map[string]string{"#comment": text, "#author": c.author, "#email": c.email, "#url": c.url})
				tb.click("#submit")
				for selector, want := range map[string]string{"#comment": text, "#author": c.author, "#email": c.email, "#url": c.url} {
					if got := value(tb, chromedp.Value(chromedp.CSS(selector))); got != want {
						t.Errorf("%s: %s came back as %q", name, selector, got)
					}
				}
				source := tb.source()
				if !strings.Contains(source, `aria-invalid="true"`) || !strings.Contains(source, `href="`+c.wrong+`"`) {
					t.Errorf("%s: the page does not say what is wrong", name)
				}
			}
			b.nothingIsLostElsewhere(tb, article, text)
		})
	}
}

// nothingIsLostElsewhere sends forms that are refused for reasons outside the
// form: the parent, the article, closed comments, a duplicate, or haste.
func (b *bench) nothingIsLostElsewhere(tb *tab, article, text string) {
	setting := func(key, value string) {
		tb.t.Helper()
		if out, err := exec.Command(b.binary, "setting", "set", key, value, "--data", b.data).CombinedOutput(); err != nil {
			tb.t.Fatalf("%v\n%s", err, out)
		}
	}
	send := func(name, text, says string, fields map[string]string, before func()) {
		tb.t.Helper()
		tb.do(chromedp.Navigate(article))
		tb.fill(map[string]string{"#comment": text, "#author": "Marta", "#email": "marta@example.org"})
		tb.fill(fields)
		before()
		tb.click("#submit")
		if got := value(tb, chromedp.Value(chromedp.CSS("#comment"))); got != text {
			tb.t.Errorf("%s: the text came back as %q", name, got)
		}
		if !strings.Contains(tb.source(), says) {
			tb.t.Errorf("%s: the page does not say %q", name, says)
		}
	}
	nothing := func() {}
	send("parent gone", text, "no longer public", map[string]string{"#comment_parent": "99999999"}, nothing)
	send("story gone", text, "not there any more", map[string]string{"#comment_post_ID": "99999999"}, nothing)
	today := article
	tb.do(chromedp.Navigate(b.address("/category/world-news/")))
	article = value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll("main h2 a")].at(5).href`)) // days old
	send("closed meanwhile", text, "were closed before yours arrived", nil, func() { setting("comment.close-after", "1") })
	setting("comment.close-after", "0")
	article = today
	for who, says := range map[string]string{"staff": "Only the newsroom can comment", "verified": "must be verified first", "closed": "closed before yours arrived"} {
		send("for "+who+" meanwhile", text, says, nil, func() { setting("comment.who", who) })
		setting("comment.who", "everyone")
	}
	first := fmt.Sprint("Said first by ", tb.t.Name())
	tb.do(chromedp.Navigate(article))
	tb.reply("Marta", first)
	setting("comment.flood", "3600")
	send("too quickly", text+" Again.", "a little too quickly", nil, nothing)
	setting("comment.flood", "0")
}

// fill puts texts into fields without regard to their limits.
func (tb *tab) fill(fields map[string]string) {
	tb.t.Helper()
	for selector, text := range fields {
		tb.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("void (document.querySelector(%q).value = %q)", selector, text)))
	}
}

// comfortOfScript tries the functions that scripts add to the form: a draft
// that survives a reload and disappears when the comment has arrived, a live
// preview, and one comment from two clicks.
func (b *bench) comfortOfScript(t *testing.T) {
	tb := b.newTab(t)
	article := tb.firstArticle(b)
	tb.do(chromedp.SendKeys(chromedp.CSS("#comment"), "A draft that nobody may lose."))
	tb.do(chromedp.Navigate(b.address("/")))
	tb.do(chromedp.Navigate(article))
	if got := value(tb, chromedp.Value(chromedp.CSS("#comment"))); got != "A draft that nobody may lose." {
		t.Fatalf("after leaving and coming back the field holds %q", got)
	}
	tb.fill(map[string]string{"#author": "Drusilla", "#email": "drusilla@example.org"})
	tb.click(`button[name="preview"]`)
	if got := value(tb, chromedp.Text(chromedp.CSS("#preview .comment-text"))); !strings.Contains(got, "nobody may lose") {
		t.Errorf("the preview shows %q", got)
	}
	tb.do(chromedp.SendKeys(chromedp.CSS("#comment"), " Never."))
	tb.do(chromedp.Poll[chromedp.Void](`document.querySelector("#preview .comment-text").textContent.includes("Never.")`))

	// Two clicks in one go.
	tb.visit(chromedp.Evaluate[chromedp.Void](`document.getElementById("submit").click(); document.getElementById("submit").click()`))
	tb.waiting("A draft that nobody may lose.")
	if n := strings.Count(tb.source(), "A draft that nobody may lose."); n != 1 {
		t.Errorf("two clicks made %d comments", n)
	}
	tb.do(chromedp.Navigate(article))
	if got := value(tb, chromedp.Value(chromedp.CSS("#comment"))); got != "" {
		t.Errorf("the draft of a comment that has arrived is still there: %q", got)
	}
	// The writer changes it.
	tb.click(`.comment-awaiting-moderation a`)
	tb.click(`.own-actions a.button`)
	tb.fill(map[string]string{"#comment": "Changed by its writer."})
	tb.click(`.comment-form button`)
	tb.waiting("Changed by its writer.")

	// A stranger's browser knows nothing of it.
	other := b.newTab(t)
	other.do(chromedp.Navigate(article))
	for _, word := range []string{"Drusilla", "Changed by its writer.", "nobody may lose"} {
		if strings.Contains(other.source(), word) {
			t.Errorf("another browser's page has %q", word)
		}
	}
	if got := value(other, chromedp.Value(chromedp.CSS("#comment"))); got != "" {
		t.Errorf("another browser's form holds %q", got)
	}
}
