//go:build browser

package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestBrowserLifeOfAStory takes a story through its whole life, with script and by plain
// forms, in English and in Arabic: written and illustrated by a contributor, reviewed,
// sent back, previewed and scheduled by an editor, corrected, changed at a set time, and
// withdrawn.
func TestBrowserLifeOfAStory(t *testing.T) {
	t.Parallel() // with the tests that mostly wait
	b := newBench(t)
	for _, account := range [][2]string{{"Cora Quill", "contributor"}, {"Edda Stone", "editor"}} {
		b.run(t, deskPassword, "people", "add", "--name", account[0], "--email", account[1]+"@courier.example", "--role", account[1], "--password-stdin")
	}
	for _, l := range []life{
		{language: "en", headline: "Ferry bell found in a garden", standfirst: "It rang for fog, and later for supper.", text: "The bell hung under an apple tree for sixty years."},
		{
			language: "ar", headline: "العثور على جرس العبّارة في حديقة", standfirst: "كان يدقّ للضباب، ثم للعشاء.",
			text: "ظلّ الجرس معلّقًا تحت شجرة تفاح ستين عامًا.",
		},
	} {
		b.run(t, "", "setting", "set", "site.language", l.language)
		for _, plain := range []bool{false, true} {
			name := l.language + " with script"
			if plain {
				name = l.language + " by plain forms"
			}
			t.Run(name, func(t *testing.T) {
				l.bench, l.plain = b, plain
				l.live(t)
			})
		}
	}
}

// TestBrowserBriefWithAPicture counts the acts from the list of stories to a public brief
// with a picture, its description and credit, and a section: at a desk and on a phone.
func TestBrowserBriefWithAPicture(t *testing.T) {
	t.Parallel() // with the tests that mostly wait
	b := newBench(t)
	b.run(t, deskPassword, "people", "add", "--name", "Bror Short", "--email", "brief@courier.example", "--role", "editor", "--password-stdin")
	const most = 12
	for i, w := range []way{{name: "mouse"}, {name: "touch", touch: true}} {
		t.Run(w.name, func(t *testing.T) {
			h := b.newHand(t, w, "brief@courier.example")
			file := filepath.Join(t.TempDir(), "brief.jpg")
			drawPicture(t, file, 100+i)
			h.do(chromedp.Navigate(b.address("/desk/articles")))
			h.forget()
			h.follow(`.edit-head a.button`)
			h.do(chromedp.WaitVisible(".rich-text"))
			h.point("#title")
			h.write("Lift bridge stuck, " + w.name)
			h.point(".rich-text")
			h.write("It rose at noon and has not come down.")
			h.point(`[name="action"][value="pictures"]`)
			h.do(chromedp.WaitVisible(".choose"), chromedp.SetUploadFiles("#choose-file", []string{file}), chromedp.WaitVisible(".choose-one"))
			const picking = 2 // the field, and the file in the window of the system
			h.point("#choose-alt")
			h.write("A bridge that stands open")
			h.point("#choose-credit")
			h.write("Courier")
			h.point(".choose-use")
			h.do(chromedp.WaitVisible(".lead-now img"))
			h.point("#category label")
			h.follow(`.edit-moves [value="publish"]`)
			cost := h.total()
			acts := cost.keys + cost.clicks + picking
			t.Logf("%d acts", acts)
			if acts > most {
				t.Errorf("a brief with a picture takes %d acts, at most %d", acts, most)
			}
			h.do(chromedp.WaitVisible(".edit-published"))
			at := value(h.tab, chromedp.Evaluate[string](`location.pathname.split("/").pop()`))
			if _, page := b.get(t, "/?p="+at); !strings.Contains(page, "Lift bridge stuck, "+w.name) || !strings.Contains(page, "A bridge that stands open") {
				t.Errorf("the public brief lacks its headline or picture: %.2000s", page)
			}
		})
	}
}

// life is a story in one language, and how it is written.
type life struct {
	*bench
	language, headline, standfirst, text string
	plain                                bool
}

