//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// deskFold takes one comment out of a fold by its tick and decides the others, and
// presses three times on a slow line. It fails when the server
// decides a card that was taken out, or when three presses decide more than one card.
func (b *bench) deskFold(t *testing.T) {
	b.run(t, deskPassword, "people", "add", "--name", "Fara", "--email", "fara@courier.example", "--role", "editor", "--password-stdin")
	b.hold(t, "line", 6)
	var rows strings.Builder
	for i := range 4 {
		row, err := json.Marshal(map[string]any{
			"id": fmt.Sprint("fold", i), "source": "desk", "article_id": b.articleSlug(t), "state": "hold", "author": fmt.Sprint("Folded ", i),
			"email": fmt.Sprintf("fold%d@example.org", i), "date": time.Date(2019, 1, 1, 0, i, 0, 0, time.UTC),
			"text": "Visit the shop of the lucky harbour lamp for the cheapest lamps in the whole of the town today.",
		})
		if err != nil {
			t.Fatal(err)
		}
		rows.Write(append(row, '\n'))
	}
	path := filepath.Join(t.TempDir(), "fold.jsonl")
	if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	b.run(t, "", "comment", "import", path)
	tb := b.newTab(t)
	tb.do(emulate(1280, "light"))
	tb.signIn(b, "fara@courier.example")
	const folded = `[...document.querySelectorAll(".card-frame")].find((f) => f.querySelector(".card-alike") && f.textContent.includes("lucky harbour lamp"))`
	held := tb.held()
	if got := tb.evaluate(`Number(` + folded + `?.querySelector(".card-pick input").dataset.comments ?? 0)`); got != 4 {
		t.Fatalf("the box of the card stands for %d comments, want 4", got)
	}
	tb.do(chromedp.Evaluate[chromedp.Void](`(f => {
		f.querySelector(".card-alike").open = true;
		f.querySelector(".fold input").click();
		f.querySelector(".card-pick input").click();
	})(` + folded + `)`))
	if got := value(tb, chromedp.Text(chromedp.CSS("#picked"))); got != "3" {
		t.Errorf("%q are picked, want 3", got)
	}
	tb.do(chromedp.KeyEvent("S", chromedp.KeyModifiers(8)))
	tb.presses("j", held-3)
	if got := tb.evaluate(`[...document.querySelectorAll(".card-text")].filter((c) => c.textContent.includes("lucky harbour lamp")).length`); got != 1 {
		t.Errorf("%d cards are left of the fold, want the one that was taken out", got)
	}
	held -= 3

	// On a slow line the second press and the second click meet a card that is on its way.
	tb.do(command(network.Enable, network.EnableParams{}), command(network.EmulateNetworkConditionsByRule, slowLine))
	tb.do(chromedp.Evaluate[chromedp.Void](`(f => {
		for (const n of [1, 2, 3]) f.querySelector(".do-approve").click();
	})(document.activeElement.closest(".card-frame"))`))
	tb.presses("j", held-1)
	if got := tb.held(); got != held-1 {
		t.Errorf("three presses on a slow line decided %d comments", held-got)
	}
}
