//go:build browser

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// walkWithoutScript goes the reader's whole way with script off: from the
// front page to a category, to an article, to a reply that waits, that a
// moderator lets through, and that gets a reply itself.
func (b *bench) walkWithoutScript(t *testing.T) {
	tb := b.newTab(t)
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}),
		chromedp.Navigate(b.address("/")))
	tb.click(`nav a[href*="/category/world-news/"]`)
	tb.click(`main h2 a, main h3 a`)
	article := value(tb, chromedp.Location())
	if !articleLink.MatchString(`href="` + article + `"`) {
		t.Fatalf("the first story of the section leads to %s", article)
	}

	tb.reply("Marta", "A reply written without any script.")
	id := tb.waiting("A reply written without any script.")
	b.decide(t, "approve", id)
	tb.do(chromedp.Navigate(article))
	if s := tb.source(); strings.Contains(s, "comment-awaiting-moderation") || !strings.Contains(s, "A reply written without any script.") {
		t.Error("the approved reply is not simply there")
	}

	tb.click("#comment-" + id + " .comment-reply-link")
	tb.reply("Marta", "And an answer to it.")
	// This browser is trusted now: its comments appear at once.
	if strings.Contains(tb.source(), "comment-awaiting-moderation") {
		t.Error("the second reply of an approved writer waits")
	}
	answer := tb.number("And an answer to it.")
	inside := fmt.Sprintf("#comment-%s #comment-%s", id, answer)
	if n := len(value(tb, chromedp.Nodes(chromedp.CSSAll(inside), chromedp.AtLeast(0)))); n != 1 {
		t.Errorf("the answer is not below what it answers: %s", inside)
	}
}

// reply fills the form in and sends it.
func (tb *tab) reply(author, text string) {
	tb.t.Helper()
	tb.do(
		chromedp.SetValue(chromedp.CSS("#comment"), text),
		chromedp.SetValue(chromedp.CSS("#author"), author),
		chromedp.SetValue(chromedp.CSS("#email"), "marta@example.org"),
	)
	tb.click("#submit")
}

// waiting expects the page to show the reply as one that waits, and returns
// its number.
func (tb *tab) waiting(text string) (id string) {
	tb.t.Helper()
	source := tb.source()
	if !strings.Contains(source, "comment-awaiting-moderation") || !strings.Contains(source, text) {
		tb.t.Fatalf("no reply that waits, at %s", value(tb, chromedp.Location()))
	}
	return tb.number(text)
}

// number returns the number of the comment with a text.
func (tb *tab) number(text string) string {
	tb.t.Helper()
	source := tb.source()
	ids := regexp.MustCompile(`id="comment-(\d+)"`).FindAllStringSubmatch(source[:strings.LastIndex(source, text)], -1)
	if ids == nil {
		tb.t.Fatal("the reply has no number")
	}
	return ids[len(ids)-1][1]
}

// decide decides a comment by the command line while the site runs.
func (b *bench) decide(t *testing.T, action, id string) {
	t.Helper()
	cmd := exec.Command(b.binary, "comment", "decide", "--data", b.data, action, id)
	cmd.Env = b.site.env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("comment decide: %v\n%s", err, out)
	}
}

// walkInLynx goes the same way in a text browser.
func (b *bench) walkInLynx(t *testing.T) {
	lynx, err := exec.LookPath("lynx")
	if err != nil {
		t.Skip("lynx is not installed; .ci/check installs it")
	}
	dump := func(address string) string {
		t.Helper()
		out, err := exec.Command(lynx, "-dump", "-list_inline", "-width=200", address).CombinedOutput()
		if err != nil {
			t.Fatalf("lynx %s: %v\n%s", address, err, out)
		}
		return string(out)
	}
	category := regexp.MustCompile(`\[(http://[^\]]+/category/world-news/)\]`).FindStringSubmatch(dump(b.address("/")))
	if category == nil {
		t.Fatal("a text browser finds no way to the section")
	}
	article := regexp.MustCompile(`\[(http://[^\]]+/\d{4}/\d{2}/\d{2}/[^/\]]+/)\]`).FindStringSubmatch(dump(category[1]))
	if article == nil {
		t.Fatal("a text browser finds no way to an article")
	}
	text := dump(article[1])
	for _, want := range []string{"Leave a Reply", "Post comment"} {
		if !strings.Contains(text, want) {
			t.Errorf("a text browser does not see %q", want)
		}
	}
	if after := b.typeReply(t, lynx, article[1]); !strings.Contains(after, "awaiting moderation") {
		t.Errorf("a reply from a text browser is not shown as awaiting moderation:\n%s", after)
	}
}

// typeReply plays recorded keys to lynx, as a person would press them: go from
// field to field, type, press the button, and save the page that comes back.
// It returns that page. The screen is low, so that nothing above the form is
// on it: lynx begins at the first field or link it shows.
func (b *bench) typeReply(t *testing.T, lynx, article string) string {
	t.Helper()
	dir := t.TempDir()
	saved, script := filepath.Join(dir, "after.txt"), filepath.Join(dir, "keys")
	var keys strings.Builder
	press := func(names ...string) {
		for _, name := range names {
			keys.WriteString("key " + name + "\n")
		}
	}
	write := func(text string) {
		for _, r := range text {
			press(strings.ReplaceAll(string(r), " ", "<space>"))
		}
	}
	const enter, tab, clear = "^J", "^I", "^U"
	write("From a text browser.")
	press(tab)
	write("Lynx")
	press(tab)
	write("lynx@example.org")
	press(tab, tab, tab, enter) // past the website and "remember me", onto the button
	write("p")
	press(enter, clear)
	write(saved)
	press(enter)
	write("qy")
	if err := os.WriteFile(script, []byte(keys.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), lynx, "-nopause", "-accept_all_cookies", "-cmd_script="+script, article+"#respond")
	cmd.Env = append(slices.Clone(b.site.env), "TERM=vt100", "LINES=16", "COLUMNS=100", "HOME="+dir)
	cmd.WaitDelay = patience
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("lynx: %v\n%q", err, out)
	}
	after, err := os.ReadFile(saved)
	if err != nil {
		t.Errorf("lynx saved no page: %v", err)
	}
	return string(after)
}
