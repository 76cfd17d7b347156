//go:build browser

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
)

// noNetwork is a network that is off, or one as it is.
func noNetwork(off bool) chromedp.Action[chromedp.Void] {
	line := &network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}
	return chromedp.Steps(
		command(network.Enable, network.EnableParams{}),
		command(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{line}}),
		command(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}),
	)
}

// write types a text at the end of the open story.
func (w *typist) write(text string) {
	w.Helper()
	w.tab().do(chromedp.KeyEvent(kb.End, chromedp.KeyModifiers(chromedp.ModifierCtrl)), command(input.InsertText, input.InsertTextParams{Text: text}))
}

// has waits until the server has some texts in the story.
func (w *typist) has(texts ...string) {
	w.Helper()
	missing, body := texts, ""
	for end := time.Now().Add(patience); time.Now().Before(end); <-time.After(50 * time.Millisecond) {
		d, err := drafts.Open(w.Context(), w.db, w.story)
		if err != nil {
			w.Fatal(err)
		}
		missing, body = nil, d.Text.Body
		for _, text := range texts {
			if !strings.Contains(body, text) {
				missing = append(missing, text)
			}
		}
		if missing == nil {
			return
		}
	}
	w.Fatalf("the server lacks %q in %.2000q", missing, body)
}

// newTab is the typist with another tab of the same browser.
func (w *typist) newTab() *typist {
	w.Helper()
	ctx, leave := chromedp.NewContext(w.ctx)
	w.Cleanup(leave)
	if err := chromedp.Do(ctx); err != nil { // a shorter context would end with the tab
		w.Fatal(err)
	}
	tab := &typist{killSite: w.killSite, name: w.name, profile: w.profile, path: w.path, story: w.story, ctx: ctx, stop: leave}
	tab.front()
	return tab
}

// front brings the tab to the front: a tab behind another draws nothing.
func (w *typist) front() {
	w.Helper()
	w.tab().do(command(page.BringToFront, cdp.Empty{}))
}

// says waits until the form says something about saving.
func (w *typist) says(text string) {
	w.Helper()
	w.tab().wait(fmt.Sprintf(`document.getElementById("edit-saved").textContent.includes(%q)`, text))
}

// TestBrowserTypingOffline writes without a network while a colleague saves. The page says
// that the text is kept; a page that is opened later, also in another run of the browser,
// offers it; and the server merges both texts.
func TestBrowserTypingOffline(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	w, colleague := s.newTypist("Ada"), s.newTypist("Bo")
	w.openStory()
	w.write("First paragraph.")
	w.press()
	w.write("Last paragraph.")
	w.has("First paragraph.", "Last paragraph.")

	w.tab().do(noNetwork(true))
	w.write(" Without a network.")
	w.says("kept in this browser")
	colleague.story, colleague.path = w.story, w.path
	colleague.openStory()
	colleague.goToStart()
	colleague.tab().do(command(input.InsertText, input.InsertTextParams{Text: "By a colleague. "}))
	colleague.has("By a colleague. First")
	// Attempts without a network are apart: they would take the battery's power.
	w.tab().runs(`globalThis.tries = []; const { fetch: real } = globalThis; globalThis.fetch = (...all) => { tries.push(Date.now()); return real(...all); }`)
	w.tab().wait(`tries.length > 1`)
	if apart := value(w.tab(), chromedp.Evaluate[int](`tries[1] - tries[0]`)); apart < 1000 {
		t.Errorf("without a network the text is sent again after %d ms", apart)
	}
	w.tab().do(noNetwork(false))
	w.has("By a colleague. First paragraph.", "Last paragraph. Without a network.")
	w.tab().wait(`document.getElementById("body").value.includes("By a colleague.")`)

	// The browser ends without a network. Its next run offers the kept text.
	w.tab().do(noNetwork(true))
	w.write(" Kept over night.")
	w.says("kept in this browser")
	w.tab().wait(`Object.values(localStorage).some((kept) => kept.includes("Kept over night."))`)
	// When its own menu ends it, the browser writes its stores to the disk.
	process := chromedp.FromContext(w.ctx).Browser.Process()
	_ = chromedp.Do(w.ctx, command(browser.Close, cdp.Empty{}))
	_, _ = process.Wait()
	w.stop()
	colleague.goToStart()
	colleague.tab().do(command(input.InsertText, input.InsertTextParams{Text: "And more. "}))
	colleague.has("And more. By a colleague.")
	w.openBrowser()
	w.open(w.path)
	w.tab().do(chromedp.WaitVisible(`.edit-kept`))
	w.tab().do(chromedp.Click(`.edit-kept [value="take"]`))
	w.has("Kept over night.", "And more. By a colleague. First paragraph.")
	w.tab().wait(`document.querySelector(".edit-kept") === null && Object.keys(localStorage).every((store) => !store.startsWith("broadsheet:"))`)
}

