//go:build browser

package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// task is one of the ten tasks that a moderator has all day.
type task struct {
	name    string
	most    int    // keys and clicks together, and pages
	writers string // see bring
	texts   int    // comments that wait at the head of the queue
	alike   bool   // they all say the same

	before func(h *hand, c []stored) // what was done before, which does not count
	keys   func(h *hand, c []stored) // by keyboard
	points func(h *hand, c []stored) // by mouse or touch
	plain  func(h *hand, c []stored) // without script
	wrong  func(h *hand, c, now []stored) string
}

// posts is how many forms a task sends: each decision once, in any way.
func (one task) posts(w way) int {
	switch {
	case one.name == "everything by a writer":
		return 0
	case one.name == "ten odd ones into spam" && w.keys:
		return 10
	}
	return 1
}

// on is a part of a comment's card.
func on(c stored, part string) string {
	return fmt.Sprintf(".card-frame:has(> #card-%d) %s", c.ID, part)
}

// choose follows the menu to a page of the desk.
func (h *hand) choose(path string) {
	h.t.Helper()
	if h.touch {
		h.point(".desk-menu-open")
	}
	h.follow(fmt.Sprintf(`.desk-head nav a[href=%q]`, path))
}

// goTo presses the keys that open a page of the menu.
func (h *hand) goTo(path string) {
	h.t.Helper()
	n := h.evaluate(fmt.Sprintf(`[...document.querySelectorAll(".desk-head nav a")].findIndex((a) => a.matches('[href=%q]')) + 1`, path))
	h.pressTo(fmt.Sprint("g", n))
}

// states compares the states of comments.
func states(now []stored, want ...string) string {
	for i, w := range want {
		if i >= len(now) || now[i].State != w {
			return fmt.Sprintf("the comments are %v, want %v", now, want)
		}
	}
	return ""
}

// all is a state for each of n comments.
func all(n int, state string) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = state
	}
	return list
}

// decideThree decides on three comments.
func decideThree(h *hand, c []stored) {
	for i, action := range []string{"approve", "spam", "trash"} {
		if action != "approve" {
			h.point(on(c[i], ".card-decline > summary"))
		}
		if h.plain {
			h.follow(on(c[i], ".card-form .do-"+action))
			continue
		}
		h.point(on(c[i], ".card-form .do-"+action))
		h.wait(fmt.Sprintf(`!document.getElementById("card-%d") && document.activeElement?.matches(".card")`, c[i].ID))
	}
}

// has fails the test for each part that a page lacks.
func has(where, page, part string) string {
	if !strings.Contains(page, part) {
		return fmt.Sprintf("%s has no %q", where, part)
	}
	return ""
}

// said waits for the message of what was done.
func (h *hand) said() {
	h.t.Helper()
	h.wait(`document.getElementById("desk-said") && !document.querySelector(".leaving, .busy, [data-busy]")`)
}

const replyText = "Thank you, the desk looks into it."

func (h *hand) storyPath() string {
	_, front := h.b.get(h.t, "/")
	return articleLink.FindStringSubmatch(front)[1]
}

