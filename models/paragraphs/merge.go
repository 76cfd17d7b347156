package paragraphs

import "slices"

// Part is a run of paragraphs of a merged body. It is either settled, and has only Text, or
// an overlap, and has the paragraphs of all three bodies.
type Part struct {
	Text []string

	Overlap            bool
	Base, Mine, Theirs []string
}

// Merge is a three-way merge: it returns the body with the changes that mine and theirs
// made to base. If both sides changed the same paragraphs in different ways, the part is
// an overlap. Each paragraph that a side wrote is in the parts, in Text or in that side of
// an overlap; a paragraph is missing only if one side removed it and the other left it as
// it was. If both sides insert at the same place, Merge keeps both, theirs first, because
// that loses no text and changes no sentence.
//
// key returns the content of a paragraph that counts: paragraphs with equal keys are equal.
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
	mine, theirs []hunk // changes that are not yet in parts
	parts        []Part
}

// group is a range of the base with the changes of both sides in it.
type group struct {
	begin, end   int
	mine, theirs []hunk
}

// next removes the first change from the lists, with all changes that overlap it, all that
// overlap those, and so on.
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

// before reports whether a change comes before another one. At the same place an insertion
// comes first.
func (h hunk) before(other hunk) bool {
	if h.begin != other.begin {
		return h.begin < other.begin
	}
	return h.end < other.end
}

// overlaps reports whether a later change is about the same paragraphs. Two insertions at
// the same place overlap. Changes of adjacent paragraphs do not, and neither does an
// insertion at the edge of a changed paragraph.
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
	default: // all three have the same number of paragraphs, so they are merged one by one
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

// overlap adds a paragraph that both sides changed to the last part, if that is an overlap,
// or else to a new one.
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

// settle adds paragraphs that need no question.
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
