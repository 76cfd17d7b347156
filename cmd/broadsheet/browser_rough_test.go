//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestBrowserRoughHands treats the form of a story roughly: what is pasted is very large,
// and the browser has no room. Nothing that was typed before is lost.
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
	} {
		t.Run(part.name, func(t *testing.T) {
			own := *s
			own.T = t
			part.do(own.newTypist(strings.ReplaceAll(part.name, " ", "-")))
		})
	}
}

// largePaste is the size, in bytes, of a text that somebody pastes.
const largePaste = 5 << 20

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
	// Whoever leaves the page now is asked.
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