// theTasks are the tasks with what the better of two peers needs for each.
var theTasks = []task{
	{
		name: "approve one", most: 1, texts: 1,
		keys:   func(h *hand, _ []stored) { h.press("a"); h.said() },
		points: func(h *hand, c []stored) { h.point(on(c[0], ".do-approve")); h.said() },
		plain:  func(h *hand, c []stored) { h.follow(on(c[0], ".do-approve")) },
		wrong: func(h *hand, c, now []stored) string {
			_, page := h.b.get(h.t, h.storyPath())
			return states(now, "approve") + has("the story", page, c[0].Text)
		},
	},
	{
		name: "30 look-alikes", most: 1, texts: 30, alike: true,
		keys: func(h *hand, _ []stored) { h.press("s"); h.said() },
		points: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-decline > summary"))
			h.point(on(c[0], ".do-spam"))
			h.said()
		},
		plain: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-decline > summary"))
			h.follow(on(c[0], ".do-spam"))
		},
		wrong: func(_ *hand, _, now []stored) string { return states(now, all(30, "spam")...) },
	},
	{
		name: "undo the third last", most: 1, texts: 3, before: decideThree,
		keys: func(h *hand, c []stored) {
			h.press("3z")
			h.wait(fmt.Sprintf(`document.getElementById("card-%d")`, c[0].ID))
		},
		points: func(h *hand, c []stored) {
			if h.touch {
				h.point("#desk-earlier summary")
			}
			h.point("#desk-earlier li:nth-child(2) button")
			h.wait(fmt.Sprintf(`document.getElementById("card-%d")`, c[0].ID))
		},
		plain: func(h *hand, _ []stored) { h.follow("#desk-earlier li:nth-child(2) button") },
		wrong: func(_ *hand, _, now []stored) string { return states(now, "hold", "spam", "trash") },
	},
	{
		name: "decline with a reason", most: 3, texts: 1,
		keys: func(h *hand, _ []stored) { h.press("l2"); h.said() },
		points: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-decline > summary"))
			h.point(on(c[0], ".card-reasons button"))
			h.said()
		},
		plain: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-decline > summary"))
			h.follow(on(c[0], ".card-reasons button"))
		},
		wrong: func(h *hand, c, now []stored) string {
			return states(now, "trash") + has("the log", h.fetch("/desk/log"), fmt.Sprintf("/desk/comments/%d", c[0].ID))
		},
	},
	{
		name: "reply", most: 3, texts: 1,
		keys: func(h *hand, c []stored) { h.press("r"); h.writeIn(c[0], replyText); h.press("\t\r"); h.said() },
		points: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-answer > summary"))
			if h.touch {
				h.point(on(c[0], ".card-answer textarea"))
			}
			h.writeIn(c[0], replyText)
			h.point(on(c[0], ".card-answer [type=submit]"))
			h.said()
		},
		plain: func(h *hand, c []stored) {
			h.point(on(c[0], ".card-answer > summary"))
			h.point(on(c[0], ".card-answer textarea"))
			h.write(replyText)
			h.follow(on(c[0], ".card-answer [type=submit]"))
		},
		wrong: func(h *hand, c, now []stored) string {
			for _, one := range h.b.comments(h.t, replyText) {
				if one.Parent == c[0].ID && one.State == "approve" {
					return states(now, "approve")
				}
			}
			return "there is no reply"
		},
	},
	{
		name: "ban the writer", most: 3, texts: 1,
		keys: func(h *hand, _ []stored) {
			h.press("b")
			h.wait(`document.activeElement.matches('.ban-form button[value="set"]')`)
			h.press("\r")
			h.said()
		},
		points: func(h *hand, c []stored) {
			h.point(on(c[0], "a.card-ban"))
			h.wait(`document.activeElement.matches('.ban-form button[value="set"]')`)
			h.point(`.ban-form button[value="set"]`)
			h.said()
		},
		plain: func(h *hand, c []stored) { h.follow(on(c[0], "a.card-ban")); h.follow(`.ban-form button[value="set"]`) },
		wrong: func(h *hand, c, _ []stored) string {
			return has("the list of bans", h.fetch("/desk/bans"), addressOf(c[0].Author))
		},
	},
	{
		name: "everything by a writer", most: 1, texts: 3, writers: "Vera of ",
		keys:   func(h *hand, _ []stored) { h.pressTo("w") },
		points: func(h *hand, c []stored) { h.follow(on(c[0], ".card-writer")) },
		plain:  func(h *hand, c []stored) { h.follow(on(c[0], ".card-writer")) },
		wrong: func(h *hand, c, _ []stored) string {
			at, page := value(h.tab, chromedp.Location()), h.source()
			return has("the address", at, "/desk/writers/") + has("the page", page, c[0].Text) + has("the page", page, c[1].Text) + has("the page", page, c[2].Text)
		},
	},
	{
		name: "ten odd ones into spam", most: 13, texts: 12,
		keys: func(h *hand, c []stored) {
			h.press("ss")
			h.press("j")
			h.press("ssss")
			h.press("j")
			h.press("ssss")
			h.wait(fmt.Sprintf(`!document.querySelector(".leaving") && !document.getElementById("card-%d")`, c[11].ID))
		},
		points: func(h *hand, c []stored) { h.tickOdd(c); h.point(`#bulk button[value="spam"]`); h.said() },
		plain: func(h *hand, c []stored) {
			h.tickOdd(c)
			h.point("#bulk summary")
			h.follow(`#bulk button[value="spam"]`)
		},
		wrong: func(_ *hand, _, now []stored) string {
			want := all(12, "spam")
			want[2], want[7] = "hold", "hold"
			return states(now, want...)
		},
	},
	{
		name: "close a story", most: 2, texts: 1,
		keys: func(h *hand, _ []stored) {
			h.press("c")
			h.wait(`document.activeElement.matches(".card-closing-panel button")`)
			h.press("\r")
			h.said()
		},
		points: func(h *hand, _ []stored) {
			h.choose("/desk/articles")
			h.point(h.storyRow("close"))
			h.said()
		},
		plain: func(h *hand, _ []stored) { h.choose("/desk/articles"); h.follow(h.storyRow("close")) },
		wrong: func(h *hand, _, _ []stored) string {
			_, page := h.b.get(h.t, h.storyPath())
			if strings.Contains(page, `id="commentform"`) || strings.Contains(page, `name="comment_post_ID"`) {
				return "the story still takes comments"
			}
			return ""
		},
	},
	{
		name: "forbid a word", most: 4, texts: 1,
		keys: func(h *hand, _ []stored) {
			h.goTo("/desk/rules")
			h.write(h.word())
			h.pressTo("\r")
		},
		points: func(h *hand, _ []stored) {
			h.choose("/desk/rules")
			if h.touch {
				h.point("#forbid-word")
			}
			h.write(h.word())
			h.follow(`button[value="forbid"]`)
		},
		plain: func(h *hand, _ []stored) {
			h.choose("/desk/rules")
			h.point("#forbid-word")
			h.write(h.word())
			h.follow(`button[value="forbid"]`)
		},
		wrong: func(h *hand, _, _ []stored) string { return has("the list of words", h.fetch("/desk/rules"), h.word()) },
	},
}

