package paragraphs

import "broadsheet/models/subsequence"

// hunk is a change of a body: the paragraphs from begin up to end, which is
// excluded, are replaced.
type hunk struct {
	begin, end int      // of the first body
	with       []string // paragraphs of the second body
	keys       []string // of with
}

// hunks returns the changes that make the second body out of the first, in order.
// They do not touch each other. from and keys are the keys of the paragraphs, texts
// the paragraphs of the second body.
func hunks(from, keys, texts []string) (list []hunk) {
	i, j := 0, 0 // up to here all changes are in the list
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
