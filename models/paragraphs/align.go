package paragraphs

// mostCells limits the table that the comparison fills: 4 MB. Above it the middle
// of the two bodies counts as rewritten.
const mostCells = 1 << 20

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
func hunks(from, keys, texts []string) []hunk {
	head := 0
	for head < len(from) && head < len(keys) && from[head] == keys[head] {
		head++
	}
	tail := 0
	for tail < len(from)-head && tail < len(keys)-head && from[len(from)-1-tail] == keys[len(keys)-1-tail] {
		tail++
	}
	var list []hunk
	i, j := head, head // up to here all changes are in the list
	change := func(toI, toJ int) {
		if i < toI || j < toJ {
			list = append(list, hunk{i, toI, texts[j:toJ], keys[j:toJ]})
		}
	}
	for _, pair := range common(from[head:len(from)-tail], keys[head:len(keys)-tail]) {
		change(head+pair[0], head+pair[1])
		i, j = head+pair[0]+1, head+pair[1]+1
	}
	change(len(from)-tail, len(keys)-tail)
	return list
}

// common returns the places of a longest common subsequence of a and b.
func common(a, b []string) (pairs [][2]int) {
	if len(a)*len(b) > mostCells {
		return nil
	}
	// length[i][j] is that of the longest common subsequence of a[i:] and b[j:].
	length := make([][]int32, len(a)+1)
	for i := range length {
		length[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if length[i][j] = max(length[i+1][j], length[i][j+1]); a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}
