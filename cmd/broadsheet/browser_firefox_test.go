//go:build browser

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// firefox is a Firefox that is driven by its Marionette protocol: messages
// with their length before them, as in
// https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html.
type firefox struct {
	t    *testing.T
	conn net.Conn
	read *bufio.Reader
	last int
}

// startFirefox runs Firefox without a window, on a port of its own choice.
func startFirefox(t *testing.T) *firefox {
	t.Helper()
	program, err := exec.LookPath("firefox-esr")
	if err != nil {
		t.Skip("firefox-esr is not installed; .ci/check installs it")
	}
	profile := t.TempDir()
	prefs := `user_pref("marionette.port", 0);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "--headless", "--marionette", "--no-remote", "--profile", profile)
	cmd.Env = []string{"HOME=" + profile, "PATH=" + os.Getenv("PATH"), "MOZ_HEADLESS=1"}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	port := filepath.Join(profile, "MarionetteActivePort")
	for begin := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if data, err := os.ReadFile(port); err == nil && len(data) > 0 {
			if conn, err := net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(string(data))); err == nil {
				t.Cleanup(func() { conn.Close() })
				f := &firefox{t: t, conn: conn, read: bufio.NewReader(conn)}
				f.message() // the greeting
				f.do("WebDriver:NewSession", map[string]any{}, nil)
				return f
			}
		}
		if time.Since(begin) > 2*patience {
			t.Fatal("Firefox does not listen")
		}
	}
}

// message reads one message.
func (f *firefox) message() []byte {
	f.t.Helper()
	if err := f.conn.SetDeadline(time.Now().Add(2 * patience)); err != nil {
		f.t.Fatal(err)
	}
	length, err := f.read.ReadString(':')
	n, convErr := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || convErr != nil {
		f.t.Fatalf("reading from Firefox: %v, %v", err, convErr)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(f.read, data); err != nil {
		f.t.Fatal(err)
	}
	return data
}

// do sends a command and reads its answer into out, unless that is nil.
func (f *firefox) do(command string, params map[string]any, out any) {
	f.t.Helper()
	f.last++
	data, err := json.Marshal([]any{0, f.last, command, params})
	if err == nil {
		_, err = fmt.Fprintf(f.conn, "%d:%s", len(data), data)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	var answer [4]json.RawMessage
	if err := json.Unmarshal(f.message(), &answer); err != nil {
		f.t.Fatal(err)
	}
	if string(answer[2]) != "null" {
		f.t.Fatalf("Firefox refuses %s: %s", command, answer[2])
	}
	if out != nil {
		if err := json.Unmarshal(answer[3], out); err != nil {
			f.t.Fatalf("%s: %v in %s", command, err, answer[3])
		}
	}
}

// ask runs a script's body in the page and returns the text it returns.
func (f *firefox) ask(script string) string {
	f.t.Helper()
	var out struct{ Value string }
	f.do("WebDriver:ExecuteScript", map[string]any{"script": script, "args": []any{}}, &out)
	return out.Value
}

// lookInFirefox tests the parts that depend on the browser engine in a second
// one: the style applies, pages fit a narrow window, the summary of a refused
// form gets the focus, and a waiting comment is announced.
func (b *bench) lookInFirefox(t *testing.T) {
	f := startFirefox(t)
	f.do("WebDriver:SetWindowRect", map[string]any{"width": 500, "height": 900}, nil)
	for _, path := range []string{"/", "/sections/", "/category/world-news/", "/?s=harbour", "/login"} {
		f.do("WebDriver:Navigate", map[string]any{"url": b.address(path)}, nil)
		if wrong := f.ask(`
			const wrong = [], root = document.documentElement, style = getComputedStyle(root);
			if (root.scrollWidth > root.clientWidth) wrong.push("wider than the window");
			for (const name of ["--paper", "--ink", "--accent", "--rule"]) if (!CSS.supports("color", style.getPropertyValue(name))) wrong.push(name + " is no colour");
			if (style.scrollBehavior !== "auto") wrong.push("scrolls slowly");
			if (getComputedStyle(document.querySelector(".masthead-bar")).display !== "flex") wrong.push("the masthead has no style");
			return wrong.join("; ");`); wrong != "" {
			t.Errorf("%s: %s", path, wrong)
		}
	}
	f.do("WebDriver:Navigate", map[string]any{"url": b.address("/category/world-news/")}, nil)
	article := f.ask(`return document.querySelector("main h2 a").href`)
	f.do("WebDriver:Navigate", map[string]any{"url": article}, nil)
	send := func(text, author, email string) {
		t.Helper()
		f.do("WebDriver:ExecuteAsyncScript", map[string]any{"args": []any{text, author, email}, "script": `
			const [text, author, email, done] = arguments;
			for (const [id, value] of [["comment", text], ["author", author], ["email", email]]) document.getElementById(id).value = value;
			done("");`}, nil)
		var button map[string]map[string]string
		f.do("WebDriver:FindElement", map[string]any{"using": "css selector", "value": "#submit"}, &button)
		for _, id := range button["value"] {
			f.do("WebDriver:ElementClick", map[string]any{"id": id}, nil)
		}
	}
	where := `const e = document.activeElement, r = e.getBoundingClientRect();
		return [e.id.replace(/[0-9]+/, "N"), r.top < innerHeight && r.bottom > 0 ? "in view" : "out of view", document.title.includes("waiting moderation") ? "waits" : ""].join(", ")`
	settle := func() {
		t.Helper()
		f.do("WebDriver:TakeScreenshot", map[string]any{"full": false}, nil)
	}
	send("", "Marta", "")
	settle()
	if got := f.ask(where); got != "error, in view, " {
		t.Errorf("after a refused comment the focus is on %q", got)
	}
	send("From another engine.", "Fenja", "fenja@example.org")
	settle()
	if got := f.ask(where); got != "comment-N, in view, waits" {
		t.Errorf("after posting the focus is on %q", got)
	}
}
