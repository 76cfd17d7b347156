//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/taxonomy"
)

// TestBrowserRefusedText types values that the server refuses. The form names the wrong
// field, the server saves the other fields, and the form keeps all typed letters.
func TestBrowserRefusedText(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	for _, part := range []struct {
		name string
		do   func(w *typist)
	}{
		{"values that cannot be stored", (*typist).typesWrongly},
		{"a text above the limit", (*typist).typesTooMuch},
		{"a text above the limit without script", (*typist).sendsTooMuch},
		{"fields of a colleague", (*typist).meetsFields},
	} {
		t.Run(part.name, func(t *testing.T) {
			own := *s
			own.T = t
			part.do(own.newTypist(strings.ReplaceAll(part.name, " ", "-")))
		})
	}
}

// reason waits for the reason at a field, "" for none, and checks that a screen reader finds it.
func (w *typist) reason(field, part string) {
	w.Helper()
	if part == "" {
		w.tab().wait(fmt.Sprintf(`!document.getElementById("%s-error") && !document.getElementById(%[1]q).hasAttribute("aria-invalid")`, field))
		return
	}
	w.tab().wait(fmt.Sprintf(`(() => {
		const field = document.getElementById(%q), said = document.getElementById(field.id + "-error");
		return said?.checkVisibility() && said.textContent.includes(%q) && field.getAttribute("aria-invalid") === "true" &&
			field.getAttribute("aria-describedby").split(" ").includes(said.id);
	})()`, field, part))
}

// set gives a field a value, as typing does.
func (w *typist) set(field, value string) {
	w.Helper()
	w.tab().runs(fmt.Sprintf(`{
		const field = document.getElementById(%q);
		field.value = %s;
		field.dispatchEvent(new Event("input", { bubbles: true }));
	}`, field, value))
}

func (w *typist) typesWrongly() {
	w.openStory()
	w.set("language", `"klingon-but-longer-than-any"`)
	w.write("First words.")
	w.has("First words.")
	w.reason("language", "not a language")
	w.says("except: Language.")

	// A time that does not exist is said without any other change, in the closed part too.
	w.tab().runs(`document.getElementById("embargo").type = "text"; document.getElementById("embargo").value = "2027-02-31T10:00";
		document.getElementById("embargo").dispatchEvent(new Event("input", { bubbles: true }))`)
	w.reason("embargo", "not a time")
	w.reason("language", "not a language")

	// A headline that is too long stays in its field, and the text is saved.
	w.set("title", `"Long ".repeat(200)`)
	w.write(" Second words.")
	w.has("First words. Second words.")
	w.reason("title", "longer than 400 characters")
	tb := w.tab()
	if kept := value(tb, chromedp.Evaluate[string](`Object.values(localStorage).join()`)); !strings.Contains(kept, "klingon") {
		w.Errorf("the browser keeps %.500q", kept)
	}
	d, err := drafts.Open(w.Context(), w.db, w.story)
	if err != nil || !strings.HasPrefix(d.Text.Title, "A story by") || d.Text.Language != "" {
		w.Errorf("%+v %v", d.Text, err)
	}
	tb.checkLayout("with reasons")
	// A word without a break makes no page wider than a phone.
	tb.do(chromedp.EmulateViewport(360, 740))
	long := strings.Repeat("unbroken", 60)
	w.write(" " + long)
	w.has(long)
	tb.checkLayout("with a long word")

	// The reasons go away with their causes.
	w.set("title", `"A short headline"`)
	w.reason("title", "")
	w.set("embargo", `""`)
	w.reason("embargo", "")
	w.reason("language", "not a language")
	w.set("language", `"ar"`)
	w.reason("language", "")
	w.says("Saved automatically")
	d, err = drafts.Open(w.Context(), w.db, w.story)
	if err != nil || d.Text.Title != "A short headline" || d.Text.Language != "ar" {
		w.Errorf("%+v %v", d.Text, err)
	}
	tb.wait(`!Object.values(localStorage).join().includes("klingon")`)

	// A new story is stored by its first save, without the value that cannot be.
	w.open("/desk/articles/new")
	tb.wait(`document.querySelector(".rich-text") !== null`)
	w.set("language", `"klingon-but-longer-than-any"`)
	w.set("title", `"New with a mistake"`)
	tb.wait(`location.pathname !== "/desk/articles/new"`)
	w.reason("language", "not a language")
}

// fills adds a part to the form that no field shows: Chromium does not draw 16 MB of text in
// the time of a test.
const fills = `document.getElementById("story-form").append(Object.assign(document.createElement("input"),
	{ type: "hidden", name: "filler", id: "filler", value: "x".repeat(16 << 20) }))`

