//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
)

// TestBrowserRoughHands pastes 6 MiB into the form of a story, fills the storage of the
// browser, and chooses among 10,000 tags. The form loses no typed text.
func TestBrowserRoughHands(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	for _, part := range []struct {
		name string
		do   func(w *typist)
	}{
		{"a large paste", (*typist).pastesLargely},
		{"a large paste without the rich editor", (*typist).pastesPlainly},
		{"a full store", (*typist).runsOutOfRoom},
		{"many tags", (*typist).choosesTags},
	} {
		t.Run(part.name, func(t *testing.T) {
			own := *s
			own.T = t
			part.do(own.newTypist(strings.ReplaceAll(part.name, " ", "-")))
		})
	}
}

// largePaste is the size, in bytes, of a text that somebody pastes.
const largePaste = 6 << 20

// markers are words at the start, in the middle and at the end of a pasted text.
var markers = []string{"Alphamarker", "Midmarker", "Omegamarker"}

// pasteLarge copies and pastes, by the keys of the browser, as much HTML as Word puts on
// the clipboard for a long text. Its letters are Arabic, of which the encoding of a form
// makes three times as much.
func (tb *tab) pasteLarge(kind string) {
	tb.t.Helper()
	tb.runs(fmt.Sprintf(`document.addEventListener("copy", (event) => {
		const size = (text) => new TextEncoder().encode(text).length, words = "كلمات من قصة طويلة تكتب ".repeat(20).trim();
		const one = (text) => '<p class="MsoNormal" style="margin:0cm;line-height:115%%"><span lang="AR-SA" style="font-size:12.0pt">' + text + '</span><o:p></o:p></p>\n';
		const all = Array(Math.floor(%d / size(one(words)))).fill(one(words)), marks = %q.split(" ");
		[0, all.length >> 1, all.length - 1].forEach((at, i) => { all[at] = one(marks[i]); });
		event.clipboardData.setData(%q, all.join(""));
		event.preventDefault();
	})`, largePaste, strings.Join(markers, " "), kind))
	for _, act := range []string{"copy", "paste"} { // chromedp's keys do neither
		tb.do(command(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Commands: []string{act}}))
	}
}

// pastesLargely pastes into the rich editor, between words that were typed.
func (w *typist) pastesLargely() {
	w.openStory()
	w.write("Typed before.")
	w.has("Typed before.")
	tb := w.tab()
	w.press()
	tb.pasteLarge("text/html")
	w.has(append(markers, "Typed before.")...)
	// It came as paragraphs, from the server's cleaner.
	if n := value(tb, chromedp.Evaluate[int](`document.querySelectorAll(".rich-text > p").length`)); n < 5000 {
		w.Errorf("the text has %d paragraphs", n)
	}
	w.write(" Typed behind.")
	w.has(append(markers, "Typed before.", "Typed behind.")...)
}

