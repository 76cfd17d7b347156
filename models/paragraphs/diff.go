package paragraphs

// Op tells what became of a paragraph.
type Op int

// The ops.
const (
	Same    Op = iota
	Gone       // in the old body only
	New        // in the new body only
	Changed    // in both, in other words
)

// Row is a paragraph of a comparison. From is empty for a new one, To for one that is
// gone.
type Row struct {
	Op       Op
	From, To string
}

// Diff compares two bodies. Where paragraphs were replaced by others, the first of the
// old ones stands beside the first of the new ones, and so on. key is as for [Merge].
func Diff(from, to []string, key func(string) string) (rows []Row) {
	at := 0
	same := func(end int) {
		for _, p := range from[at:end] {
			rows = append(rows, Row{Same, p, p})
		}
	}
	for _, h := range hunks(keysOf(from, key), keysOf(to, key), to) {
		same(h.begin)
		gone := from[h.begin:h.end]
		for i := range max(len(gone), len(h.with)) {
			switch {
			case i >= len(h.with):
				rows = append(rows, Row{Op: Gone, From: gone[i]})
			case i >= len(gone):
				rows = append(rows, Row{Op: New, To: h.with[i]})
			default:
				rows = append(rows, Row{Changed, gone[i], h.with[i]})
			}
		}
		at = h.end
	}
	same(len(from))
	return rows
}
