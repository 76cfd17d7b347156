//go:build browser

package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestBrowserStepsOfEditors holds tasks of an editor against their numbers of actions, by
// keyboard alone and by touch on a phone of 360 px.
//
// An action is a field that is filled, or a press of a button, a link, a box or a choice in
// a window of the system. A shortcut that leads into a field is a part of filling it, such
// as Escape and a letter, or g and a letter; so is one press of Tab, or a tap on the field.
// Each further Tab counts as an action. A task begins on the page that the test names.
func TestBrowserStepsOfEditors(t *testing.T) {
	t.Parallel() // with the tests that mostly wait
	b := newBench(t)
	b.run(t, deskPassword, "people", "add", "--name", "Stella Steps", "--email", "stella@courier.example", "--role", "editor", "--password-stdin")
	for i, w := range []way{{name: "keyboard", keys: true}, {name: "touch", touch: true}} {
		h := b.newHand(t, w, "stella@courier.example")
		s := &steps{hand: h}
		for _, one := range []struct {
			name string
			most int
			do   func(t *testing.T, n int)
		}{
			{"a breaking line of a story", 2, s.breakingStory},
			{"a breaking line in words", 2, s.breakingWords},
			{"a new lead from the list", 2, s.leadOfList},
			{"a new lead from its page", 2, s.leadOfPage},
			{"a correction with its text", 4, s.correction},
			{"a typing error in the text", 4, s.typo},
			{"a brief with a picture", 12, s.brief},
		} {
			t.Run(w.name+" "+one.name, func(t *testing.T) {
				h.t, s.actions = t, 0
				one.do(t, i)
				t.Logf("%d actions", s.actions)
				if s.actions > one.most {
					t.Errorf("%s takes %d actions, at most %d", one.name, s.actions, one.most)
				}
			})
		}
	}
}

// steps counts the actions of a hand.
type steps struct {
	*hand
	actions int
}

// chord presses keys together, such as Control and Enter.
func (s *steps) chord(key string, modifiers ...chromedp.Modifier) {
	s.t.Helper()
	s.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
}

// leads waits for the page that an act leads to.
func (s *steps) leads(act func()) {
	s.t.Helper()
	value(s.tab, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Func(func(context.Context, *chromedp.Target) error {
		act()
		return nil
	})))
	if wrong := value(s.tab, chromedp.Evaluate[string](`document.getElementById("error")?.textContent ?? ""`)); wrong != "" {
		s.t.Fatalf("it is refused: %s", wrong)
	}
}

// act is one press: of keys, or of what a finger points at.
func (s *steps) act(keys, selector string) {
	s.t.Helper()
	s.actions++
	switch {
	case s.keys && keys == "\r":
		s.enter()
	case s.keys:
		s.hand.press(keys)
	default:
		s.point(selector)
	}
}

// into goes into a field, by a shortcut or by a tap. It is a part of filling the field.
func (s *steps) into(keys, selector, focus string) {
	s.t.Helper()
	if s.keys {
		s.escape()
		s.hand.press(keys)
	} else {
		s.point(selector)
	}
	s.focus(focus)
}

// escape leaves the field that has the focus.
func (s *steps) escape() { s.chord("\x1b") }

// focus waits until an element has the focus.
func (s *steps) focus(selector string) {
	s.t.Helper()
	s.wait(fmt.Sprintf(`document.activeElement?.matches(%q)`, selector))
}

// fill types a text into the field that has the focus.
func (s *steps) fill(text string) {
	s.t.Helper()
	s.actions++
	s.write(text)
}

// go presses the main button of the form.
func (s *steps) goOn() {
	s.t.Helper()
	s.actions++
	s.leads(func() {
		if s.keys {
			s.chord("\r", chromedp.ModifierCtrl)
		} else {
			s.point(".edit-moves .edit-go")
		}
	})
}

// story returns the address of a public story, another one for each number.
func (s *steps) story(n int) string {
	s.t.Helper()
	_, front := s.b.get(s.t, "/")
	found := articleLink.FindAllStringSubmatch(front, -1)
	return found[(len(found)/3*n+n)%len(found)][1]
}

func (s *steps) open(path, selector string) {
	s.t.Helper()
	s.do(chromedp.Navigate(s.b.address(path)), chromedp.WaitVisible(selector))
}

func (s *steps) headline() string {
	s.t.Helper()
	return value(s.tab, chromedp.Evaluate[string](`document.querySelector("h1").textContent.trim()`))
}

// breakingStory begins on the page of the story.
func (s *steps) breakingStory(t *testing.T, n int) {
	s.open(s.story(n), `.staffbar [value="breaking"]`)
	title := s.headline()
	s.leads(func() { s.act("b", `.staffbar [value="breaking"]`) })
	if _, front := s.b.get(t, "/sections/"); !strings.Contains(front, `class="breaking`) || !strings.Contains(front, title) {
		t.Errorf("%q is not the breaking line", title)
	}
}

// breakingWords begins by keyboard on any page of the desk, and by touch where the link
// "Breaking line" leads, which every page of the desk has.
func (s *steps) breakingWords(t *testing.T, n int) {
	words := fmt.Sprint("Harbour closed until noon, pier ", n)
	s.open("/desk/articles", ".edit-list")
	if s.keys {
		s.leads(func() { s.hand.press("gb") })
	} else {
		s.leads(func() { s.point(".desk-breaking") })
	}
	s.focus("#breaking")
	s.chord("a", chromedp.ModifierCtrl) // a new text takes the place of the old one
	s.fill(words)
	s.leads(func() { s.act("\r", `.front-line-do [value="save"]`) })
	if _, front := s.b.get(t, "/"); !strings.Contains(front, words) {
		t.Error("the line is not shown")
	}
}

