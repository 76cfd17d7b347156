package richtext

import (
	"strings"

	"golang.org/x/net/html"
)

// voidTags have no content and no end tag.
var voidTags = map[string]bool{"br": true, "hr": true, "img": true}

// writer puts HTML together from tokens so that every element it opens is
// closed, in order, and none is nested deeper than it allows.
type writer struct {
	out      strings.Builder
	open     []string
	maxDepth int
	dropped  map[string]int // start tags left out for their depth
}

func newWriter(size, maxDepth int) *writer {
	w := &writer{maxDepth: maxDepth, dropped: map[string]int{}}
	w.out.Grow(size + size/8)
	return w
}

func (w *writer) start(t html.Token) {
	if voidTags[t.Data] {
		w.out.WriteString(t.String())
		return
	}
	if len(w.open) >= w.maxDepth {
		w.dropped[t.Data]++
		return
	}
	t.Type = html.StartTagToken
	w.out.WriteString(t.String())
	w.open = append(w.open, t.Data)
}

// end closes the element and the open elements inside it. It leaves out an end tag
// without a start tag.
func (w *writer) end(tag string) {
	if w.dropped[tag] > 0 {
		w.dropped[tag]--
		return
	}
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i] == tag {
			w.closeTo(i)
			return
		}
	}
}

func (w *writer) closeTo(depth int) {
	for len(w.open) > depth {
		last := len(w.open) - 1
		w.out.WriteString("</" + w.open[last] + ">")
		w.open = w.open[:last]
	}
}

func (w *writer) text(s string) { w.out.WriteString(html.EscapeString(s)) }

func (w *writer) has(tags ...string) bool {
	for _, o := range w.open {
		for _, t := range tags {
			if o == t {
				return true
			}
		}
	}
	return false
}

// String closes all open elements and returns the text.
func (w *writer) String() string {
	w.closeTo(0)
	return w.out.String()
}
