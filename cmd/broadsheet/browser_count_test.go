//go:build browser

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// way is how a person works with the desk.
type way struct {
	name   string
	keys   bool // otherwise by pointing
	plain  bool // without script
	touch  bool // on a phone
	arabic bool // the site is in Arabic, and so is the keyboard
	holds  bool // each key is held down until it repeats
	twice  bool // each click is a double click
	slow   bool // the line is slow
}

// count is the cost of a task: keys, clicks and pages.
type count struct{ keys, clicks, pages int }

func (c count) String() string { return fmt.Sprintf("%d/%d/%d", c.keys, c.clicks, c.pages) }

// hand works with the desk as a person does. It presses keys and points at what is in
// view. The page counts the keys and clicks that it hears, and the browser the pages;
// without script, only the hand counts.
type hand struct {
	*tab
	b *bench
	way
	done  count    // by this hand
	heard count    // by the page and the browser; tab.mu guards it
	posts int      // requests that change something; tab.mu guards it
	sent  []string // the last of them, for failures; tab.mu guards it
}

// recorder reports what a page hears. A key that is held down counts once.
const recorder = `addEventListener("keydown", (e) => { if (e.isTrusted && !e.repeat) heard("key"); }, true);
addEventListener("pointerdown", (e) => { if (e.isTrusted) heard("click"); }, true);`

// newHand opens a tab and signs in.
func (b *bench) newHand(t *testing.T, w way, email string) *hand {
	t.Helper()
	h := &hand{tab: b.newTab(t), b: b, way: w}
	err := chromedp.Listen(h.ctx, func(ev any) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventBindingCalled:
			if ev.Payload == "key" {
				h.heard.keys++
			} else {
				h.heard.clicks++
			}
		case *network.EventRequestWillBeSent:
			if ev.Request.Method == http.MethodPost && ev.RedirectResponse == nil {
				h.posts++
				h.sent = append(h.sent, ev.Request.URL)
			}
		case *page.EventFrameNavigated:
			if ev.Frame.ParentID == "" {
				h.heard.pages++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	h.do(command(runtime.AddBinding, runtime.AddBindingParams{Name: "heard"}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: recorder}))
	if w.touch {
		h.do(chromedp.EmulateViewport(360, 780, chromedp.EmulateTouch, chromedp.EmulateMobile))
	} else {
		h.do(chromedp.EmulateViewport(1280, 900))
	}
	if w.plain {
		h.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	h.signIn(b, email)
	if w.slow {
		h.do(command(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Latency: 400, DownloadThroughput: -1, UploadThroughput: -1}},
		}))
	}
	return h
}

// begin opens the queue and counts from there on.
func (h *hand) begin() {
	h.t.Helper()
	h.do(chromedp.Navigate(h.b.address("/desk/comments")))
	h.forget()
}

// forget begins to count again.
func (h *hand) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done, h.heard, h.posts, h.sent = count{}, count{}, 0, nil
}

// total returns what was counted since the beginning. It fails when the page has heard
// something else than the hand did.
func (h *hand) total() count {
	h.t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.plain && (h.done.keys != h.heard.keys || h.done.clicks != h.heard.clicks) {
		h.t.Errorf("the page heard %v, the hand did %v", h.heard, h.done)
	}
	return count{h.done.keys, h.done.clicks, h.heard.pages}
}

// arabicKeys are the letters of the Arabic keyboard at the places of the Latin ones.
var arabicKeys = map[rune]string{
	'a': "ش", 's': "س", 'd': "ي", 'l': "م", 'r': "ق", 'b': "لا", 'w': "ص", 'c': "ؤ", 'g': "ل", 'z': "ئ", 'x': "ء", 'j': "ت",
	'1': "١", '2': "٢", '3': "٣", '4': "٤", '5': "٥", '6': "٦", '7': "٧", '8': "٨", '9': "٩",
}

// press presses keys, one after the other.
func (h *hand) press(keys string) {
	h.t.Helper()
	for _, r := range keys {
		h.done.keys++
		letter, code := string(r), "Key"+strings.ToUpper(string(r))
		if arabic := arabicKeys[r]; h.arabic && arabic != "" {
			letter = arabic
		} else if r < '0' {
			h.do(chromedp.KeyEvent(letter))
			continue
		}
		if r <= '9' {
			code = "Digit" + string(r)
		}
		down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: letter, Text: letter, Code: code}
		h.do(command(input.DispatchKeyEvent, down))
		down.AutoRepeat = new(true)
		for range 4 {
			if h.holds && r != 'j' { // a held j goes on
				h.do(command(input.DispatchKeyEvent, down))
			}
		}
		h.do(command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: letter, Code: code}))
	}
}

// write types a text. Its keys do not count.
func (h *hand) write(text string) {
	h.t.Helper()
	h.do(command(input.InsertText, input.InsertTextParams{Text: text}))
}

// wait waits for a condition. It needs script.
func (h *hand) wait(condition string) {
	h.t.Helper()
	h.do(chromedp.Poll[chromedp.Void](condition))
}

// target is where something is in the window.
type target struct {
	X, Y, Width, Height float64
	Hit, Wide           bool
}