// storyRow is a button beside the story in the list of articles.
func (h *hand) storyRow(button string) string {
	return fmt.Sprintf(`.story:has(a[href$=%q]) [value=%q]`, h.storyPath(), button)
}

// openStory opens the comments of the story again, for the next hand.
func (h *hand) openStory() {
	h.t.Helper()
	h.do(chromedp.Navigate(h.b.address("/desk/articles")))
	if h.plain {
		h.follow(h.storyRow("open"))
		return
	}
	h.point(h.storyRow("open"))
	h.said()
}

// word is the word that a hand forbids.
func (h *hand) word() string { return "quokka" + strings.ReplaceAll(h.name, " ", "") }

// writeIn types into the field of an answer, which must have the focus.
func (h *hand) writeIn(c stored, text string) {
	h.t.Helper()
	h.wait(fmt.Sprintf(`document.activeElement.id === "answer-%d"`, c.ID))
	h.write(text)
}

// tickOdd ticks ten of twelve cards.
func (h *hand) tickOdd(c []stored) {
	h.t.Helper()
	for i := range c {
		if i != 2 && i != 7 {
			h.point(on(c[i], ".card-pick input"))
		}
	}
}

// home goes back to the queue.
func (h *hand) home() {
	h.t.Helper()
	at, err := url.Parse(value(h.tab, chromedp.Location()))
	if err != nil {
		h.t.Fatal(err)
	}
	if at.Path != "/desk/comments" {
		h.choose("/desk/comments")
	}
}

// sentence makes a text that resembles no other one.
func sentence(random *rand.Rand) string {
	words := strings.Fields(`harbour tunnel bridge council winter ferry lantern orchard pension railway quarry museum harvest island
		mayor budget teacher bakery glacier violin compass meadow printing parliament football summer clinic archive pepper
		umbrella satellite kitchen mountain ribbon engine tower copper garden signal carpet window journey thunder marble`)
	random.Shuffle(len(words), func(i, k int) { words[i], words[k] = words[k], words[i] })
	return strings.Join(words[:9], " ") + "."
}