// goToStart moves the cursor to the start of the text, and waits until the editor has it
// there: words that come at once would stand where it was.
func (w *typist) goToStart() {
	w.Helper()
	tb := w.tab()
	tb.do(chromedp.KeyEvent(kb.Home, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	tb.wait(`document.querySelector(".rich-text").firstElementChild.contains(getSelection().focusNode) && getSelection().focusOffset === 0`)
	tb.do(nextFrame, nextFrame)
}

// press begins a paragraph.
func (w *typist) press() {
	w.Helper()
	w.tab().pressEnter()
}

// TestBrowserTypingLeaves leaves the page right behind a key, in each way: the server has
// the words. A new story, too, is stored by itself.
func TestBrowserTypingLeaves(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	w := s.newTypist("Cleo")
	long := strings.Repeat("كلمات من قصة طويلة تكتب ", 1000) // 5,000 words
	w.openStory()
	w.write(long)
	w.has(strings.TrimSpace(long))
	w.write("To another page.")
	w.tab().do(chromedp.Navigate(w.url + "/"))
	w.has("To another page.")
	second := w.newTab()
	second.openStory()
	second.write("Into a closed tab.")
	second.tab().do(command(page.Close, cdp.Empty{}))
	w.front()
	w.has("Into a closed tab.")

	// A save is on its way while the page is left. Both texts together are more than the
	// browser sends for pages that are being left.
	w.openStory()
	w.tab().runs(`globalThis.saves = 0; const { fetch: real } = globalThis; globalThis.fetch = (...all) => { saves++; return real(...all); }`)
	free := s.holdWrites()
	w.write("Slowly saved.")
	w.tab().wait(`saves > 0`)
	w.write("Behind a slow save.")
	w.tab().do(chromedp.Navigate(w.url + "/"))
	free()
	w.has("Behind a slow save.")

	w.open("/desk/articles/new")
	tb := w.tab()
	tb.do(chromedp.SendKeys("#title", "A story that nobody saves"), chromedp.WaitVisible(".rich-text"))
	w.says("Saved automatically")
	tb.wait(`/^\/desk\/articles\/\d+$/.test(location.pathname)`)
	w.path = value(tb, chromedp.Evaluate[string](`location.pathname`))
	if _, err := fmt.Sscanf(w.path, "/desk/articles/%d", &w.story); err != nil {
		t.Fatal(err)
	}
	tb.do(chromedp.Click(".rich-text"))
	w.write("Its text.")
	w.has("Its text.")
	tb.do(chromedp.Click(`.edit-moves [value="publish"]`), chromedp.WaitVisible(`.edit-published`))
	res, err := http.Get(w.url + fmt.Sprintf("/?p=%d", w.story))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("the story is answered by %s", res.Status)
	}
	var stories int
	for id := int64(1); ; id++ {
		if _, err := drafts.Open(t.Context(), s.db, id); err != nil {
			break
		}
		stories++
	}
	if stories != 2 {
		t.Errorf("there are %d stories, want 2", stories)
	}
}

// holdWrites lets the server write nothing until free is called, which must be within
// the five seconds that it waits for the lock.
func (s *killSite) holdWrites() (free func()) {
	s.Helper()
	held, let, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- s.db.Write(s.Context(), func(*models.Tx) error {
			close(held)
			<-let
			return nil
		})
	}()
	<-held
	return func() {
		s.Helper()
		close(let)
		if err := <-ended; err != nil {
			s.Fatal(err)
		}
	}
}