// find scrolls to an element if it is not in view, and returns where it is. A person
// must be able to hit it: nothing lies over it, and on a phone it is large enough and
// the page is not wider than the window.
func (h *hand) find(selector string) target {
	h.t.Helper()
	raw := value(h.tab, chromedp.Evaluate[string](fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return "";
		const hit = () => {
			const r = e.getBoundingClientRect(), at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
			return Boolean(at) && (e.contains(at) || at.contains(e) && at.matches("label"));
		};
		if (!hit()) e.scrollIntoView({ block: "nearest", behavior: "instant" });
		if (!hit()) e.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e.getBoundingClientRect();
		return JSON.stringify({ X: r.x + r.width / 2, Y: r.y + r.height / 2, Width: r.width, Height: r.height, Hit: hit(),
			Wide: [document.documentElement, ...document.querySelectorAll("dialog[open]")].some((box) => box.scrollWidth > box.clientWidth) });
	})()`, selector)))
	var at target
	if raw == "" || json.Unmarshal([]byte(raw), &at) != nil {
		h.t.Fatalf("%s: there is no %s at %s", h.name, selector, value(h.tab, chromedp.Location()))
	}
	if !at.Hit {
		h.t.Errorf("%s: %s cannot be hit", h.name, selector)
	}
	if h.touch && (at.Width < 24 || at.Height < 24) {
		h.t.Errorf("%s: %s has %.0f × %.0f px", h.name, selector, at.Width, at.Height)
	}
	if h.touch && at.Wide {
		h.t.Errorf("%s: at %s the page or its dialog scrolls sideways", h.name, selector)
	}
	return at
}

// point clicks or taps on an element.
func (h *hand) point(selector string) {
	h.t.Helper()
	at := h.find(selector)
	h.done.clicks++
	if h.touch {
		h.do(chromedp.TapXY(at.X, at.Y))
	} else {
		h.do(chromedp.MouseClickXY(at.X, at.Y))
	}
	if h.twice && !strings.HasSuffix(selector, "input") {
		h.done.clicks++
		h.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ClickCount(2)))
	}
}

// follow points at what leads to another page, and waits for it.
func (h *hand) follow(selector string) {
	h.t.Helper()
	value(h.tab, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Func(func(context.Context, *chromedp.Target) error {
		h.point(selector)
		return nil
	})))
}

// pressTo presses keys that lead to another page, and waits for it.
func (h *hand) pressTo(keys string) {
	h.t.Helper()
	value(h.tab, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Func(func(context.Context, *chromedp.Target) error {
		h.press(keys)
		return nil
	})))
}

// fetch returns a page of the desk as the server has it now.
func (h *hand) fetch(path string) string {
	h.t.Helper()
	cookies := value(h.tab, ask(network.GetCookies, network.GetCookiesParams{URLs: []string{h.b.address("/desk/")}})).Cookies
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.b.address(path), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, c := range cookies {
		req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: %s, %v", path, res.Status, err)
	}
	return string(raw)
}

// stored is a comment as the database has it.
type stored struct {
	ID     int64  `json:"id"`
	Parent int64  `json:"parent_id"`
	State  string `json:"state"`
	Author string `json:"author"`
	Text   string `json:"text"`
}

// comments returns the stored comments whose texts begin with the prefix, the oldest
// first.
func (b *bench) comments(t *testing.T, prefix string) []stored {
	t.Helper()
	cmd := exec.Command(b.binary, "comment", "list", "--json", "--data", b.data)
	cmd.Env = b.site.env
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []stored
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one stored
		if err := decoder.Decode(&one); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(one.Text, prefix) {
			list = append([]stored{one}, list...)
		}
	}
}

// addressOf is the email address of a writer.
func addressOf(writer string) string {
	return strings.ToLower(strings.ReplaceAll(writer, " ", "")) + "@example.org"
}

// bring brings comments in that wait, each text from another writer, at the head of the
// queue: each call's comments are older than the earlier ones'. A # in the name stands for
// the number of the text.
func (b *bench) bring(t *testing.T, at int, writers string, texts ...string) {
	t.Helper()
	var rows strings.Builder
	for i, text := range texts {
		writer := strings.ReplaceAll(writers, "#", fmt.Sprint(i))
		row, err := json.Marshal(map[string]any{
			"id": fmt.Sprint("task", at, "-", i), "source": "tasks", "article_id": b.articleSlug(t), "state": "hold",
			"author": writer, "email": addressOf(writer),
			"date": time.Date(2010, 1, 1, 0, i, 0, 0, time.UTC).AddDate(0, 0, -at), "text": text,
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

// shoot keeps a picture of the end of a task in the folder that BROADSHEET_SHOTS names.
func (h *hand) shoot(name string) {
	h.t.Helper()
	dir := os.Getenv("BROADSHEET_SHOTS")
	if dir == "" {
		return
	}
	picture := value(h.tab, chromedp.CaptureScreenshot())
	path := filepath.Join(dir, strings.ReplaceAll(h.name+" "+name+".png", " ", "-"))
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		h.t.Fatal(err)
	}
}
