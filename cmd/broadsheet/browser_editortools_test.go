//go:build browser

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"broadsheet/models/richtext"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// start replaces the text of the editor and puts the cursor at its end.
func (e *editorBench) start(html string) {
	e.t.Helper()
	e.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void (surface.setHTML(%q), surface.editor.commands.setTextSelection(surface.editor.state.doc.content.size), surface.focus())`, html)))
}

// press presses keys one after the other.
func (e *editorBench) press(keys string, modifiers ...chromedp.Modifier) {
	e.t.Helper()
	for i, part := range strings.Split(keys, kb.Enter) {
		if i > 0 {
			e.pressEnter()
		}
		if part != "" {
			e.do(chromedp.KeyEvent(part, chromedp.KeyModifiers(modifiers...)))
		}
	}
}

// becomes waits until the text is the given HTML, line breaks aside.
func (e *editorBench) becomes(name, want string) {
	e.t.Helper()
	got := ""
	for range 200 {
		if got = strings.ReplaceAll(value(e.tab, chromedp.Evaluate[string]("surface.html()")), "\n", ""); got == want {
			return
		}
		e.do(chromedp.Evaluate[chromedp.Void](`new Promise((done) => requestAnimationFrame(() => done()))`, chromedp.EvalAwaitPromise))
	}
	e.t.Errorf("%s:\n got %s\nwant %s", name, got, want)
}

// TestBrowserEditorIsUsedByKeyboard writes with all tools, without a pointer.
func TestBrowserEditorIsUsedByKeyboard(t *testing.T) {
	e := newEditorBench(t, nil)
	const ctrl, shift, alt = chromedp.ModifierCtrl, chromedp.ModifierShift, chromedp.ModifierAlt

	e.start("")
	e.press("A line with ")
	e.press("b", ctrl)
	e.press("bold")
	e.press("b", ctrl)
	e.press(" and ")
	e.press("i", ctrl)
	e.press("it")
	e.press("i", ctrl)
	e.press("." + kb.Enter + "## Head" + kb.Enter + "- one" + kb.Enter + "two")
	e.press("]", ctrl)
	e.press(kb.Enter + kb.Enter + kb.Enter + "> said" + kb.Enter + kb.Enter + "3. three" + kb.Enter + kb.Enter + "end")
	written := `<p>A line with <strong>bold</strong> and <em>it</em>.</p><h2>Head</h2><ul><li>one<ul><li>two</li></ul></li></ul><blockquote><p>said</p></blockquote><ol start="3"><li>three</li></ol><p>end</p>`
	e.becomes("typing with marks of lists", written)
	e.press("u", ctrl, shift)
	e.becomes("a pull quote", strings.Replace(written, "<p>end</p>", "<figure><blockquote><p>end</p></blockquote></figure>", 1))
	e.press(kb.Enter + kb.Enter + "behind it")
	e.becomes("the way out of it", strings.Replace(written, "<p>end</p>", "<figure><blockquote><p>end</p></blockquote></figure><p>behind it</p>", 1))
	for range 40 {
		e.press("z", ctrl)
	}
	e.becomes("all undone", "")

	// From the text to the tools and along them: one stop of Tab, arrows between.
	e.start("<p>word</p>")
	e.press(kb.F10, alt)
	e.wait(`document.activeElement.dataset.do === "bold"`)
	e.press(kb.ArrowRight + kb.ArrowRight + kb.ArrowRight)
	e.wait(`document.activeElement.dataset.do === "heading"`)
	e.press(kb.Enter)
	e.becomes("the heading button", "<h2>word</h2>")
	e.press(kb.F10, alt)
	e.wait(`document.activeElement.dataset.do === "heading" && document.activeElement.getAttribute("aria-pressed") === "true"`)
	e.press(kb.End)
	e.press(kb.Home)
	e.wait(`document.activeElement.dataset.do === "bold"`)
	e.press(kb.Tab)
	e.wait(`document.activeElement === surface.editor.view.dom`)
	e.press(kb.Tab)
	e.wait(`document.activeElement.localName === "button" && !document.activeElement.dataset.do`)

	// A link, by its dialog.
	e.start("<p>word</p>")
	e.press("a", ctrl)
	e.press("k", ctrl)
	e.wait(`document.activeElement.id === "rich-link"`)
	e.press("news.example/a?b=1&c" + kb.Enter)
	e.becomes("a link", `<p><a href="https://news.example/a?b=1&amp;c">word</a></p>`)
	e.press("k", ctrl)
	e.wait(`document.activeElement.value === "https://news.example/a?b=1&c"`)
	e.press(kb.Escape)
	e.wait(`document.activeElement === surface.editor.view.dom`)
	e.becomes("a dialog that was left", `<p><a href="https://news.example/a?b=1&amp;c">word</a></p>`)

	// A table with a row and a column more.
	e.start("<p>before</p>")
	e.do(chromedp.Evaluate[chromedp.Void](`void surface.run("table")`))
	e.press("a" + kb.Tab + "b")
	e.do(chromedp.Evaluate[chromedp.Void](`void (surface.run("row-add"), surface.run("column-delete"))`))
	row := "<tr><td></td><td></td></tr>"
	e.becomes("a table", `<p>before</p><table><thead><tr><th>a</th><th></th></tr></thead><tbody>`+row+row+row+`</tbody></table>`)

	// Plain and rich: one document, and the form has it.
	e.start("<p>one</p>")
	e.press(" more")
	e.do(chromedp.Evaluate[chromedp.Void](`surface.run("plain")`, chromedp.EvalAwaitPromise))
	if got := value(e.tab, chromedp.Evaluate[string](`surface.textarea.value`)); got != "<p>one more</p>" {
		t.Errorf("the plain text is %q", got)
	}
	e.do(chromedp.Evaluate[chromedp.Void](`surface.textarea.value += "\n<p class=x>two</p>"; surface.run("plain")`, chromedp.EvalAwaitPromise))
	e.press("x")
	if got := value(e.tab, chromedp.Evaluate[string](`new FormData(surface.textarea.form).get("body")`)); got != "<p>xone more</p>\n<p class=\"x\">two</p>" {
		t.Errorf("the form sends %q", got)
	}

	// Another script fills the form with a merged text: the cursor stays, and what was
	// typed before can be undone.
	e.start("<p>one</p>\n<p>mine</p>")
	e.press("!")
	e.do(chromedp.Evaluate[chromedp.Void](`surface.textarea.value = "<p>one of theirs</p>\n<p>mine!</p>"; surface.textarea.form.dispatchEvent(new CustomEvent("write:filled")); void 0`))
	e.becomes("a merged text", "<p>one of theirs</p><p>mine!</p>")
	e.press("?")
	e.becomes("typing on", "<p>one of theirs</p><p>mine!?</p>")
	e.press("z", ctrl)
	e.becomes("undoing one's own", "<p>one of theirs</p><p>mine</p>")

	// A picture, as the page answers the button.
	e.start("<p>one</p><p>two</p>")
	e.do(chromedp.Evaluate[chromedp.Void](`surface.textarea.addEventListener("rich-picture", ({detail}) => detail.insert({src: "/media/a/640.jpg", alt: "A boat", caption: "At sea", credit: "N. N."})); surface.run("picture"); void 0`))
	e.becomes("a picture", `<p>one</p><p>two</p><figure><img src="/media/a/640.jpg" alt="A boat"><figcaption>At sea <small>N. N.</small></figcaption></figure>`)
}

// TestBrowserEditorGallery puts several pictures into one block, which Enter leaves from
// any caption.
func TestBrowserEditorGallery(t *testing.T) {
	e := newEditorBench(t, nil)
	e.start("<p>one</p>")
	e.do(chromedp.Evaluate[chromedp.Void](`surface.textarea.addEventListener("rich-picture", ({detail}) => {
		detail.gallery([{src: "/media/a/640.jpg", alt: "A boat", caption: "At sea"}, {src: "/media/b/640.jpg", alt: ""}]);
	}); surface.run("picture"); void 0`))
	gallery := `<p>one</p><figure class="gallery"><figure><img src="/media/a/640.jpg" alt="A boat"><figcaption>At sea</figcaption></figure><figure><img src="/media/b/640.jpg" alt=""><figcaption></figcaption></figure></figure>`
	e.becomes("a gallery", gallery)
	// The cursor is in the first caption: a selected picture would be replaced by a key.
	e.press("!")
	gallery = strings.Replace(gallery, "At sea", "!At sea", 1)
	e.becomes("typing after the button", gallery)
	e.do(chromedp.Click(".gallery figcaption"))
	e.press(kb.Enter)
	e.press("two")
	e.becomes("a paragraph behind a gallery", gallery+`<p>two</p>`)
	// Enter at a selected picture puts no paragraph between the pictures.
	e.do(chromedp.Evaluate[chromedp.Void](`void surface.editor.commands.setNodeSelection(surface.editor.state.doc.firstChild.nodeSize + 2)`))
	e.press(kb.Enter + "three")
	e.becomes("a paragraph behind a selected picture", gallery+`<p>three</p><p>two</p>`)
}

// TestBrowserEditorPastes pastes what Google Docs and Word put on the clipboard: the
// editor has what the server's cleaner makes of it.
func TestBrowserEditorPastes(t *testing.T) {
	e := newEditorBench(t, nil)
	word := func(level, mark, text string) string {
		return `<p class=MsoListParagraph style='mso-list:l0 level` + level + ` lfo1'><span style='mso-list:Ignore'>` + mark + `<span>&nbsp;&nbsp; </span></span>` + text + `<o:p></o:p></p>`
	}
	for name, c := range map[string]struct{ before, pasted, want string }{
		"bold of Google Docs": {
			"", `<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:400">a </span><span style="font-weight:700">b</span><span style="font-style:italic"> c</span></p></b>`,
			`<p>a <strong>b</strong> <em>c</em></p>`,
		},
		"a list of Word": {
			"<p>before</p>", word("1", "1.", "One") + word("2", "a.", "Inner") + word("1", "2.", "Two"),
			`<p>before</p><ol><li>One<ol><li>Inner</li></ol></li><li>Two</li></ol>`,
		},
		"a word into a line": {"<p>a line</p>", `<span style="font-weight:700">!</span>`, `<p>a line<strong>!</strong></p>`},
		"two paragraphs":     {"<p>a line</p>", `<p>, its end</p><p>next</p>`, `<p>a line, its end</p><p>next</p>`},
	} {
		e.start(c.before)
		e.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf("void paste(%q)", c.pasted)))
		e.becomes(name, c.want)
	}
	// Words are typed while the server cleans. The pasted text comes to the place of the paste.
	e.start("<p>a</p>")
	e.do(chromedp.Evaluate[chromedp.Void](`void (paste("<i>pasted</i>"), surface.editor.view.dispatch(surface.editor.state.tr.insertText("x", 1)))`))
	e.becomes("typing on", `<p>xa<em>pasted</em></p>`)
	// Without an answer the text is there.
	e.start("")
	e.do(chromedp.Evaluate[chromedp.Void](`surface.textarea.dataset.paste = "data:,"; void paste("<b>x</b>", "one\ntwo\n\nthree & <four>")`))
	e.becomes("a paste without the server", `<p>one<br>two</p><p>three &amp; &lt;four&gt;</p>`)
	e.wait(`document.querySelector(".rich-foot [role=status]").textContent !== ""`)
	e.mu.Lock()
	e.said = slices.DeleteFunc(e.said, func(said string) bool { return strings.Contains(said, "data:,") }) // the policy refuses the address
	e.mu.Unlock()
}