// ways are the ways to work with the desk that must all do.
var ways = []way{
	{name: "keyboard", keys: true},
	{name: "mouse"},
	{name: "without script", plain: true},
	{name: "touch", touch: true},
	{name: "held keys on a slow line", keys: true, holds: true, slow: true},
	{name: "double clicks on a slow line", twice: true, slow: true},
	{name: "Arabic keyboard", keys: true, arabic: true},
}

// TestBrowserTasks does the ten tasks in each way and counts keys, clicks and pages. It
// fails when the quicker of keyboard and mouse needs more than the better of two peers,
// or when a task has not done in the database, or on the public page, what it should.
func TestBrowserTasks(t *testing.T) {
	t.Parallel() // with the tests that mostly wait
	b := newBench(t)
	b.run(t, deskPassword, "people", "add", "--name", "Tess", "--email", "tess@courier.example", "--role", "administrator", "--password-stdin")
	t.Run("by ear", func(t *testing.T) { b.deskByEar(t, "tess@courier.example") })
	counts, at := map[[2]string]count{}, 0
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			if w.arabic {
				b.run(t, "", "setting", "set", "site.language", "ar")
			}
			h := b.newHand(t, w, "tess@courier.example")
			for _, one := range theTasks {
				at++
				counts[[2]string{one.name, w.name}] = h.run(t, one, at)
			}
		})
	}
	table := "task: keys/clicks/pages\n"
	for _, one := range theTasks {
		table += fmt.Sprintf("%-24s at most %2d", one.name, one.most)
		for _, w := range ways {
			if c, done := counts[[2]string{one.name, w.name}]; done {
				table += fmt.Sprintf("  %s %v", w.name, c)
			}
		}
		table += "\n"
		keys, mouse := counts[[2]string{one.name, "keyboard"}], counts[[2]string{one.name, "mouse"}]
		if min(keys.keys+keys.clicks, mouse.keys+mouse.clicks) > one.most {
			t.Errorf("%s needs %v by keyboard and %v by mouse, want at most %d", one.name, keys, mouse, one.most)
		}
	}
	t.Log(table)
}

// run does one task and returns what it has cost.
func (h *hand) run(t *testing.T, one task, at int) count {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(at), 7))
	prefix := fmt.Sprintf("Task %d: ", at)
	texts := make([]string, one.texts)
	for i := range texts {
		if texts[i] = prefix + sentence(random); one.alike {
			texts[i] = texts[0]
		}
	}
	writers := one.writers + fmt.Sprintf("Task %d ", at)
	if one.writers == "" {
		writers += "Nr #"
	}
	h.b.bring(t, at, strings.TrimSpace(writers), texts...)
	h.begin()
	c := h.b.comments(t, prefix)
	if len(c) != one.texts {
		t.Fatalf("%s: %d comments are stored, want %d", one.name, len(c), one.texts)
	}
	if one.before != nil {
		one.before(h, c)
		h.forget()
	}
	switch {
	case h.keys:
		one.keys(h, c)
	case h.plain:
		one.plain(h, c)
	default:
		one.points(h, c)
	}
	cost := h.total()
	wrong := one.wrong(h, c, h.b.comments(t, prefix))
	for begin := time.Now(); wrong != "" && time.Since(begin) < patience/3; {
		wrong = one.wrong(h, c, h.b.comments(t, prefix))
	}
	if wrong != "" {
		foot := value(h.tab, chromedp.Evaluate[string](`document.getElementById("desk-status")?.textContent ?? ""`))
		t.Errorf("%s by %s: %s\nThe foot says %q; sent were %v.", one.name, h.name, wrong, foot, h.sent)
	}
	if cost.pages > one.most {
		t.Errorf("%s by %s opens %d pages, want at most %d", one.name, h.name, cost.pages, one.most)
	}
	h.mu.Lock()
	posts := h.posts
	h.mu.Unlock()
	if want := one.posts(h.way); posts != want {
		t.Errorf("%s by %s sends %d forms, want %d", one.name, h.name, posts, want)
	}
	h.shoot(one.name)
	if h.plain {
		h.home()
	}
	if one.name == "close a story" {
		h.openStory()
	}
	return cost
}
