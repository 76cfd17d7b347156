package subsequence

// mostCells limits the table that the comparison fills: 4 MB.
const mostCells = 1 << 20

// Common returns the places of a longest common subsequence of a and b, as pairs of an
// index of a and one of b, in order. It uses dynamic programming (Wagner and Fischer,
// 1974) between the equal beginnings and ends of the lists. When the rest is too large
// for its table, only the beginnings and ends are in common.
func Common[T comparable](a, b []T) (pairs [][2]int) {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		pairs = append(pairs, [2]int{head, head})
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	for _, p := range middle(a[head:len(a)-tail], b[head:len(b)-tail]) {
		pairs = append(pairs, [2]int{head + p[0], head + p[1]})
	}
	for i := range tail {
		pairs = append(pairs, [2]int{len(a) - tail + i, len(b) - tail + i})
	}
	return pairs
}

func middle[T comparable](a, b []T) (pairs [][2]int) {
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