// TestBrowserEditorLooks opens the editor in both directions, on a phone and on a desk,
// in light and dark, with the names and states that assistive technology needs.
func TestBrowserEditorLooks(t *testing.T) {
	axe := axeSource(t)
	e := newEditorBench(t, nil)
	body := clean(t, strings.Join(constructs, "\n"), richtext.HTML)
	for _, language := range []string{"en", "ar"} {
		for _, width := range []int64{360, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				name := fmt.Sprint(language, " ", width, " ", scheme)
				e.open(language, width, scheme)
				e.start(body)
				e.checkLayout(name)
				e.checkAccess(name, axe)
				e.do(chromedp.Evaluate[chromedp.Void](`void surface.run("link")`))
				e.checkAccess(name+", dialog", axe)
				small := value(e.tab, chromedp.Evaluate[int](`[...document.querySelectorAll(".rich-tools button")].filter((b) => b.offsetWidth && (b.offsetWidth < 24 || b.offsetHeight < 24)).length`))
				if small > 0 {
					t.Errorf("%s: %d buttons are smaller than 24 px", name, small)
				}
			}
		}
	}
	// The counts are in the words of the page.
	for n, want := range map[int]string{0: "لا كلمات", 1: "كلمة واحدة", 2: "كلمتان", 5: "5 كلمات", 45: "45 كلمة", 1202: "1,202 كلمة"} {
		if got := value(e.tab, chromedp.Evaluate[string](fmt.Sprintf(`surface.tools.count(%d), document.querySelector("[data-words]").textContent`, n))); got != want {
			t.Errorf("%d words are %q, want %q", n, got, want)
		}
	}
}
