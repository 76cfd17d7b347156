//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// run runs a command beside the site.
func (b *bench) run(t *testing.T, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command(b.binary, append(args, "--data", b.data)...)
	cmd.Env, cmd.Stdin = b.site.env, strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

const deskPassword = "a password for the desk"

// hold brings comments in that wait, and returns the path of their article.
func (b *bench) hold(t *testing.T, name string, n int) {
	t.Helper()
	var rows strings.Builder
	for i := range n {
		row, err := json.Marshal(map[string]any{
			"id": fmt.Sprint(name, i), "source": "desk", "article_id": b.articleSlug(t), "state": "hold", "author": fmt.Sprint("Reader ", i), "email": fmt.Sprintf("%s%d@example.org", name, i),
			"date": time.Date(2020, 1, 1, 0, i, 0, 0, time.UTC), "text": fmt.Sprintf("%s waits here as number %d.", name, i),
		})
		if err != nil {
			t.Fatal(err)
		}
		rows.Write(append(row, '\n'))
	}
	path := filepath.Join(t.TempDir(), "held.jsonl")
	if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	b.run(t, "", "comment", "import", path)
}

// articleSlug is the slug, and the source's id, of an article of the demo.
func (b *bench) articleSlug(t *testing.T) string {
	t.Helper()
	_, front := b.get(t, "/")
	m := articleLink.FindStringSubmatch(front)
	if m == nil {
		t.Fatal("the front page has no story")
	}
	return filepath.Base(strings.TrimSuffix(m[1], "/"))
}

// signIn goes through the way in, typing.
func (tb *tab) signIn(b *bench, email string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(b.address("/desk/comments")))
	tb.do(chromedp.SendKeys(chromedp.CSS("#email"), email), chromedp.SendKeys(chromedp.CSS("#password"), deskPassword))
	tb.click(".comment-form button")
	if !strings.Contains(tb.source(), "desk-tabs") {
		tb.t.Fatalf("signing in leads to %s", value(tb, chromedp.Location()))
	}
}

// held is how many comments wait, as the page says.
func (tb *tab) held() int {
	tb.t.Helper()
	return value(tb, chromedp.Evaluate[int](`Number(document.querySelector('[data-queue="hold"] .count').textContent.replace(/\D/g, ""))`))
}

// presses presses keys and waits until the page says that so many wait.
func (tb *tab) presses(keys string, held int) {
	tb.t.Helper()
	tb.do(chromedp.KeyEvent(keys), chromedp.Poll[chromedp.Void](fmt.Sprintf(
		`document.querySelector('[data-queue="hold"] .count').textContent.replace(/\D/g, "") === "%d" && !document.querySelector(".leaving")`, held)))
}

// deskByKeyboard clears a queue without touching the mouse.
func (b *bench) deskByKeyboard(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Mona", "--email", "mona@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "keyboard", 60)
	axe, err := os.ReadFile(required(t, "BROADSHEET_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "mona@courier.example")
	tb.checkAccess("queue", string(axe))
	held, begin := tb.held(), time.Now()
	const decisions = 45
	for i := range decisions {
		held--
		tb.presses(string("asdf"[i%4]), held)
	}
	t.Logf("%d decisions by keyboard, %.0f a minute", decisions, decisions/time.Since(begin).Minutes())
	if got := value(tb, chromedp.Text(chromedp.CSS("#desk-status"))); !strings.Contains(got, "Approved") {
		t.Errorf("the live region says %q", got)
	}

	// The last one comes back, and has the focus.
	held++
	tb.presses("z", held)
	if got := value(tb, chromedp.Evaluate[string](`document.activeElement.className`)); got != "card" {
		t.Errorf("after undoing the focus is on %q", got)
	}
	// Several at once, and back.
	tb.do(chromedp.KeyEvent("x"), chromedp.KeyEvent("j"), chromedp.KeyEvent("x"))
	tb.do(chromedp.KeyEvent("S", chromedp.KeyModifiers(8)))
	tb.presses("j", held-2)
	tb.presses("z", held)
	// An answer and a reason, typed.
	tb.do(chromedp.KeyEvent("r"), chromedp.KeyEvent("Thank you, we are looking into it."))
	held--
	tb.presses("\t\r", held)
	held--
	tb.presses("l2", held)
	if got := value(tb, chromedp.Text(chromedp.CSS("#desk-status"))); !strings.Contains(got, "Declined") {
		t.Errorf("after a reason was chosen the live region says %q", got)
	}
	// The facts beside a comment, the keys, another queue.
	tb.do(chromedp.KeyEvent("i"), chromedp.Poll[chromedp.Void](`document.querySelector(".card-side[open] .around h3")`))
	tb.checkAccess("queue with all that is known", string(axe))
	tb.do(chromedp.KeyEvent("?"), chromedp.Poll[chromedp.Void](`document.getElementById("keys").open`), chromedp.KeyEvent("\x1b"))
	tb.visit(chromedp.KeyEvent("t"))
	if got := value(tb, chromedp.Location()); !strings.HasSuffix(got, "state=reported") {
		t.Errorf("t leads to %s", got)
	}
	tb.do(chromedp.Navigate(b.address("/desk/comments?state=spam")))
	tb.visit(chromedp.KeyEvent("o"))
	tb.checkAccess("card", string(axe))
	tb.checkLayout("card")
}

// deskWithoutScript does the same by plain forms.
func (b *bench) deskWithoutScript(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Otto", "--email", "otto@courier.example", "--role", "moderator", "--password-stdin")
	b.hold(t, "plainly", 8)
	tb := b.newTab(t)
	tb.do(emulate(360, "dark"))
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tb.signIn(b, "otto@courier.example")
	held := tb.heldInSource()
	for i, action := range []string{"approve", "spam", "trash"} {
		if action != "approve" {
			tb.do(chromedp.Click(chromedp.CSS(".card-frame .card-decline summary")))
		}
		tb.click(".card-frame .card-form .do-" + action)
		if got := tb.heldInSource(); got != held-i-1 {
			t.Fatalf("%d wait after %s, want %d", got, action, held-i-1)
		}
		tb.checkSource("#desk-status", "desk-status")
	}
	tb.click("#desk-status button")
	if got := tb.heldInSource(); got != held-2 {
		t.Errorf("%d wait after one was taken back, want %d", got, held-2)
	}
	tb.click(".card-frame .card-open")
	if s := tb.source(); !strings.Contains(s, `id="around"`) {
		t.Error("a card does not lead to its page")
	}
	tb.click(".desk-who button")
	tb.do(chromedp.Navigate(b.address("/desk/comments")))
	if got := value(tb, chromedp.Location()); !strings.Contains(got, "/login") {
		t.Errorf("signed out, the desk is at %s", got)
	}
}

var heldCount = regexp.MustCompile(`data-queue="hold"[^>]*>[^<]*<span class="count">(\d+)`)

// heldInSource counts the held comments in the page without script.
func (tb *tab) heldInSource() (n int) {
	tb.t.Helper()
	if m := heldCount.FindStringSubmatch(tb.source()); m != nil {
		fmt.Sscan(m[1], &n)
	}
	return n
}

// checkSource expects something on the page.
func (tb *tab) checkSource(name, part string) {
	tb.t.Helper()
	if !strings.Contains(tb.source(), part) {
		tb.t.Errorf("%s: no %q at %s", name, part, value(tb, chromedp.Location()))
	}
}