// TestBrowserTypingInTwoTabs writes one story in two tabs of one person, without a network.
// Each keeps its own text.
func TestBrowserTypingInTwoTabs(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	w := s.newTypist("Dana")
	w.openStory()
	w.write("First.")
	w.press()
	w.write("Second.")
	w.has("First.", "Second.")
	other := w.newTab()
	other.openStory()
	w.front()
	w.tab().do(noNetwork(true))
	w.write(" In one tab.")
	w.tab().wait(`Object.values(localStorage).some((kept) => kept.includes("In one tab."))`)
	other.front()
	other.tab().do(noNetwork(true))
	other.goToStart()
	other.tab().do(command(input.InsertText, input.InsertTextParams{Text: "In the other. "}))
	other.tab().wait(`["In one tab.", "In the other."].every((text) => Object.values(localStorage).some((kept) => kept.includes(text)))`)
	other.tab().do(noNetwork(false))
	other.has("In the other. First.")
	w.front()
	w.tab().do(noNetwork(false))
	w.has("In one tab.", "In the other. First.")
}

// TestBrowserStoryBar looks at the bar with the moves of a story: it is in view at both
// ends of a long text, it hides neither the cursor nor a focused field, and its targets are
// large enough, on a phone and on a desk.
func TestBrowserStoryBar(t *testing.T) {
	t.Parallel()
	s := newKillSite(t)
	w := s.newTypist("Enzo")
	w.openStory()
	tb := w.tab()
	const above = `(place) => { const bar = document.querySelector(".desk-foot").getBoundingClientRect(); return bar.bottom <= innerHeight + 1 && place.bottom <= bar.top + 1 && place.top >= 0; }`
	for _, width := range []int64{360, 1280} {
		tb.do(chromedp.EmulateViewport(width, 740))
		tb.setStory(longStory("some words of a long story ", ""), 0.5, false)
		for range 30 {
			w.press()
		}
		w.tab().do(chromedp.KeyEvent("x"), nextFrame)
		if !value(tb, chromedp.Evaluate[bool](`(`+above+`)(getSelection().getRangeAt(0).getBoundingClientRect())`)) {
			t.Errorf("%d px: the bar hides the cursor", width)
		}
		for _, at := range []string{"0", "document.body.scrollHeight / 2", "document.body.scrollHeight"} {
			tb.do(chromedp.Evaluate[chromedp.Void](`scrollTo(0, ` + at + `)`))
			if bad := value(tb, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".edit-bar button")].filter((b) => {
				const r = b.getBoundingClientRect();
				return r.height < 24 || r.top < 0 || r.bottom > innerHeight || r.left < 0 || r.right > innerWidth || document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) !== b;
			}).map((b) => b.value)`)); len(bad) > 0 {
				t.Errorf("%d px, at %s: %q cannot be pressed", width, at, bad)
			}
		}
		if bad := value(tb, chromedp.Evaluate[[]string](`[...document.querySelectorAll("#story-form :is(input, select, button, textarea, summary, a)")].filter((one) => {
			if (!one.checkVisibility() || one.disabled || one.tabIndex < 0 || one.offsetHeight > innerHeight / 2) return false;
			scrollTo(0, 0);
			one.focus();
			return document.activeElement === one && !(`+above+`)(one.getBoundingClientRect());
		}).map((one) => one.name || one.textContent)`)); len(bad) > 0 {
			t.Errorf("%d px: the bar hides %q in focus", width, bad)
		}
	}
}
