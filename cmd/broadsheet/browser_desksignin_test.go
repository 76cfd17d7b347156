//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// codeInPlace signs in again in place with an account that has one-time passwords, once
// with a recovery code and once with the app's code. What was typed before is sent once.
func (b *bench) codeInPlace(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Tova", "--email", "tova@courier.example", "--role", "moderator", "--password-stdin")
	b.hold(t, "code", 4)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "tova@courier.example")
	tb.do(chromedp.Navigate(b.address("/desk/account/")))
	secret := strings.ReplaceAll(value(tb, chromedp.Text(chromedp.CSS(".secret code"))), " ", "")
	now := time.Now()
	code := func(at time.Time) string {
		t.Helper()
		code, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	tb.do(chromedp.SendKeys(chromedp.CSS("#totp-password"), deskPassword), chromedp.SendKeys(chromedp.CSS("#code"), code(now)))
	tb.click(`button[value="totp-on"]`)
	recovery := value(tb, chromedp.Evaluate[string](`document.querySelector(".codes code")?.textContent ?? ""`))
	if recovery == "" {
		t.Fatalf("one-time passwords are not on: %s", tb.source())
	}

	tb.do(chromedp.Navigate(b.address("/desk/comments")))
	// The app's code of the first minute is used. The next one is valid a little early.
	for i, right := range []string{recovery, code(now.Add(30 * time.Second))} {
		tb.do(chromedp.Evaluate[chromedp.Void](`fetch("/logout", {method: "POST"}).then(() => null)`, chromedp.EvalAwaitPromise))
		tb.runs(`document.querySelector(".card-frame:not(.leaving) .card").focus()`)
		held := tb.held()
		tb.do(chromedp.KeyEvent("r"))
		tb.wait(`document.activeElement.matches("textarea")`)
		tb.do(chromedp.KeyEvent(fmt.Sprint("Answer with the code number ", i, ".")), chromedp.KeyEvent("\t\r"))
		tb.wait(`document.getElementById("sign-in-here").open`)
		if tb.evaluate(`document.getElementById("here-code").checkVisibility() ? 1 : 0`) != 0 {
			t.Error("the code is asked for before the password")
		}
		tb.do(chromedp.SendKeys(chromedp.CSS("#here-email"), "tova@courier.example"), chromedp.SendKeys(chromedp.CSS("#here-password"), deskPassword+"\r"))
		tb.wait(`document.getElementById("here-code").checkVisibility() && document.activeElement.id === "here-code"`)
		if tb.evaluate(`document.getElementById("here-password").checkVisibility() ? 1 : 0`) != 0 {
			t.Error("the password is still asked for")
		}
		tb.checkAccess("the code in place", axeSource(t))
		tb.checkLayout("the code in place")
		// A wrong code is refused in place; the next one typed replaces it.
		tb.do(chromedp.KeyEvent("000000\r"))
		tb.wait(`document.getElementById("sign-in-refused").textContent.includes("code")`)
		tb.do(chromedp.KeyEvent(right + "\r"))
		tb.presses("", held-1)
		if tb.evaluate(`document.getElementById("sign-in-here").open ? 1 : 0`) != 0 {
			t.Error("the sign-in is still open")
		}
	}
	for i := range 2 {
		text := fmt.Sprint("Answer with the code number ", i, ".")
		_, body := b.get(t, articleLink.FindStringSubmatch(func() string { _, front := b.get(t, "/"); return front }())[1])
		if n := strings.Count(body, text+"</p>"); n != 1 {
			t.Errorf("the story has %q %d times", text, n)
		}
	}
}

// refusedInFrame opens pages that are refused, missing or in conflict. Each has the frame
// of the desk, with its menu and the way out, and says what happened.
func (b *bench) refusedInFrame(t *testing.T) {
	axe := axeSource(t)
	b.run(t, deskPassword, "people", "add", "--name", "Rut", "--email", "rut@courier.example", "--role", "moderator", "--password-stdin")
	b.run(t, deskPassword, "people", "add", "--name", "Alma", "--email", "alma@courier.example", "--role", "administrator", "--password-stdin")
	moderator, administrator := b.newTab(t), b.newTab(t)
	moderator.signIn(b, "rut@courier.example")
	administrator.signIn(b, "alma@courier.example")
	own := value(administrator, chromedp.Evaluate[string](`fetch("/desk/people").then((a) => a.text()).then((page) => {
		const row = [...new DOMParser().parseFromString(page, "text/html").querySelectorAll(".sessions > li")].find((li) => li.textContent.includes("alma@"));
		return row.querySelector("a").getAttribute("href"); })`, chromedp.EvalAwaitPromise))
	for _, c := range []struct {
		tab        *tab
		path, says string
		post       bool
	}{
		{moderator, "/desk/people", "Not allowed", false},
		{moderator, "/desk/settings", "Not allowed", false},
		{moderator, "/desk/comments/999999999", "404", false},
		{moderator, "/desk/no-such-page/", "404", false},
		{administrator, "/desk/people/999999/", "404", false},
		{administrator, own, "409", true},
	} {
		tb := c.tab
		for _, look := range []struct {
			width  int64
			scheme string
		}{{360, "dark"}, {1280, "light"}} {
			tb.do(emulate(look.width, look.scheme), chromedp.Navigate(b.address("/desk/account/")))
			if c.post {
				// The page has no such form; one that was open before may.
				tb.visit(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`{
					const form = document.createElement("form");
					form.method = "post"; form.action = %q; form.innerHTML = '<input name="do" value="out">';
					document.body.append(form); form.submit(); }`, c.path)))
			} else {
				tb.do(chromedp.Navigate(b.address(c.path)))
			}
			name := fmt.Sprint(c.path, " at ", look.width)
			frame := value(tb, chromedp.Evaluate[string](`[".desk-head nav a[href]", ".desk-who button", "main h1", "main a[href]"].filter((part) => !document.querySelector(part)).join()`))
			if frame != "" {
				t.Errorf("%s has no %s: %s", name, frame, tb.source())
			}
			if text := value(tb, chromedp.Evaluate[string](`document.querySelector("main").innerText`)); !strings.Contains(text, c.says) {
				t.Errorf("%s says %q", name, text)
			}
			tb.checkLayout(name)
			tb.checkAccess(name, axe)
		}
	}
}
