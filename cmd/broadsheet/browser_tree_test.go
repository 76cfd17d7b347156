//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
)

// heardNode is a node of the tree that a screen reader reads.
type heardNode struct {
	role, name, live, level string
	parent                  *heardNode
}

// heardTree returns what a screen reader has of the page, in order.
func (tb *tab) heardTree() []*heardNode {
	tb.t.Helper()
	text := func(v *accessibility.Value) (s string) {
		if v == nil {
			return ""
		}
		if json.Unmarshal(v.Value, &s) != nil {
			return string(v.Value)
		}
		return s
	}
	answer := value(tb, ask(accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}))
	nodes := map[accessibility.NodeID]*heardNode{}
	for _, n := range answer.Nodes {
		node := &heardNode{role: text(n.Role), name: strings.TrimSpace(text(n.Name))}
		if n.Ignored {
			node.role = "ignored"
		}
		for _, p := range n.Properties {
			switch p.Name {
			case "live":
				node.live = text(p.Value)
			case "level":
				node.level = text(p.Value)
			}
		}
		nodes[n.NodeID] = node
	}
	var list []*heardNode
	for _, n := range answer.Nodes {
		nodes[n.NodeID].parent = nodes[n.ParentID]
		if !n.Ignored {
			list = append(list, nodes[n.NodeID])
		}
	}
	return list
}

// within returns the names of the groups and articles around a node.
func (n *heardNode) within() (names string) {
	for n = n.parent; n != nil; n = n.parent {
		if n.role == "group" || n.role == "article" || n.role == "listitem" {
			names += n.name + "\n"
		}
	}
	return names
}

// checkHeard fails when the page has no landmark of a kind, a control has no name, two
// controls of cards cannot be told apart, or a heading is of a level too deep.
func (tb *tab) checkHeard(name string) {
	tb.t.Helper()
	tree, roles, last := tb.heardTree(), map[string]int{}, 0
	for _, n := range tree {
		roles[n.role]++
		switch n.role {
		case "button", "link", "checkbox", "textbox", "searchbox", "combobox", "DisclosureTriangle":
			if n.name == "" {
				tb.t.Errorf("%s: a %s has no name, within %q", name, n.role, n.within())
			}
		case "status":
			if n.live != "polite" {
				tb.t.Errorf("%s: the status is announced %q", name, n.live)
			}
		case "heading":
			level := int(n.level[0] - '0')
			if level > last+1 {
				tb.t.Errorf("%s: the heading %q of level %d follows one of level %d", name, n.name, level, last)
			}
			last = level
		}
	}
	for _, role := range []string{"banner", "navigation", "main", "search", "status"} {
		if roles[role] == 0 {
			tb.t.Errorf("%s: there is no %s", name, role)
		}
	}
}

// checkCardHeard fails when an action of a card does not tell whose comment it is about.
func (h *hand) checkCardHeard(c stored) {
	h.t.Helper()
	author := value(h.tab, chromedp.TextContent(chromedp.CSS(fmt.Sprintf("#card-%d-by", c.ID))))
	actions := 0
	for _, n := range h.heardTree() {
		if (n.role == "button" || n.role == "link" || n.role == "DisclosureTriangle") && strings.Contains(n.within(), author) {
			actions++
		}
	}
	if actions < 6 {
		h.t.Errorf("%d actions tell that they are about %s, want at least 6", actions, author)
	}
}

// deskByEar reads the accessibility tree of the pages of the desk, as a screen reader does.
func (b *bench) deskByEar(t *testing.T, email string) {
	h := b.newHand(t, way{name: "ear", keys: true}, email)
	b.bring(t, 0, "Ear #", "Heard first: the lamp on the pier is out.", "Heard second: nobody has seen the keeper.")
	for _, width := range []int64{1280, 360} {
		h.do(emulate(width, "light"))
		h.begin()
		h.checkHeard(fmt.Sprint("the queue at ", width))
		h.checkCardHeard(b.comments(t, "Heard ")[0])
	}
	h.press("a")
	h.wait(`!document.querySelector(".leaving") && document.querySelector("#desk-status button")`)
	var status, told string
	for _, n := range h.heardTree() {
		if n.role == "status" {
			status = n.live
		}
		for up := n.parent; up != nil; up = up.parent {
			if up.role == "status" {
				told += n.name + " "
				break
			}
		}
	}
	if status != "polite" || !strings.Contains(told, "Approved") {
		t.Errorf("the foot announces %q, %s", told, status)
	}
	h.do(emulate(1280, "light"))
	for _, path := range []string{"/desk/articles", "/desk/rules", "/desk/writers"} {
		h.do(chromedp.Navigate(b.address(path)))
		h.checkHeard(path)
	}
}