func (w *typist) typesTooMuch() {
	w.plainly()
	w.open(w.path)
	tb := w.tab()
	tb.wait(`document.querySelector(".rich") !== null && document.querySelector(".rich-text") === null`)
	tb.runs(`globalThis.sent = 0; const { fetch: real } = globalThis; globalThis.fetch = (...all) => { sent += all[1]?.method === "POST"; return real(...all); }`)
	for _, limit := range []string{"maxBody", "maxForm"} {
		tb.runs(`document.getElementById("story-form").dataset.` + limit + ` = 5000; sent = 0`)
		w.set("body", `"<p>" + "كلمات ".repeat(500) + "</p>"`)
		w.reason("body", "up to 10 MB long")
		w.says("up to 10 MB long")
		// Save sends nothing either: the page and the text stay.
		tb.do(chromedp.Click(`.edit-moves [value="save"]`))
		tb.wait(`globalThis.sent === 0 && document.getElementById("body").value.length > 3000`)
		tb.checkLayout("a text above the limit")
		tb.runs(`document.getElementById("story-form").dataset.` + limit + ` = 1e9`)
		w.set("body", `"<p>A shorter text of `+limit+`</p>"`)
		w.has("A shorter text of " + limit)
		w.reason("body", "")
	}
	// A server that refuses the size itself is explained in the same way.
	tb.runs(fills)
	w.set("body", `"<p>Refused by the server.</p>"`)
	w.reason("body", "up to 10 MB long")
	w.says("up to 10 MB long")
	tb.runs(`document.getElementById("filler").remove()`)
	w.set("body", `"<p>Taken by the server.</p>"`)
	w.has("Taken by the server.")
	w.reason("body", "")
	// What the server refuses for another reason, it names: no stored text can stand for this.
	tb.runs(`document.getElementsByName("format")[0].value = "markdown"`)
	w.set("body", `"word ".repeat(60_000)`)
	w.reason("body", "longer than 256 KB")
	w.says("The reason is beside it")
}

// plainly keeps the rich editor from loading.
func (w *typist) plainly() {
	w.Helper()
	w.tab().do(
		command(network.Enable, network.EnableParams{}),
		command(network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/assets/*tiptap*", Block: true}}}),
	)
}

// sendsTooMuch sends a text above the limit without script. The page says that the text is in
// the page before, and it is there.
func (w *typist) sendsTooMuch() {
	tb := w.tab()
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	w.open(w.path)
	for _, language := range []string{"en", "ar"} {
		w.setLanguage(language)
		tb.do(chromedp.EmulateViewport(360, 740), chromedp.Navigate(w.url+w.path), chromedp.WaitVisible("#story-form"))
		tb.runs(`document.getElementById("body").value = "<p>Typed in ` + language + `.</p>"; ` + fills)
		tb.visit(chromedp.Click(`.edit-moves [value="save"]`))
		said := map[string]string{"en": "Your browser still has the text", "ar": "لا يزال النص في متصفحك"}[language]
		tb.do(chromedp.WaitVisible(".problem-what"))
		if text := value(tb, chromedp.Evaluate[string](`document.querySelector(".problem-what").innerText`)); !strings.Contains(text, said) {
			w.Errorf("%s: the page says %q", language, text)
		}
		if !value(tb, chromedp.Evaluate[bool](`document.querySelector(".desk-foot") !== null && document.documentElement.lang === "`+language+`"`)) {
			w.Errorf("%s: the page has not the frame of the desk", language)
		}
		tb.checkLayout(language)
		history := value(tb, ask(page.GetNavigationHistory, cdp.Empty{}))
		tb.visit(command(page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[history.CurrentIndex-1].ID}))
		tb.do(chromedp.WaitVisible("#story-form"))
		tb.wait(`document.getElementById("body").value === "<p>Typed in ` + language + `.</p>"`)
	}
}

// meetsFields types while a colleague changes the language, the sections and the lead picture:
// the next save of the typist does not take these changes back.
func (w *typist) meetsFields() {
	var world int64
	if err := w.db.Write(w.Context(), func(tx *models.Tx) error {
		c, err := taxonomy.EnsureCategory(w.Context(), tx, "world", "World")
		if err == nil {
			world = c.ID
		}
		return err
	}); err != nil {
		w.Fatal(err)
	}
	w.openStory()
	w.write("Mine.")
	w.has("Mine.")
	d, err := drafts.Open(w.Context(), w.db, w.story)
	if err != nil {
		w.Fatal(err)
	}
	text := d.Text
	text.Language, text.Categories = "fr", []taxonomy.CategoryRef{{Path: "world"}}
	if _, err := drafts.Autosave(w.Context(), w.db, models.Actor{Name: "Bo"}, w.story, d.Number, text); err != nil {
		w.Fatal(err)
	}
	for i, words := range []string{" First.", " Second.", " Third."} {
		w.write(words)
		w.has(words)
		if d, err = drafts.Open(w.Context(), w.db, w.story); err != nil || d.Text.Language != "fr" || len(d.Text.Categories) != 1 {
			w.Fatalf("save %d takes back the colleague's change: %q %v %v", i+1, d.Text.Language, d.Text.Categories, err)
		}
	}
	w.tab().wait(fmt.Sprintf(`document.getElementById("language").value === "fr" && document.querySelector('[name=category][value="%d"]') !== null`, world))
}