// pastesPlainly pastes into the plain text area of a page that cannot load the editor.
func (w *typist) pastesPlainly() {
	tb := w.tab()
	tb.do(
		command(network.Enable, network.EnableParams{}),
		command(network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/assets/*tiptap*", Block: true}}}),
	)
	w.open(w.path)
	tb.wait(`document.querySelector(".rich") !== null && document.querySelector(".rich-text") === null`)
	tb.do(chromedp.Click("#body"), chromedp.KeyEvent("Typed before. "))
	w.has("Typed before.")
	tb.pasteLarge("text/plain")
	w.has(append(markers, "Typed before.")...)
	w.write("Typed behind.")
	w.has(append(markers, "Typed before.", "Typed behind.")...)
}

// runsOutOfRoom writes without a network while the browser can keep nothing more.
func (w *typist) runsOutOfRoom() {
	w.openStory()
	w.write("With room.")
	w.has("With room.")
	tb := w.tab()
	tb.runs(`for (let size = 1 << 20, n = 0; size >= 1; n++) {
		try { localStorage.setItem("filler" + n, "x".repeat(size)); } catch { size >>= 1; }
	}`)
	tb.do(noNetwork(true))
	w.write(" Without room.")
	tb.wait(`document.getElementById("edit-saved").textContent === document.getElementById("story-form").dataset.full`)
	if text := value(tb, chromedp.Evaluate[string](`document.getElementById("edit-saved").innerText`)); !strings.Contains(text, "leave this page open") {
		w.Errorf("the form says %q", text)
	}
	// The browser asks before it leaves the page.
	if value(tb, chromedp.Evaluate[bool](`dispatchEvent(new Event("beforeunload", { cancelable: true }))`)) {
		w.Error("the page may be left without a question")
	}
	// The attempts that follow say nothing else.
	tb.runs(`globalThis.tries = 0; const { fetch: real } = globalThis; globalThis.fetch = (...all) => { tries++; return real(...all); }`)
	tb.wait(`tries > 1`)
	tb.wait(`document.getElementById("edit-saved").textContent === document.getElementById("story-form").dataset.full`)
	tb.do(noNetwork(false))
	w.has("With room. Without room.")
	w.says("Saved automatically")
}

// manyTags is the number of tags of a paper that has been there for long.
const manyTags = 10_000

// makeTags adds tags. Each name is a word and a number.
func (w *typist) makeTags(words ...string) {
	w.Helper()
	for from := 0; from < manyTags; from += 500 { // the server writes, too
		if err := w.db.Write(w.Context(), func(tx *models.Tx) error {
			for i := from; i < from+500; i++ {
				if _, err := taxonomy.EnsureTag(w.Context(), tx, fmt.Sprint(words[i%len(words)], " ", i)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			w.Fatal(err)
		}
	}
}

// setLanguage sets the language of the site's pages.
func (s *killSite) setLanguage(language string) {
	s.Helper()
	cmd := exec.Command(s.binary, "setting", "set", "site.language", language, "--data", s.data)
	cmd.Env = s.env
	if out, err := cmd.CombinedOutput(); err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
}

// choosesTags takes tags of 10,000 by the keyboard, on a phone, in both directions.
func (w *typist) choosesTags() {
	w.makeTags("Harbour works", "Budget council", "Ferry strike", "أخبار الميناء", "انتخابات المدينة")
	for _, c := range []struct{ language, letters, begins string }{
		{"en", "har", "Harbour works "},
		{"ar", "انت", "انتخابات المدينة "},
	} {
		w.setLanguage(c.language)
		w.tab().do(chromedp.EmulateViewport(360, 740))
		w.open(w.path)
		w.chooseTag(c.language, c.letters, c.begins)
	}
}

// chooseTag types letters into the field of tags, and takes the second name of the list.
func (w *typist) chooseTag(language, letters, begins string) {
	w.Helper()
	const field, list = `document.getElementById("tags-find")`, `document.getElementById("tags-found")`
	tb := w.tab()
	tb.wait(`document.documentElement.lang === ` + strconv.Quote(language) + ` && ` + field + ` !== null`)
	before := value(tb, chromedp.Evaluate[string](`document.getElementById("tags").value`))
	if tag := value(tb, chromedp.Evaluate[string](field+`.labels[0]?.textContent ?? ""`)); tag == "" {
		w.Errorf("%s: the field has no label", language)
	}
	tb.runs(field + `.focus()`)
	if open := w.heardTags(); open.expanded != "false" || open.options != nil {
		w.Errorf("%s: before the first letter a screen reader has %+v", language, open)
	}
	tb.do(chromedp.KeyEvent(letters))
	tb.wait(list + `.querySelectorAll("[role=option]").length > 8`) // and the new name
	heard := w.heardTags()
	if heard.expanded != "true" || heard.popup != "listbox" || heard.complete != "list" || heard.name == "" || heard.list != heard.name || len(heard.options) != 9 {
		w.Errorf("%s: a screen reader has %+v", language, heard)
	}
	for _, name := range heard.options[:len(heard.options)-1] {
		if !strings.HasPrefix(name, begins) {
			w.Errorf("%s: %q proposes %q", language, letters, name)
		}
	}
	w.tagsOnScreen(language)

	// Escape closes the list, and keeps the typed letters.
	tb.do(chromedp.KeyEvent(kb.Escape))
	tb.wait(list + `.hidden`)
	if open := w.heardTags(); open.expanded != "false" || open.options != nil || open.value != letters {
		w.Errorf("%s: after Escape a screen reader has %+v", language, open)
	}
	// An arrow opens it again, and goes through it.
	tb.do(chromedp.KeyEvent(kb.ArrowDown))
	tb.wait(`!` + list + `.hidden`)
	for i := range 2 {
		tb.do(chromedp.KeyEvent(kb.ArrowDown))
		if now := w.heardTags(); now.active != heard.options[i] || !slices.Equal(now.selected, []string{now.active}) {
			w.Errorf("%s: %d presses of the arrow hear %+v", language, i+1, now)
		}
	}
	w.tagsOnScreen(language)
	tb.pressEnter()
	tb.wait(list + `.hidden`)
	taken := heard.options[1]
	want := strings.TrimPrefix(before+", "+taken, ", ")
	if got := value(tb, chromedp.Evaluate[string](`document.getElementById("tags").value`)); got != want {
		w.Errorf("%s: the field has %q, want %q", language, got, want)
	}
	if after := w.heardTags(); after.value != "" || after.expanded != "false" || !strings.Contains(after.said, taken) {
		w.Errorf("%s: after the choice a screen reader has %+v", language, after)
	}
	w.tagsOnScreen(language)
	for end := time.Now().Add(patience); ; <-time.After(50 * time.Millisecond) {
		d, err := drafts.Open(w.Context(), w.db, w.story)
		if err != nil {
			w.Fatal(err)
		}
		if slices.Contains(d.Text.Tags, taken) {
			break
		}
		if time.Now().After(end) {
			w.Fatalf("%s: the server has the tags %q", language, d.Text.Tags)
		}
	}
}

// heardTags holds the properties of the field of tags in the accessibility tree.
type heardTags struct {
	name, value, expanded, popup, complete string
	active                                 string   // the option that the arrows are at
	list                                   string   // name of the list
	options, selected                      []string // nil while the list is closed
	said                                   string   // what was announced
}

func (w *typist) heardTags() (h heardTags) {
	w.Helper()
	tb := w.tab()
	h.name = value(tb, chromedp.Evaluate[string](`document.getElementById("tags-find").labels[0].textContent.trim()`))
	text := func(v *accessibility.Value) (s string) {
		if json.Unmarshal(v.Value, &s) != nil {
			return string(v.Value)
		}
		return s
	}
	nodes := value(tb, ask(accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})).Nodes
	parts, active := map[string][]*accessibility.Node{}, cdp.BackendNodeID(0)
	for _, n := range nodes {
		if !n.Ignored {
			parts[text(n.Role)] = append(parts[text(n.Role)], n)
		}
	}
	i := slices.IndexFunc(parts["combobox"], func(n *accessibility.Node) bool { return text(n.Name) == h.name })
	if i < 0 {
		w.Fatalf("there is no combobox %q", h.name)
	}
	field := parts["combobox"][i]
	if field.Value != nil {
		h.value = text(field.Value)
	}
	for _, p := range field.Properties {
		switch p.Name {
		case "expanded":
			h.expanded = text(p.Value)
		case "hasPopup":
			h.popup = text(p.Value)
		case "autocomplete":
			h.complete = text(p.Value)
		case "activedescendant":
			for _, node := range p.Value.RelatedNodes {
				active = node.BackendDOMNodeID
			}
		}
	}
	for _, list := range parts["listbox"] {
		h.list += text(list.Name)
	}
	for _, option := range parts["option"] {
		if !slices.ContainsFunc(parts["listbox"], func(list *accessibility.Node) bool { return list.NodeID == option.ParentID }) {
			continue // of a select
		}
		h.options = append(h.options, text(option.Name))
		if option.BackendDOMNodeID == active {
			h.active = text(option.Name)
		}
		for _, p := range option.Properties {
			if p.Name == "selected" && text(p.Value) == "true" {
				h.selected = append(h.selected, text(option.Name))
			}
		}
	}
	for _, status := range parts["status"] {
		for _, n := range nodes {
			if n.ParentID == status.NodeID && n.Name != nil {
				h.said += text(n.Name) + "\n"
			}
		}
	}
	return h
}

// tagsOnScreen fails where a part of the field of tags leaves the screen, or where the
// option of the arrows lies under something else.
func (w *typist) tagsOnScreen(language string) {
	w.Helper()
	tb := w.tab()
	tb.checkLayout(language)
	if out := value(tb, chromedp.Evaluate[[]string](`[...document.querySelector("#tags + .suggest").querySelectorAll("*")].filter((one) => {
		const r = one.getBoundingClientRect();
		return one.checkVisibility() && r.width > 0 && (r.left < 0 || r.right > innerWidth);
	}).map((one) => one.outerHTML.slice(0, 200))`)); len(out) > 0 {
		w.Errorf("%s: outside of the screen are %q", language, out)
	}
	if under := value(tb, chromedp.Evaluate[string](`(() => {
		const one = document.querySelector("#tags-found:not([hidden]) [aria-selected=true]"), r = one?.getBoundingClientRect();
		const top = r && document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
		return !one || top === one ? "" : one.textContent + " lies at " + r.y + " under " + (top?.outerHTML.slice(0, 200) ?? "nothing");
	})()`)); under != "" {
		w.Errorf("%s: %s", language, under)
	}
}
