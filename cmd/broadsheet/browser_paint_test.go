//go:build browser

package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// paintPages looks at how pages come to be on a slow line: nothing moves once
// it is shown, no more is asked for before pictures than must be, and the
// first screen looks the same before the stylesheet is there.
func (b *bench) paintPages(t *testing.T, found []view) {
	for _, size := range [][2]int64{{360, 740}, {768, 1000}, {1280, 800}, {1600, 1000}} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", size[0], scheme), func(t *testing.T) {
				tab := b.newTab(t)
				tab.do(emulate(size[0], scheme), chromedp.EmulateViewport(size[0], size[1]))
				for _, v := range found {
					switch v.name {
					case "front", "section", "subsection", "article", "arabic", "gallery-front-arabic", "gallery-article-arabic-site", "gallery-section-arabic":
						tab.checkPaint(v.name, b.address(v.path))
					}
				}
			})
		}
	}
}

// slowLine is a telephone's: so long that pages are painted before the
// stylesheet comes, but wide enough for a page to come in one piece, as it does
// packed (weighPages).
var slowLine = network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
	{Latency: 150, DownloadThroughput: -1, UploadThroughput: -1},
}}

func (tb *tab) checkPaint(name, address string) {
	tb.t.Helper()
	tb.do(command(network.Enable, network.EnableParams{}), command(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}),
		command(network.EmulateNetworkConditionsByRule, slowLine))
	tb.visit(chromedp.Navigate(address))
	moved := value(tb, chromedp.Evaluate[[]string](`new Promise(resolve => {
		let sum = 0, what = [];
		new PerformanceObserver(list => {
			for (const e of list.getEntries()) {
				sum += e.value;
				for (const s of e.sources) what.push((s.node?.parentElement?.className || s.node?.nodeName) + " from " + s.previousRect.x + "," + s.previousRect.y + " to " + s.currentRect.x + "," + s.currentRect.y);
			}
		}).observe({type: "layout-shift", buffered: true});
		// Less than a thousandth counts as nothing.
		setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum < 0.001 ? [] : [sum, ...what].map(String)))), 50);
	})`, chromedp.EvalAwaitPromise))
	if len(moved) > 0 {
		tb.t.Errorf("%s: what was shown moved, by %v", name, moved)
	}
	asked := value(tb, chromedp.Evaluate[[]string](`performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.includes("/media/") && !n.endsWith(".svg"))`))
	if len(asked) > 2 { // beside the page itself
		tb.t.Errorf("%s asks for %v", name, asked)
	}

	// Pictures are not compared: their time is not fixed. A picture that is not
	// shown at this width is never loaded.
	tb.do(chromedp.Evaluate[chromedp.Void](`Promise.all([...document.images].filter(i => {
		const place = i.getBoundingClientRect();
		return place.width && place.top < innerHeight;
	}).map(i => i.decode()))`, chromedp.EvalAwaitPromise))
	whole := tb.screen()
	above := value(tb, chromedp.Evaluate[float64](`(() => {
		const link = document.querySelector("body link[rel=stylesheet]");
		link.disabled = true;
		return link.previousElementSibling.getBoundingClientRect().bottom;
	})()`))
	tb.do(chromedp.Evaluate[chromedp.Void](`new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))`, chromedp.EvalAwaitPromise))
	bare := tb.screen()
	if where := differ(whole, bare, int(above)); !where.Empty() {
		tb.t.Errorf("%s: without the stylesheet the first screen looks different at %v", name, where)
	}
}

func (tb *tab) screen() image.Image {
	tb.t.Helper()
	picture, err := png.Decode(bytes.NewReader(value(tb, chromedp.CaptureScreenshot())))
	if err != nil {
		tb.t.Fatal(err)
	}
	return picture
}

// differ returns where two pictures of a screen differ above a line.
func differ(a, b image.Image, above int) image.Rectangle {
	if a.Bounds() != b.Bounds() {
		return a.Bounds()
	}
	var where image.Rectangle
	for y := range min(above, a.Bounds().Dy()) {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return where
}
