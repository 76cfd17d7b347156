package paragraphs

// Op is the change of a paragraph between two bodies.
type Op int

// The ops.
const (
	Same    Op = iota
	Gone       // in the old body only
	New        // in the new body only
	Changed    // in both bodies, with different words
)

// Row is a paragraph of a comparison. From is empty if Op is New, and To is empty if Op is
// Gone.
type Row struct {
	Op       Op
	From, To string
}

// Diff compares two bodies. Where paragraphs replace others, it pairs the first old one with
// the first new one, the second with the second, and so on. key is as for [Merge].
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
