package heat

import (
	"strconv"

	"broadsheet/models/newsroom/taxonomy"
)

// maxOfNetwork is the number of people without an account or a verified address
// that count in one network. One person can write under any number of names.
const maxOfNetwork = 3

// talk is the commenters of one article. Two comments are by one person if
// they share an account, an email address or a browser. Comments with none of these
// are compared by name and network.
type talk struct {
	known   map[string]int // a mark of a commenter to its person
	persons []person
}

// person is one commenter, or was found to be another one.
type person struct {
	same    int // the index of the person it is the same as; its own if none
	trusted bool
	network string // of one of its comments
}

// find returns the index of the person that i is.
func (t *talk) find(i int) int {
	for t.persons[i].same != i {
		t.persons[i].same = t.persons[t.persons[i].same].same
		i = t.persons[i].same
	}
	return i
}

// add adds a comment.
func (t *talk) add(c *row) {
	var marks [3]string
	n := 0
	mark := func(kind, value string) {
		if value != "" {
			marks[n] = kind + value
			n++
		}
	}
	if c.UserID != nil {
		mark("account ", strconv.FormatInt(*c.UserID, 10))
	}
	mark("email ", c.Email)
	mark("browser ", c.TokenHash)
	if n == 0 {
		mark("name ", taxonomy.FoldTitle(c.Author)+" "+c.Network)
	}
	who := -1
	for _, m := range marks[:n] {
		found, ok := t.known[m]
		if !ok {
			continue
		}
		found = t.find(found)
		switch {
		case who < 0:
			who = found
		case who != found:
			t.persons[found].same = who
			t.persons[who].trusted = t.persons[who].trusted || t.persons[found].trusted
		}
	}
	if who < 0 {
		who = len(t.persons)
		t.persons = append(t.persons, person{same: who, network: c.Network})
	}
	for _, m := range marks[:n] {
		t.known[m] = who
	}
	if c.UserID != nil || c.Verified {
		t.persons[who].trusted = true
	}
}

// people returns the number of people.
func (t *talk) people() (n int) {
	networks := map[string]int{}
	for i := range t.persons {
		p := &t.persons[i]
		if p.same != i {
			continue
		}
		if !p.trusted && p.network != "" {
			if networks[p.network]++; networks[p.network] > maxOfNetwork {
				continue
			}
		}
		n++
	}
	return n
}
