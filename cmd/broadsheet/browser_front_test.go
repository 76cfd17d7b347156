//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// maxMasthead is the greatest distance in px from the top of a phone's screen to
// the text of an inner page.
const maxMasthead = 120

// lookAtFront measures the masthead and the lists of articles.
func (b *bench) lookAtFront(t *testing.T, found []view) {
	tb := b.newTab(t)
	tb.do(emulate(360, "light"))
	for _, v := range found {
		tb.do(chromedp.Navigate(b.address(v.path)))
		tb.checkMasthead(v.name)
		tb.checkSides(v.name)
	}
	tb.do(emulate(1280, "light"))
	for _, v := range found {
		if strings.Contains(v.name, "front") || strings.Contains(v.name, "section") {
			tb.do(chromedp.Navigate(b.address(v.path)))
			tb.checkSides(v.name)
			tb.checkHoles(v.name)
		}
	}
}

// checkMasthead checks a reader's page on a phone: the name comes first, the
// search and the link to all categories share a line, no part needs scrolling to
// the side, and the text of an inner page begins within maxMasthead.
func (tb *tab) checkMasthead(name string) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[string](`(() => {
		const box = s => document.querySelector(s)?.getBoundingClientRect();
		const paper = box(".masthead .paper"), all = box(".all-sections"), search = box(".masthead .search");
		if (!paper) return "";
		const wrong = [];
		const bar = box(".staffbar")?.bottom ?? 0; // the staff's bar is above the page
		const notice = box(".old-story"); // it says that the story is old, above its text
		if (notice && notice.top - bar > `+fmt.Sprint(maxMasthead)+`) wrong.push("the notice begins at " + notice.top);
		if (paper.top - bar > 20) wrong.push("the name begins at " + paper.top);
		if (all && Math.abs(all.top + all.height / 2 - search.top - search.height / 2) > 4) wrong.push("search and all sections are on two lines");
		for (const e of document.querySelectorAll(".masthead, .masthead *")) {
			const style = getComputedStyle(e);
			if (/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth) wrong.push(e.className + " must be dragged");
		}
		const first = document.querySelector("main .label, main .labels, main .problem-status, main .thread-head > *, main h1:not(.quiet), main h2");
		if (!document.querySelector(".at-front") && first && first.getBoundingClientRect().top - (notice?.height ?? 0) - bar > `+fmt.Sprint(maxMasthead)+`) wrong.push("the text begins at " + first.getBoundingClientRect().top);
		return wrong.join("; ");
	})()`))
	if got != "" {
		tb.t.Errorf("%s at 360 px: %s", name, got)
	}
}

// checkSides fails when parts of one card are aligned to different sides.
func (tb *tab) checkSides(name string) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[string](`(() => {
		const wrong = [];
		for (const card of document.querySelectorAll(".lead, .story, .brief, .card .story-text, .article-head, .list-head, .thread-head, .ranking li")) {
			const parts = [...card.querySelectorAll(".label, h1, h2, h3, .card-title, .deck, .standfirst, .list-description, .meta")].filter(e => e.closest(".byline") === null);
			const sides = new Set(parts.map(e => {
				const style = getComputedStyle(e), align = style.textAlign === "start" ? style.direction : style.textAlign;
				return align === "rtl" || align === "right" ? "right" : "left";
			}));
			if (sides.size > 1) wrong.push(card.className + ": " + card.textContent.trim().slice(0, 60));
		}
		return wrong.join("; ");
	})()`))
	if got != "" {
		tb.t.Errorf("%s: parts of a card stand on two sides: %s", name, got)
	}
	// A byline is a label, in whichever language it and its article are.
	faces := value(tb, chromedp.Evaluate[string](`[...document.querySelectorAll(".byline, .byline .authors")]
		.filter((one) => /serif/.test(getComputedStyle(one).fontFamily.replaceAll("sans-serif", ""))).map((one) => one.outerHTML.slice(0, 200)).join("\n")`))
	if faces != "" {
		tb.t.Errorf("%s: a byline has a face with serifs: %s", name, faces)
	}
}