// leadOfList begins on the list of public stories.
func (s *steps) leadOfList(t *testing.T, _ int) {
	s.open("/desk/articles?status=published", ".edit-list")
	title := value(s.tab, chromedp.Evaluate[string](`document.querySelector(".edit-list .story-title").textContent.trim()`))
	if s.keys {
		s.hand.press("j")
		s.actions++
		s.focus(".story *")
	}
	s.leads(func() { s.act("l", `.edit-list .front-now [value="lead"]`) })
	s.leadIs(t, title)
}

// leadOfPage begins on the page of the story.
func (s *steps) leadOfPage(t *testing.T, n int) {
	s.open(s.story(n+1), `.staffbar [value="lead"]`)
	title := s.headline()
	s.leads(func() { s.act("l", `.staffbar [value="lead"]`) })
	s.leadIs(t, title)
}

func (s *steps) leadIs(t *testing.T, title string) {
	t.Helper()
	if _, front := s.b.get(t, "/"); !strings.Contains(leadOf(front), title) {
		t.Errorf("the lead of the front page is not %q", title)
	}
}

// correction begins on the page of the story. It mends a word of the text, too.
func (s *steps) correction(t *testing.T, n int) {
	path := s.story(n)
	s.open(path, `.staffbar [aria-keyshortcuts="c"]`)
	s.leads(func() { s.act("c", `.staffbar [aria-keyshortcuts="c"]`) })
	s.focus("#correction_text")
	s.fill(fmt.Sprint("The mayor was not there, number ", n, "."))
	s.mendWord(fmt.Sprint("Rightly", n))
	s.goOn()
	if _, page := s.b.get(t, path); !strings.Contains(page, fmt.Sprint("The mayor was not there, number ", n)) || !strings.Contains(page, fmt.Sprint("Rightly", n)) {
		t.Error("readers do not see the correction")
	}
}

// mendWord replaces the first word of the text, which is HTML in the rich editor, or Markdown.
func (s *steps) mendWord(word string) {
	s.t.Helper()
	text, at := "#body", "#body"
	if value(s.tab, chromedp.Evaluate[string](`document.querySelector('[name="format"]').value`)) == "html" {
		text, at = ".rich-text", ".rich-text > p"
	}
	s.do(chromedp.WaitVisible(text))
	s.into("t", at, text)
	s.chord("Home", chromedp.ModifierCtrl)
	s.chord("ArrowRight", chromedp.ModifierCtrl, chromedp.ModifierShift)
	s.fill(word + " ")
	s.wait(fmt.Sprintf(`document.getElementById("body").value.includes(%q)`, word))
}

// typo begins on the page of the story. Readers get no new date.
func (s *steps) typo(t *testing.T, n int) {
	path := s.story(n + 2)
	s.open(path, `.staffbar [aria-keyshortcuts="e"]`)
	_, before := s.b.get(t, path)
	s.leads(func() { s.act("e", `.staffbar [aria-keyshortcuts="e"]`) })
	word := fmt.Sprint("Setright", n)
	s.mendWord(word)
	if s.keys {
		s.escape()
	}
	s.act("m", `label[for="minor"]`)
	s.goOn()
	_, after := s.b.get(t, path)
	if !strings.Contains(after, word) {
		t.Error("readers do not see the new text")
	}
	if updated(before) != updated(after) {
		t.Errorf("the date of the update moved from %q to %q", updated(before), updated(after))
	}
}

// brief begins on the list of stories.
func (s *steps) brief(t *testing.T, n int) {
	file := filepath.Join(t.TempDir(), "brief.jpg")
	drawPicture(t, file, 140+n)
	title := fmt.Sprint("Lift bridge stuck again, ", n)
	s.open("/desk/articles", ".edit-head a.button")
	s.leads(func() { s.act("n", ".edit-head a.button") })
	s.do(chromedp.WaitVisible(".rich-text"))
	if s.keys {
		s.focus("#title")
	} else {
		s.point("#title")
	}
	s.fill(title)
	s.into("t", ".rich-text", ".rich-text")
	s.fill("It rose at noon and has not come down.")
	if s.keys {
		s.escape()
	}
	s.act("p", `[name="action"][value="pictures"]`)
	s.do(chromedp.WaitVisible(".choose"))
	if s.keys { // one Tab, and the press that opens the window of the system
		s.chord("\t")
		s.focus("#choose-file")
	} else {
		s.find("#choose-file") // a finger can reach it
	}
	s.do(chromedp.SetUploadFiles("#choose-file", []string{file}), chromedp.WaitVisible(".choose-one"))
	s.actions += 2 // the field, and the file in the window of the system
	s.focus("#choose-alt")
	s.fill("A bridge that stands open")
	if s.keys {
		s.chord("\t")
	} else {
		s.point("#choose-credit")
	}
	s.focus("#choose-credit")
	s.fill("Courier")
	s.act("\r", ".choose-use")
	s.do(chromedp.WaitVisible(".lead-now img"))
	if s.keys {
		s.into("s", "", "#section-find") // the demo has many sections: words, and Enter
		s.fill("world news")
		s.wait(`document.querySelector(".section-others li[hidden]")`)
		s.act("\r", "")
	} else {
		s.actions++
		s.point("#category label")
	}
	s.wait(`document.querySelector('#category [name="category"]:checked')`)
	s.goOn()
	s.do(chromedp.WaitVisible(".edit-published"))
	at := value(s.tab, chromedp.Evaluate[string](`location.pathname.split("/").pop()`))
	if status, page := s.b.get(t, "/?p="+at); status != http.StatusOK || !strings.Contains(page, title) || !strings.Contains(page, "A bridge that stands open") {
		t.Errorf("the public brief answers %d and lacks its headline or picture", status)
	}
}
