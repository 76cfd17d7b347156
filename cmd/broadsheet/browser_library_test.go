//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pictureScript gives the page makeFile(name, colour), a picture that no other call makes,
// and hand(type, target, files), which drops or pastes files, or chooses them in a field.
const pictureScript = `
window.makeFile = async (name, colour) => {
	const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 400 }), pen = canvas.getContext("2d");
	pen.fillStyle = colour;
	pen.fillRect(0, 0, 600, 400);
	pen.fillStyle = "#fff";
	pen.fillText(name, 20, 20);
	const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
	return new File([blob], name, { type: "image/png" });
};
window.hand = (type, selector, files) => {
	const data = new DataTransfer(), target = document.querySelector(selector);
	for (const file of files) data.items.add(file);
	if (type === "choose") {
		target.files = data.files;
		target.dispatchEvent(new Event("change", { bubbles: true }));
	} else if (type === "paste") {
		target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	} else {
		const { left, top } = target.getBoundingClientRect();
		for (const name of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(name, { dataTransfer: data, clientX: left + 5, clientY: top + 5, bubbles: true, cancelable: true }));
	}
};`

// hand gives files to the page, each "name colour".
func (tb *tab) hand(how, selector string, files ...string) {
	tb.t.Helper()
	var made []string
	for _, f := range files {
		name, colour, _ := strings.Cut(f, " ")
		made = append(made, fmt.Sprintf("makeFile(%q, %q)", name, colour))
	}
	tb.runs(pictureScript + fmt.Sprintf(`Promise.all([%s]).then((files) => hand(%q, %q, files)); void 0`, strings.Join(made, ","), how, selector))
}

// library uploads pictures by file, drag and paste, with a bad file among good ones and
// after the end of a session; it sets a focal point, and puts pictures into a story.
func (b *bench) library(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Lena", "--email", "lena@courier.example", "--role", "editor", "--password-stdin")
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "lena@courier.example")
	tb.do(chromedp.Navigate(b.address("/desk/media")))
	tb.runs(pictureScript + `Promise.all([makeFile("one.png", "#123456"), makeFile("two.png", "#654321")]).then(([one, two]) =>
		hand("choose", "#media-file", [one, new File(["no picture"], "minutes.pdf"), two])); void 0`)
	tb.wait(`document.querySelectorAll(".media-queue a").length === 2 && document.querySelectorAll(".media-queue .field-error").length === 1`)
	if bad := value(tb, chromedp.Evaluate[string](`document.querySelector(".media-queue .field-error").parentElement.textContent`)); !strings.Contains(bad, "minutes.pdf") {
		t.Errorf("the refused file is %q", bad)
	}
	tb.checkAccess("the queue of uploads", axeSource(t))

	// A dropped file leads to its page, where the focal point is set by mouse and keys.
	tb.do(chromedp.Navigate(b.address("/desk/media")))
	tb.hand("drop", "main", "harbour.png #336699")
	tb.do(chromedp.WaitVisible(`#picture-form`), chromedp.SendKeys("#alt", "A harbour"), chromedp.SendKeys("#credit", "Lena"))
	tb.wait(`document.querySelector(".media-whole img").complete && document.querySelector(".media-whole img").naturalWidth > 0`)
	tb.runs(`{ const box = document.querySelector(".media-whole").getBoundingClientRect();
		document.querySelector(".media-whole").dispatchEvent(new MouseEvent("click", {detail: 1, bubbles: true, clientX: box.left + box.width * 0.25, clientY: box.top + box.height * 0.75})); }`)
	tb.do(chromedp.Focus(".media-point"), chromedp.KeyEvent(kb.ArrowRight+kb.ArrowUp), chromedp.Click(`#picture-form [value="save"]`))
	tb.do(chromedp.WaitVisible(`#credit[value="Lena"]`)) // the saved page has the words in its HTML
	if got := value(tb, chromedp.Evaluate[string](`focus_x.value + " " + focus_y.value + " " + alt.value`)); got != "27 73 A harbour" {
		t.Errorf("the saved focus and description are %q", got)
	}
	tb.checkAccess("the page of a picture", axeSource(t))

	// The session ends: the upload waits, and goes on after a sign-in beside it.
	tb.do(chromedp.Navigate(b.address("/desk/media")))
	tb.wait(`[...document.images].every((one) => one.complete || one.getBoundingClientRect().top > innerHeight)`) // each needs the session
	tb.runs(`fetch("/logout", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: "x=y"})`)
	tb.wait(`fetch("/desk/account/", {redirect: "manual"}).then((a) => a.type === "opaqueredirect")`)
	tb.hand("paste", "main", "pasted.png #993366")
	tb.do(chromedp.WaitVisible(`#here-email`), chromedp.SendKeys("#here-email", "lena@courier.example"), chromedp.SendKeys("#here-password", deskPassword), chromedp.KeyEvent(kb.Enter))
	tb.do(chromedp.WaitVisible(`#picture-form`))
	if got := value(tb, chromedp.Evaluate[string](`document.querySelector("h1").textContent`)); got != "pasted.png" {
		t.Errorf("after the sign-in the page is that of %q", got)
	}
	b.illustrate(tb)
	b.uploadWithoutScript(tb)
}