// checkHoles fails when a block of the front page leaves a third of its width
// empty, or when articles overlap.
func (tb *tab) checkHoles(name string) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[string](`(() => {
		const wrong = [];
		for (const block of document.querySelectorAll(".block-stories")) {
			const whole = block.getBoundingClientRect();
			const texts = [...block.querySelectorAll("h3, .thumb, .deck")].map(e => e.getBoundingClientRect()).filter(r => r.width);
			const end = Math.max(...texts.map(r => r.right)), start = Math.min(...texts.map(r => r.left));
			if (end - start < whole.width * 0.7) wrong.push(block.parentNode.className + " fills " + Math.round((end - start) / whole.width * 100) + " percent of its width");
			const stories = [...block.children];
			for (const s of stories) { const r = s.getBoundingClientRect(); for (const other of stories) if (other !== s) {
				const o = other.getBoundingClientRect();
				if (r.left < o.right - 1 && o.left < r.right - 1 && r.top < o.bottom - 1 && o.top < r.bottom - 1) wrong.push(block.parentNode.className + ": stories lie on each other");
			} }
		}
		return [...new Set(wrong)].join("; ");
	})()`))
	if got != "" {
		tb.t.Errorf("%s: %s", name, got)
	}
}

// focused returns the id of the focused element, the page's title, and whether
// the element is in view.
func (tb *tab) focused() (id, title string, inView bool) {
	tb.t.Helper()
	got := value(tb, chromedp.Evaluate[[]string](`(() => {
		const e = document.activeElement, r = e.getBoundingClientRect();
		return [e.id, document.title, String(r.top < innerHeight && r.bottom > 0)];
	})()`))
	return got[0], got[1], got[2] == "true"
}

// keepFocus sends refused and accepted forms, with script and without. The
// page's message must get the focus and stay in view.
func (b *bench) keepFocus(t *testing.T) {
	for _, script := range []bool{true, false} {
		t.Run(fmt.Sprintf("script %v", script), func(t *testing.T) {
			tb := b.newTab(t)
			if !script {
				tb.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
			}
			article := tb.firstArticle(b)
			expect := func(name, id, title string) {
				t.Helper()
				// A script or a redirect would move the focus within some
				// milliseconds. A picture of the page takes longer.
				tb.screen()
				if got, said, inView := tb.focused(); got != id || !inView || !strings.Contains(said, title) {
					t.Errorf("%s: the focus is on %q (in view: %v) of %q, want %q with %q in the title", name, got, inView, said, id, title)
				}
			}
			tb.fill(map[string]string{"#comment": "", "#author": "Marta"})
			tb.click("#submit")
			expect("a refused comment", "error", "")
			tb.do(chromedp.Navigate(article))
			tb.fill(map[string]string{"#comment": "A look before.", "#author": "Marta", "#email": "marta@example.org"})
			tb.click(`button[name="preview"]`)
			expect("a preview", "preview", "")
			tb.do(chromedp.Navigate(article))
			tb.fill(map[string]string{"#comment": fmt.Sprint("Of the one who waits, ", script), "#author": "Wanda", "#email": fmt.Sprintf("wanda-%v@example.org", script)})
			tb.click("#submit")
			id := tb.waiting("Of the one who waits")
			expect("a comment that waits", "comment-"+id, "waiting moderation")
			tb.click(`.comment-awaiting-moderation a`)
			expect("its status", "done", "Your comment")
			tb.click(`.own-actions a.second`) // which asks once more
			tb.click(`.own-actions button`)
			expect("a removed comment", "done", "removed")

			tb.do(chromedp.Navigate(b.address("/login")))
			tb.fill(map[string]string{"#email": "nobody@example.org", "#password": "not the password"})
			tb.click(`form[action="/login"] button`)
			expect("a refused sign-in", "error", "")
			tb.do(chromedp.Navigate(article))
			tb.click(`.comment-actions .report`)
			tb.click(`.comment-form button`)
			expect("a refused report", "error", "")
		})
	}
}
