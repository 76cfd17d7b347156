package terms

// machine finds sequences of items in one pass over a text, however many
// there are and however they overlap. It is the automaton of Aho and Corasick
// ("Efficient string matching", 1975) with items in place of letters.
type machine struct {
	ids   map[string]uint32 // by item; 0 is every item that no sequence has
	next  map[edge]uint32   // by node and item; absent means back to fail
	fail  []uint32          // the node of the longest proper suffix
	found []int32           // the term that ends at a node, -1 for none
}

type edge struct{ node, item uint32 }

func newMachine() *machine {
	return &machine{ids: map[string]uint32{}, next: map[edge]uint32{}, fail: []uint32{0}, found: []int32{-1}}
}

func (m *machine) empty() bool { return len(m.fail) == 1 }

// add adds a sequence for a term. The sequence must not be empty. Call close
// after the last one.
func (m *machine) add(sequence []string, term int32) {
	node := uint32(0)
	for _, text := range sequence {
		id, ok := m.ids[text]
		if !ok {
			id = uint32(len(m.ids) + 1)
			m.ids[text] = id
		}
		to, ok := m.next[edge{node, id}]
		if !ok {
			to = uint32(len(m.fail))
			m.next[edge{node, id}] = to
			m.fail = append(m.fail, 0)
			m.found = append(m.found, -1)
		}
		node = to
	}
	if m.found[node] < 0 {
		m.found[node] = term
	}
}

// linkSuffixes finds the suffixes. A node is numbered after its parent, but a suffix
// of it may be numbered later: it goes by depth.
func (m *machine) linkSuffixes() {
	children := make([][]edge, len(m.fail)) // of each node: child and item
	for e, to := range m.next {
		children[e.node] = append(children[e.node], edge{to, e.item})
	}
	level, steps := []uint32{0}, 0
	for len(level) > 0 {
		var below []uint32
		for _, node := range level {
			for _, child := range children[node] {
				if node != 0 {
					m.fail[child.node] = m.nextNode(m.fail[node], child.item, &steps)
				}
				if m.found[child.node] < 0 {
					m.found[child.node] = m.found[m.fail[child.node]]
				}
				below = append(below, child.node)
			}
		}
		level = below
	}
}

// nextNode returns the node after one more item. Over a whole text it takes at
// most two look-ups for each item.
func (m *machine) nextNode(node, item uint32, steps *int) uint32 {
	if item == 0 {
		return 0
	}
	for {
		*steps++
		if to, ok := m.next[edge{node, item}]; ok {
			return to
		}
		if node == 0 {
			return 0
		}
		node = m.fail[node]
	}
}

// find returns the first term with a sequence in the text, -1 for none.
func (m *machine) find(items []string, s *search) int32 {
	node := uint32(0)
	for _, text := range items {
		s.steps++
		node = m.nextNode(node, m.ids[text], &s.steps)
		if term := m.found[node]; term >= 0 {
			return term
		}
	}
	return -1
}