// desk is a tab of somebody who is signed in.
func (l life) desk(t *testing.T, role string) *tab {
	t.Helper()
	tb := l.newTab(t)
	err := chromedp.Listen(tb.ctx, func(ev any) {
		if ask, ok := ev.(*page.EventJavascriptDialogOpening); ok {
			t.Errorf("the form of %s asks %q before it is left", role, ask.Type)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tb.do(emulate(1280, "light"))
	tb.do(chromedp.Navigate(l.address("/desk/articles")))
	tb.do(chromedp.SendKeys("#email", role+"@courier.example"), chromedp.SendKeys("#password", deskPassword))
	l.follow(tb, ".comment-form button")
	if l.plain {
		tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	return tb
}

func (l life) live(t *testing.T) {
	writer := l.desk(t, "contributor")
	l.open(writer, "/desk/articles/new")
	writer.do(chromedp.SendKeys("#title", l.headline), chromedp.SendKeys("#standfirst", l.standfirst))
	l.write(writer, l.text)
	l.point(writer, "#category label")
	l.move(writer, "save")
	path := value(writer, chromedp.Location())
	path = strings.TrimPrefix(path[:strings.IndexAny(path+"?", "?#")], strings.TrimSuffix(l.site.url, "/"))
	l.illustrate(t, writer, path)
	l.move(writer, "review")
	if l.offers(writer, "publish") {
		t.Error("a contributor is offered to publish")
	}

	editor := l.desk(t, "editor")
	l.open(editor, path)
	l.show(editor, "details.edit-note-new")
	editor.do(chromedp.SendKeys("#note_text", "Whose garden?"))
	l.move(editor, "send-back")
	l.open(writer, path)
	if source := writer.source(); !strings.Contains(source, "Whose garden?") {
		t.Error("the writer does not see the editor's note")
	}
	l.write(writer, l.text+" It is the garden of the harbour master’s niece.")
	l.move(writer, "review")

	// A stranger with the link sees it before it is public.
	l.open(editor, path)
	l.follow(editor, `#previews [value="make"]`)
	link := value(editor, chromedp.AttributeValue(`#previews a`, "href")).Value
	if status, page := l.get(t, link); status != http.StatusOK || !strings.Contains(page, l.headline) {
		t.Errorf("the preview answers %d", status)
	}
	number := path[strings.LastIndex(path, "/")+1:]
	public := "/?p=" + number
	if status, _ := l.get(t, public); status != http.StatusNotFound {
		t.Errorf("before its time the story answers %d", status)
	}
	l.plan(editor, path, "publish_at", "schedule")
	l.awaitPublic(t, public, l.headline)
	if _, page := l.get(t, link); strings.Contains(page, "noindex") {
		t.Error("the link of the preview does not lead to the public story")
	}
	if _, page := l.get(t, public); !strings.Contains(page, "harbour master’s niece") || !strings.Contains(page, "A bell in the grass") {
		t.Error("the public story lacks the last change or its picture")
	}

	res, err := http.Get(l.address(public)) // it leads to the address of the story
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	public = res.Request.URL.Path

	// A correction.
	l.open(editor, path)
	l.write(editor, l.text+" It is the garden of the harbour master’s cousin.")
	editor.do(chromedp.SendKeys("#correction_text", "It was the cousin, not the niece."))
	l.move(editor, "update")
	l.awaitPublic(t, public, "It was the cousin, not the niece.")

	// A change at a set time: the old text until then.
	l.open(editor, path)
	l.write(editor, l.text+" The museum has bought it.")
	l.plan(editor, "", "apply_at", "update")
	if _, page := l.get(t, public); strings.Contains(page, "The museum has bought it.") {
		t.Error("the change is public before its time")
	}
	l.awaitPublic(t, public, "The museum has bought it.")

	l.open(editor, path)
	l.show(editor, "details.edit-times")
	editor.do(chromedp.SendKeys("#note", "The bell was a copy."))
	l.move(editor, "withdraw")
	if status, page := l.get(t, public); status != http.StatusGone || !strings.Contains(page, "The bell was a copy.") {
		t.Errorf("the withdrawn story answers %d: %.3000s", status, page)
	}
}

// open opens a form of the desk.
func (l life) open(tb *tab, path string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(l.address(path)), chromedp.WaitVisible("#story-form"))
	if !l.plain {
		tb.do(chromedp.WaitVisible(".rich-text"))
	}
}

// write replaces the text of the story.
func (l life) write(tb *tab, text string) {
	tb.t.Helper()
	if l.plain {
		tb.do(chromedp.SetValue("#body", text))
		return
	}
	tb.do(
		chromedp.WaitVisible(".rich-text"), chromedp.Click(".rich-text"), chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
		command(input.InsertText, input.InsertTextParams{Text: text}),
	)
	tb.wait(fmt.Sprintf(`document.getElementById("body").value.includes(%q)`, text))
}

// move presses a button of the form and waits for the page that answers.
func (l life) move(tb *tab, action string) {
	tb.t.Helper()
	l.follow(tb, fmt.Sprintf(`:is(#story-form, .desk-foot) [name="action"][value=%q]:not([tabindex="-1"])`, action))
	if source := tb.source(); strings.Contains(source, `id="error"`) {
		tb.t.Fatalf("%s was refused: %s", action, value(tb, chromedp.Text("#error")))
	}
}

func (l life) offers(tb *tab, action string) bool {
	return strings.Contains(tb.source(), fmt.Sprintf(`name="action" value=%q`, action))
}

// show opens a part of the form that is folded.
func (l life) show(tb *tab, selector string) {
	tb.t.Helper()
	l.point(tb, selector+" > summary")
	tb.do(chromedp.WaitReady(selector + "[open]"))
}

// point clicks in the middle of an element, as a hand does, with and without script.
func (l life) point(tb *tab, selector string) {
	tb.t.Helper()
	at := value(tb, chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return [];
		e.scrollIntoView({ block: "center", behavior: "instant" });
		const r = e.getBoundingClientRect();
		return [r.x + r.width / 2, r.y + r.height / 2];
	})()`, selector)))
	if len(at) != 2 {
		tb.t.Fatalf("there is no %s at %s", selector, value(tb, chromedp.Location()))
	}
	tb.do(chromedp.MouseClickXY(at[0], at[1]))
}

// follow clicks on an element that leads to another page, and waits for that page.
func (l life) follow(tb *tab, selector string) {
	tb.t.Helper()
	value(tb, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Func(func(context.Context, *chromedp.Target) error {
		l.point(tb, selector)
		return nil
	})))
}

// plan sets a time a few seconds ahead, on the clock of the paper, and presses a button.
func (l life) plan(tb *tab, path, field, action string) {
	tb.t.Helper()
	if path != "" {
		l.open(tb, path)
	}
	l.show(tb, "details.edit-times")
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		tb.t.Fatal(err)
	}
	at := time.Now().Add(3 * time.Second)
	if at.Second() == 0 { // the field would leave that out
		at = at.Add(time.Second)
	}
	tb.do(chromedp.SetValue("#"+field, at.In(zone).Format("2006-01-02T15:04:05")))
	l.move(tb, action)
}

// awaitPublic waits until readers see a text.
func (l life) awaitPublic(t *testing.T, path, text string) {
	t.Helper()
	for begin := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		status, page := l.get(t, path)
		if status == http.StatusOK && strings.Contains(page, text) {
			return
		}
		if time.Since(begin) > patience {
			t.Fatalf("%s answers %d and does not have %q", path, status, text)
		}
	}
}

// illustrate uploads a picture and makes it the lead.
func (l life) illustrate(t *testing.T, tb *tab, path string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bell.jpg")
	drawPicture(t, file, len(l.language+t.Name()))
	if l.plain {
		tb.do(chromedp.Navigate(l.address("/desk/media")))
		l.show(tb, "details.media-upload")
		tb.do(chromedp.SetUploadFiles(`.media-upload input[type="file"]`, []string{file}))
		l.follow(tb, `.media-upload button[type="submit"]`)
		tb.do(chromedp.SendKeys("#alt", "A bell in the grass"), chromedp.SendKeys("#credit", "Courier"))
		l.follow(tb, `form [name="do"][value="save"]`)
		at := value(tb, chromedp.Location())
		number := at[strings.LastIndex(at, "/")+1:]
		number = number[:strings.IndexAny(number+"?", "?#")]
		l.open(tb, path)
		tb.do(chromedp.SetValue("#picture", number))
		return
	}
	tb.do(
		chromedp.Click(`[name="action"][value="pictures"]`), chromedp.WaitVisible(".choose"),
		chromedp.SetUploadFiles("#choose-file", []string{file}), chromedp.WaitVisible(`.choose-one`),
		chromedp.SendKeys("#choose-alt", "A bell in the grass"), chromedp.SendKeys("#choose-credit", "Courier"),
		chromedp.Click(".choose-use"), chromedp.WaitVisible(".lead-now img"),
	)
}

// drawPicture makes a picture that differs with its seed.
func drawPicture(t *testing.T, file string, seed int) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		for x := range 1200 {
			img.Set(x, y, color.RGBA{uint8(x / 5), uint8(y / 4), uint8(seed * 7), 255})
		}
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, img, nil); err != nil {
		t.Fatal(err)
	}
}
