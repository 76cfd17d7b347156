//go:build browser

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// inviteOnPage fills in the form of an invitation and returns the path of its link, which
// the page shows because the site sends no mail.
func (tb *tab) inviteOnPage(b *bench, name, email, role, password string) string {
	tb.t.Helper()
	tb.do(chromedp.Navigate(b.address("/desk/people")))
	tb.do(chromedp.SendKeys(chromedp.CSS("#name"), name), chromedp.SendKeys(chromedp.CSS("#email"), email),
		chromedp.Click(chromedp.CSS(`label[for="role-`+role+`"]`)), chromedp.SendKeys(chromedp.CSS("#old"), password))
	tb.click(`button[value="add"]`)
	link := value(tb, chromedp.Evaluate[string](`document.querySelector(".secret code")?.textContent ?? ""`))
	_, path, found := strings.Cut(link, "/login/invitation/")
	if !found {
		tb.t.Fatalf("the page shows the link %q: %s", link, tb.source())
	}
	return "/login/invitation/" + path
}

// inviteWithScript invites a person who makes a passkey at once, and signs in with it. A
// refused form keeps what was typed, and the wish for a passkey.
func (b *bench) inviteWithScript(t *testing.T) {
	axe := axeSource(t)
	local := b.onLocalhost(t, "Ada", "ada@courier.example", "administrator")
	boss := local.newTab(t)
	boss.do(chromedp.Navigate(local.address("/desk/people")))
	boss.do(chromedp.SendKeys(chromedp.CSS("#email"), "ada@courier.example"), chromedp.SendKeys(chromedp.CSS("#password"), "ada's long password"))
	boss.click(`form[action="/login"] button`)
	link := boss.inviteOnPage(local, "Ines", "ines@courier.example", "editor", "ada's long password")
	boss.checkAccess("people with an invitation", axe)
	boss.checkLayout("people with an invitation")

	tb := local.newTab(t)
	tb.do(command(webauthn.Enable, webauthn.EnableParams{}))
	value(tb, ask(webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: authenticator}))
	tb.do(emulate(360, "dark"), chromedp.Navigate(local.address(link)))
	tb.checkAccess("the invitation", axe)
	tb.checkLayout("the invitation")
	tb.do(chromedp.SetValue(chromedp.CSS("#name"), "Ines Holm"), chromedp.SendKeys(chromedp.CSS("#password"), "ines holm 1999"), chromedp.Click(chromedp.CSS("#passkey")))
	tb.click(".comment-form button")
	tb.checkSource("a common password", "guessed too easily")
	kept := value(tb, chromedp.Evaluate[string](`document.getElementById("name").value + "|" + document.getElementById("passkey").checked`))
	if kept != "Ines Holm|true" {
		t.Errorf("the refused form keeps %q", kept)
	}
	tb.do(chromedp.SendKeys(chromedp.CSS("#password"), "seven quiet ferries at dusk"))
	tb.click(".comment-form button")
	tb.checkSource("the passkey's page", "Your account is made")
	tb.checkAccess("the passkey's page", axe)
	tb.checkLayout("the passkey's page")
	tb.do(chromedp.SendKeys(chromedp.CSS("#passkey-name"), "Telephone"))
	tb.click(`form[data-passkey="create"] button`)
	tb.checkSource("the account", "The passkey is added.")
	tb.checkSource("the account", "Telephone")
	tb.click(`.desk-who button`)
	tb.do(chromedp.Navigate(local.address("/desk/account/")))
	tb.click(`form[data-passkey="get"] button`)
	if at := value(tb, chromedp.Location()); !strings.HasSuffix(at, "/desk/account/") || !strings.Contains(tb.source(), "ines@courier.example") {
		t.Errorf("the passkey leads to %s", at)
	}

	// The administrator sees the account, and signs out its browser.
	boss.do(chromedp.Navigate(local.address("/desk/people/2/")))
	boss.checkSource("the person", "Ines Holm")
	boss.click(`.sessions button[value="session"]`)
	boss.checkSource("the person", "That browser is signed out.")
	tb.do(chromedp.Navigate(local.address("/desk/account/")))
	if at := value(tb, chromedp.Location()); !strings.Contains(at, "/login") {
		t.Errorf("the ended session still opens %s", at)
	}
}

// inviteWithoutScript invites a moderator of one section. Without script no passkey is
// offered, and the password leads to the desk.
func (b *bench) inviteWithoutScript(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Vera", "--email", "vera@courier.example", "--role", "administrator", "--password-stdin")
	off := command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	boss := b.newTab(t)
	boss.do(off)
	boss.signIn(b, "vera@courier.example")
	boss.do(chromedp.Navigate(b.address("/desk/people")))
	boss.do(chromedp.Click(chromedp.CSS("details summary")), chromedp.Click(chromedp.CSS(`label[for="section-1"]`)),
		chromedp.SendKeys(chromedp.CSS("#name"), "Per"), chromedp.SendKeys(chromedp.CSS("#email"), "per@courier.example"),
		chromedp.Click(chromedp.CSS(`label[for="role-editor"]`)), chromedp.SendKeys(chromedp.CSS("#old"), deskPassword))
	boss.click(`button[value="add"]`)
	boss.checkSource("an editor of one section", "Only a moderator is limited to sections.")
	// The form keeps all but the password.
	boss.do(chromedp.Click(chromedp.CSS(`label[for="role-moderator"]`)), chromedp.SendKeys(chromedp.CSS("#old"), deskPassword))
	boss.click(`button[value="add"]`)
	link := value(boss, chromedp.Text(chromedp.CSS(".secret code")))
	_, path, _ := strings.Cut(link, "/login/invitation/")

	tb := b.newTab(t)
	tb.do(off, chromedp.Navigate(b.address("/login/invitation/"+path)))
	if tb.evaluate(`document.querySelectorAll("[data-passkey-offer]:not([hidden])").length`) != 0 {
		t.Error("a passkey is offered without script")
	}
	tb.checkSource("the invitation", "Only comments in")
	tb.do(chromedp.SendKeys(chromedp.CSS("#password"), "seven quiet ferries at dusk"))
	tb.click(".comment-form button")
	if at := value(tb, chromedp.Location()); !strings.Contains(at, "/desk/comments") {
		t.Errorf("the password leads to %s", at)
	}
	tb.checkSource("the desk", "Per")
	tb.do(chromedp.Navigate(b.address("/login/invitation/" + path)))
	tb.checkSource("the used link", "used")
}
