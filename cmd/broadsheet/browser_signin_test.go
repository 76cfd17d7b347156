//go:build browser

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// authenticator is a device that knows its owner.
var authenticator = &webauthn.VirtualAuthenticatorOptions{
	Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
}

// onLocalhost is the bench with another site, which has one account and the name
// "localhost". Its password is the name in small letters and "'s long password".
func (b *bench) onLocalhost(t *testing.T, name, email, role string) *bench {
	t.Helper()
	dir := t.TempDir()
	local := *b
	local.data, local.site = filepath.Join(dir, "site"), &site{env: b.site.env}
	add := exec.Command(b.binary, "people", "add", "--data", local.data, "--name", name, "--email", email, "--role", role, "--password-stdin")
	add.Stdin, add.Env = strings.NewReader(strings.ToLower(name)+"'s long password\n"), b.site.env
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("people add: %v\n%s", err, out)
	}
	if err := local.site.run(dir, b.binary, "serve", "--addr", "localhost:0", "--data", local.data); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(local.site.kill)
	local.site.url = strings.Replace(local.site.url, "127.0.0.1", "localhost", 1)
	return &local
}

// usePasskeys follows a passkey with the browser's own authenticator: it is
// registered after the password, signs in without it, and is refused without
// user verification. Browsers allow passkeys for "localhost" but not for an IP
// address, so this site has that name.
func (b *bench) usePasskeys(t *testing.T) {
	local := b.onLocalhost(t, "Mona", "mona@courier.example", "subscriber")
	tb := local.newTab(t)
	tb.do(command(webauthn.Enable, webauthn.EnableParams{}))
	device := value(tb, ask(webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: authenticator}))
	tb.do(chromedp.Navigate(local.address("/desk/account/")),
		chromedp.SetValue(chromedp.CSS("#email"), "mona@courier.example"), chromedp.SetValue(chromedp.CSS("#password"), "mona's long password"))
	tb.click(`form[action="/login"] button`)
	tb.do(chromedp.SetValue(chromedp.CSS("#passkey-name"), "The test's own"), chromedp.SetValue(chromedp.CSS("#passkey-old"), "mona's long password"))
	tb.click(`form[data-passkey="create"] button`)
	if s := tb.source(); !strings.Contains(s, "The passkey is added.") || !strings.Contains(s, "The test&#39;s own") && !strings.Contains(s, "The test's own") {
		t.Fatalf("no passkey was added: %s", s)
	}
	tb.checkAccess("the account", axeSource(t))

	tb.click(`.desk-who button`)
	tb.do(chromedp.Navigate(local.address("/desk/account/")))
	tb.click(`form[data-passkey="get"] button`)
	if at := value(tb, chromedp.Location()); !strings.HasSuffix(at, "/desk/account/") || !strings.Contains(tb.source(), "last used") {
		t.Fatalf("the passkey leads to %s", at)
	}

	tb.click(`.desk-who button`)
	tb.do(command(webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: device.AuthenticatorID}),
		chromedp.Navigate(local.address("/login")), chromedp.Click(chromedp.CSS(`form[data-passkey="get"] button`)))
	said := value(tb, chromedp.Evaluate[string](`new Promise(done => {
		const status = document.querySelector(".passkey-status");
		const look = () => { if (status.textContent) done(status.textContent); };
		new MutationObserver(look).observe(status, { childList: true });
		look();
	})`, chromedp.EvalAwaitPromise))
	if !strings.HasPrefix(said, "No passkey was used") {
		t.Errorf("without a finger the page says %q", said)
	}

	// Without script the password is the way in, and nothing else is offered.
	plain := local.newTab(t)
	plain.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(local.address("/login?next=/desk/account/")))
	if s := plain.source(); !strings.Contains(s, `data-passkey="get"`) || !strings.Contains(s, "hidden") {
		t.Error("the form for passkeys is not there, or not hidden")
	}
	plain.do(chromedp.SetValue(chromedp.CSS("#email"), "mona@courier.example"), chromedp.SetValue(chromedp.CSS("#password"), "mona's long password"))
	plain.click(`form[action="/login"] button`)
	if at := value(plain, chromedp.Location()); !strings.HasSuffix(at, "/desk/account/") {
		t.Errorf("without script the password leads to %s", at)
	}
}

// axeSource is the accessibility checker.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile(required(t, "BROADSHEET_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}