// illustrate writes a brief with a picture in at most twelve steps, and puts pictures into
// its text.
func (b *bench) illustrate(tb *tab) {
	steps := 0
	step := func(actions ...chromedp.Action[chromedp.Void]) {
		tb.t.Helper()
		steps++
		tb.do(actions...)
	}
	tb.do(chromedp.Navigate(b.address("/desk/articles")))
	step(chromedp.Click(".edit-head a"), chromedp.WaitVisible(".rich-text"))
	step(chromedp.SendKeys("#title", "Fog over the harbour"))
	step(chromedp.Click(".rich-text"))
	step(chromedp.KeyEvent("Ferries wait."))
	step(chromedp.Click(`#lead [value="pictures"]`), chromedp.WaitVisible(`#choose-file`))
	steps++ // the file is chosen
	tb.hand("choose", "#choose-file", "fog.png #778899")
	tb.do(chromedp.WaitVisible("#choose-alt"))
	tb.checkAccess("the choice of a picture", axeSource(tb.t))
	step(chromedp.SendKeys("#choose-alt", "Fog over a harbour"))
	step(chromedp.SendKeys("#choose-credit", "Lena"))
	step(chromedp.Click(".choose-use"))
	tb.wait(`document.querySelector("#lead .media-name")?.textContent === "Fog over a harbour"`)
	step(chromedp.Click(`#category input[type="checkbox"]`))
	step(chromedp.Click(`.edit-moves [value="publish"]`), chromedp.WaitVisible(".edit-published"))
	if steps > 12 {
		tb.t.Errorf("a brief with a picture takes %d steps", steps)
	}
	path := value(tb, chromedp.Evaluate[string](`location.pathname`))
	if _, public := b.get(tb.t, "/?p="+path[strings.LastIndex(path, "/")+1:]); !strings.Contains(public, `alt="Fog over a harbour"`) {
		tb.t.Error("the public page lacks the lead picture")
	}

	// In the text: one of the library, a pasted one, and a gallery.
	tb.do(chromedp.WaitVisible(".rich-text"), chromedp.Click(".rich-text"), chromedp.Click(`[data-do="picture"]`), chromedp.WaitVisible("#choose-words"), chromedp.SendKeys("#choose-words", "fog over lena"))
	tb.wait(`document.querySelectorAll(".choose-tile").length === 1`)
	tb.do(chromedp.Click(".choose-tile"), chromedp.WaitVisible(".choose-use"), chromedp.Click(".choose-use"))
	tb.wait(typedText + `.includes('alt="Fog over a harbour"')`)
	tb.hand("paste", ".rich-text", "ropes.png #aa7722")
	tb.do(chromedp.WaitVisible("#choose-alt"), chromedp.SendKeys("#choose-alt", "Ropes"), chromedp.Click(".choose-use"))
	tb.wait(typedText + `.includes('alt="Ropes"')`)
	tb.hand("drop", ".rich-text p", "buoy.png #cc2222", "crane.png #2222cc")
	tb.do(chromedp.WaitVisible(`.choose [data-do="gallery"]`))
	tb.wait(`document.querySelectorAll(".choose-pick input:checked").length === 2`)
	tb.do(chromedp.Click(`.choose [data-do="gallery"]`))
	tb.wait(typedText + `.includes('<figure class="gallery"><figure><img src="/media/')`)
	tb.wait(`document.getElementById("edit-saved").textContent.includes("Saved automatically")`)
	tb.checkHeard("the form of a story with pictures")
}

// uploadWithoutScript uploads two files by the plain form: the list has both.
func (b *bench) uploadWithoutScript(tb *tab) {
	tb.do(chromedp.Navigate(b.address("/desk/media")))
	tb.runs(pictureScript + `window.kept = undefined; Promise.all([makeFile("plain.png", "#010203"), makeFile("again.png", "#030201")]).then((files) => {
		const data = new DataTransfer();
		for (const file of files) data.items.add(file);
		document.getElementById("media-file").files = data.files;
		window.kept = true;
	}); void 0`)
	tb.wait(`window.kept`)
	tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	tb.visit(chromedp.Evaluate[chromedp.Void](`HTMLFormElement.prototype.submit.call(document.querySelector(".media-form"))`))
	page := tb.source()
	if !strings.Contains(page, "plain.png") || !strings.Contains(page, "again.png") || !strings.Contains(page, "The pictures are in the library.") {
		tb.t.Errorf("after the plain form the list is %.600q", page)
	}
}
