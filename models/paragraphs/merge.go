package paragraphs

import "slices"

// Part is a run of paragraphs of a merged body. It is either settled, and has Text
// alone, or an overlap, and has the paragraphs of all three bodies.
type Part struct {
	Text []string

	Overlap            bool
	Base, Mine, Theirs []string
}

// Merge returns the body that has the changes of both mine and theirs, which come
// from base. Where both changed the same paragraphs in different ways the part is an
// overlap. Each paragraph that one side wrote is in the parts, as Text or as that
// side of an overlap; a paragraph is missing only if a side removed it and the other
// side left it as it was.
//
// key returns what of a paragraph counts: two paragraphs with the same key are the
// same. The two sides may insert at the same place: both insertions are kept, theirs
// first, because no text is lost and no sentence is changed by that.
func Merge(base, mine, theirs []string, key func(string) string) []Part {
	m := merging{base: base, keys: keysOf(base, key)}
	m.mine = hunks(m.keys, keysOf(mine, key), mine)
	m.theirs = hunks(m.keys, keysOf(theirs, key), theirs)
	at := 0
	for len(m.mine) > 0 || len(m.theirs) > 0 {
		g := m.next()
		m.settle(base[at:g.begin]...)
		m.decide(g)
		at = g.end
	}
	m.settle(base[at:]...)
	return m.parts
}

// Overlaps returns the number of overlaps of a merged body.
func Overlaps(parts []Part) (n int) {
	for _, p := range parts {
		if p.Overlap {
			n++
		}
	}
	return n
}

func keysOf(list []string, key func(string) string) []string {
	keys := make([]string, len(list))
	for i, p := range list {
		keys[i] = key(p)
	}
	return keys
}

type merging struct {
	base, keys   []string
	mine, theirs []hunk // that are not yet in parts
	parts        []Part
}

// group is a range of the base with the changes of both sides in it.
type group struct {
	begin, end   int
	mine, theirs []hunk
}

// next takes the first change off the lists, with all changes of the other side
// that overlap it, with all that overlap those, and so on.
func (m *merging) next() group {
	var g group
	if len(m.theirs) == 0 || len(m.mine) > 0 && m.mine[0].before(m.theirs[0]) {
		g.begin, g.end = m.mine[0].begin, m.mine[0].end
		g.mine, m.mine = m.mine[:1:1], m.mine[1:]
	} else {
		g.begin, g.end = m.theirs[0].begin, m.theirs[0].end
		g.theirs, m.theirs = m.theirs[:1:1], m.theirs[1:]
	}
	for {
		switch {
		case len(m.mine) > 0 && g.overlaps(m.mine[0]):
			g.mine, m.mine = append(g.mine, m.mine[0]), m.mine[1:]
			g.end = max(g.end, g.mine[len(g.mine)-1].end)
		case len(m.theirs) > 0 && g.overlaps(m.theirs[0]):
			g.theirs, m.theirs = append(g.theirs, m.theirs[0]), m.theirs[1:]
			g.end = max(g.end, g.theirs[len(g.theirs)-1].end)
		default:
			return g
		}
	}
}

// before orders changes by place. At one place an insertion comes first.
func (h hunk) before(other hunk) bool {
	if h.begin != other.begin {
		return h.begin < other.begin
	}
	return h.end < other.end
}

// overlaps reports whether a later change has to do with the same paragraphs. Two
// changes of neighbouring paragraphs do not overlap, and neither does an insertion at
// the edge of a changed paragraph. Two insertions at one place do.
func (g group) overlaps(h hunk) bool {
	if g.begin == g.end && h.begin == h.end {
		return h.begin == g.end
	}
	return h.begin < g.end
}

// decide adds a group's part.
func (m *merging) decide(g group) {
	mine, mineKeys := m.side(g, g.mine)
	theirs, theirKeys := m.side(g, g.theirs)
	switch {
	case len(g.theirs) == 0, slices.Equal(mineKeys, theirKeys):
		m.settle(mine...)
	case len(g.mine) == 0:
		m.settle(theirs...)
	case g.begin == g.end: // both insert
		m.settle(theirs...)
		m.settle(mine...)
	case len(mine) != g.end-g.begin || len(theirs) != g.end-g.begin:
		m.parts = append(m.parts, Part{Overlap: true, Base: m.base[g.begin:g.end:g.end], Mine: mine, Theirs: theirs})
	default: // no paragraph came or went, so each is compared with the one in its place
		for i := range mine {
			switch base := m.keys[g.begin+i]; {
			case mineKeys[i] == theirKeys[i], theirKeys[i] == base:
				m.settle(mine[i])
			case mineKeys[i] == base:
				m.settle(theirs[i])
			default:
				m.overlap(m.base[g.begin+i], mine[i], theirs[i])
			}
		}
	}
}

// overlap adds a paragraph that both sides wrote anew to the overlap before it, or to a
// new one.
func (m *merging) overlap(base, mine, theirs string) {
	if last := len(m.parts) - 1; last < 0 || !m.parts[last].Overlap {
		m.parts = append(m.parts, Part{Overlap: true})
	}
	p := &m.parts[len(m.parts)-1]
	p.Base, p.Mine, p.Theirs = append(p.Base, base), append(p.Mine, mine), append(p.Theirs, theirs)
}

// side returns a group's range of the base after the changes of one side.
func (m *merging) side(g group, changes []hunk) (texts, keys []string) {
	at := g.begin
	for _, h := range changes {
		texts = append(append(texts, m.base[at:h.begin]...), h.with...)
		keys = append(append(keys, m.keys[at:h.begin]...), h.keys...)
		at = h.end
	}
	return append(texts, m.base[at:g.end]...), append(keys, m.keys[at:g.end]...)
}

// settle adds paragraphs without a question.
func (m *merging) settle(list ...string) {
	if len(list) == 0 {
		return
	}
	if last := len(m.parts) - 1; last >= 0 && !m.parts[last].Overlap {
		m.parts[last].Text = append(m.parts[last].Text, list...)
		return
	}
	m.parts = append(m.parts, Part{Text: slices.Clone(list)})
}
