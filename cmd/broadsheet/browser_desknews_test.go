//go:build browser

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// comment posts a comment as a reader with another browser does.
func (b *bench) comment(t *testing.T, author, text string) {
	t.Helper()
	path := articleLink.FindStringSubmatch(func() string { _, front := b.get(t, "/"); return front }())[1]
	_, page := b.get(t, path)
	id := regexp.MustCompile(`name="comment_post_ID"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="comment_post_ID"`).FindStringSubmatch(page)
	if id == nil {
		t.Fatalf("%s has no reply form", path)
	}
	res, err := http.PostForm(b.address("/wp-comments-post.php"), url.Values{
		"comment_post_ID": {id[1] + id[2]}, "comment_parent": {"0"}, "author": {author}, "email": {"news@example.org"}, "comment": {text},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode >= 400 {
		t.Fatalf("posting a comment answers %s\n%s", res.Status, body)
	}
}

// deskNews posts comments while the queue is open. They appear as a quiet button, and
// then behind the card that is being read, which stays where it is. Then it ends the
// session under the page.
func (b *bench) deskNews(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Nils", "--email", "nils@courier.example", "--role", "moderator", "--password-stdin")
	b.hold(t, "news", 45)
	b.comment(t, "Before", "This one was there before.")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "nils@courier.example")
	if tb.evaluate(`document.getElementById("more") ? 1 : 0`) != 1 {
		t.Fatal("the list has no second page")
	}
	// Asking is due every 20 seconds, and when the window is seen again.
	const seen = `document.dispatchEvent(new Event("visibilitychange"))`
	tb.runs(`window.samePage = true; window.asked = 0; const real = window.fetch;
		window.fetch = (...a) => { if (String(a[0]).includes("/comments/new")) window.asked++; return real(...a); }`)
	held, top := tb.held(), tb.evaluate(`Math.round(document.querySelector("#cards").getBoundingClientRect().top)`)
	for i := range 3 {
		b.comment(t, fmt.Sprint("Newcomer ", i), fmt.Sprintf("A fresh thought with the number %d, unlike the others: %s.", i, []string{"boats", "taxes", "weather"}[i]))
	}
	tb.runs(seen)
	tb.wait(`!document.getElementById("news").hidden && document.querySelector("#news .count").textContent === "3"`)
	tb.wait(fmt.Sprintf(`document.title.startsWith("(%d) ")`, held+3))
	if tb.evaluate(`Math.round(document.querySelector("#cards").getBoundingClientRect().top)`) != top {
		t.Error("the button of the news moves the cards")
	}
	tb.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	const reading = `Math.round(document.activeElement.closest(".card-frame").getBoundingClientRect().top)`
	id, at := tb.evaluate(`Number(document.activeElement.id.slice(5))`), tb.evaluate(reading)
	tb.runs(`document.getElementById("news").click()`)
	tb.wait(`document.body.textContent.includes("unlike the others: weather.")`)
	if got := tb.evaluate(`Number(document.activeElement.id.slice(5))`); got != id || tb.evaluate(reading) != at {
		t.Errorf("the new cards have moved the card that is being read: %d at %d, was %d at %d", got, tb.evaluate(reading), id, at)
	}
	tb.do(chromedp.KeyEvent("j"))
	if got := value(tb, chromedp.Evaluate[string](`document.activeElement.textContent`)); !regexp.MustCompile(`unlike the others: boats`).MatchString(got) {
		t.Errorf("after the card being read comes %q", got)
	}
	if tb.evaluate(`window.samePage ? 1 : 0`) != 1 {
		t.Error("news have loaded the page again")
	}

	// Nothing is asked behind another window.
	tb.runs(`Object.defineProperty(document, "hidden", {get: () => true, configurable: true}); window.asked = 0; ` + seen)
	if got := tb.evaluate(`window.asked`); got != 0 {
		t.Errorf("a hidden page asks %d times", got)
	}
	tb.runs(`delete document.hidden; ` + seen)
	tb.wait(`window.asked === 1`)
	b.sessionEnds(tb, seen)
}

// sessionEnds signs in again in place: by a password, then by a one-time code too.
func (b *bench) sessionEnds(tb *tab, seen string) {
	t := tb.t
	end := func() {
		t.Helper()
		tb.do(chromedp.Evaluate[chromedp.Void](`fetch("/logout", {method: "POST"}).then(() => null)`, chromedp.EvalAwaitPromise))
	}
	end()
	tb.runs(`window.asked = 0; ` + seen)
	tb.wait(`window.asked === 1`)
	// What was typed stays, and is sent after the sign-in.
	tb.runs(`document.querySelector(".card").focus()`)
	held := tb.held()
	tb.do(chromedp.KeyEvent("r"), chromedp.KeyEvent("Typed before the end."), chromedp.KeyEvent("\t\r"))
	tb.wait(`document.getElementById("sign-in-here").open`)
	tb.do(chromedp.SendKeys(chromedp.CSS("#here-email"), "nils@courier.example"), chromedp.SendKeys(chromedp.CSS("#here-password"), "wrong\r"))
	tb.wait(`document.getElementById("sign-in-refused").textContent`)
	tb.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("here-password").value = ""`), chromedp.SendKeys(chromedp.CSS("#here-password"), deskPassword+"\r"))
	tb.presses("", held-1)
	if tb.evaluate(`document.getElementById("sign-in-here").open ? 1 : 0`) != 0 {
		t.Error("the sign-in is still open")
	}
	// Then it asks for news again.
	tb.wait(`window.asked > 1`)

	// Closed without signing in: the text is still in its field.
	end()
	tb.do(chromedp.KeyEvent("r"), chromedp.KeyEvent("Kept in its field."), chromedp.KeyEvent("\t\r"))
	tb.wait(`document.getElementById("sign-in-here").open`)
	tb.do(chromedp.KeyEvent("\x1b"))
	tb.wait(`!document.getElementById("sign-in-here").open && document.querySelector("#desk-status a")`)
	if got := value(tb, chromedp.Evaluate[string](`document.querySelector(".card-answer[open] textarea")?.value ?? ""`)); !strings.HasSuffix(got, "Kept in its field.") { // the protocol types the key r too
		t.Errorf("after the sign-in was closed the field has %q", got)
	}
}
