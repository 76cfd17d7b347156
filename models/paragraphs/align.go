package paragraphs

import "broadsheet/models/subsequence"

// hunk is a change of a body: it replaces the paragraphs from begin (included) to end
// (excluded).
type hunk struct {
	begin, end int      // of the first body
	with       []string // paragraphs of the second body
	keys       []string // of with
}

// hunks returns the changes that turn the first body into the second, in order. At least
// one equal paragraph is between two changes. from holds the keys of the first body, keys
// those of the second, and texts its paragraphs.
func hunks(from, keys, texts []string) (list []hunk) {
	i, j := 0, 0 // all changes before these are in the list
	change := func(toI, toJ int) {
		if i < toI || j < toJ {
			list = append(list, hunk{i, toI, texts[j:toJ], keys[j:toJ]})
		}
	}
	for _, pair := range subsequence.Common(from, keys) {
		change(pair[0], pair[1])
		i, j = pair[0]+1, pair[1]+1
	}
	change(len(from), len(keys))
	return list
}
