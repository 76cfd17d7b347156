package terms

// Steps returns how many look-ups and compared bytes a search takes.
func (l *List) Steps(text string) (steps int, found bool) {
	s := search{memo: map[*globs]map[string][]*glob{}}
	_, found = l.search(text, &s)
	return s.steps, found
}
