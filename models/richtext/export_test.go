package richtext

// Address is an address found in text, for tests.
type Address struct{ Text, Target string }

// Addresses finds the addresses in a text.
func Addresses(s string) (list []Address) {
	var f addressFinder
	for a, ok := f.next(s, 0); ok; a, ok = f.next(s, a.end) {
		list = append(list, Address{s[a.begin:a.end], a.target})
	}
	return list
}

// CommentSteps returns how many bytes rendering a comment looks at in order
// to find tags and addresses.
func CommentSteps(raw string) int {
	var w commentWriter
	w.write(raw)
	return w.steps + w.finder.steps
}

// SanitizeComment applies the comment policy alone. It leaves the result of
// [Comment] unchanged.
func SanitizeComment(rendered string) string { return commentPolicy().Sanitize(rendered) }
