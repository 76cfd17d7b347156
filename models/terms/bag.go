package terms

import (
	"hash/fnv"
	"strconv"
)

// The first letters of index terms that are no words. None of them is a part of a
// word, and both databases take them for letters.
const (
	stemMark  = "¤" // the stem of a word
	pairMark  = "¶" // two neighbouring units
	titleMark = "§" // a term of the title
	topicMark = "¬" // a unit that the text is about: it comes up often
	otherMark = "·" // what is no word at all, such as a category
)

// MaxUnits is how many units of a text are indexed. It keeps an entry within the
// limits of PostgreSQL's tsvector.
const MaxUnits = 20000

// often is how many times a unit comes up in a text that is about it.
const often = 3

// Bag gathers the index terms of a text, each once.
type Bag struct {
	list  []string
	seen  map[string]bool
	words map[string]bool
}

// NewBag returns an empty bag.
func NewBag() *Bag { return &Bag{seen: map[string]bool{}, words: map[string]bool{}} }

// Terms returns the terms in the order in which they came.
func (b *Bag) Terms() []string { return b.list }

// Words returns the different words among the terms, in no order. Signs and stems
// are none.
func (b *Bag) Words() map[string]bool { return b.words }

func (b *Bag) add(term string) {
	if !b.seen[term] {
		b.seen[term] = true
		b.list = append(b.list, term)
	}
}

// AddOther adds a term that is no word. name consists of ASCII letters and digits.
func (b *Bag) AddOther(name string) { b.add(otherMark + name) }

// AddText adds the units of a text with their stems and pairs. language is a result
// of [StemLanguage].
func (b *Bag) AddText(units []Unit, language string) {
	counts := map[string]int{}
	for i, u := range units {
		for _, w := range u.forms() {
			b.addWord("", w, u.Sign, language)
			if counts[w]++; counts[w] == often {
				b.add(topicMark + w)
			}
		}
		if i > 0 {
			pair := pairTerm(&units[i-1], &units[i])
			b.add(pair)
			if u.Joined && u.Sign && units[i-1].Sign {
				if counts[pair]++; counts[pair] == often {
					b.add(topicMark + pair)
				}
			}
		}
	}
}

// AddTopic adds units as words that the text is about.
func (b *Bag) AddTopic(units []Unit) {
	for i, u := range units {
		for _, w := range u.forms() {
			b.add(topicMark + w)
		}
		if i > 0 && joinsSigns(&units[i-1], &units[i]) {
			b.add(topicMark + pairTerm(&units[i-1], &units[i]))
		}
	}
}

// AddTitle adds units as words of the title. They are also to be added with
// [Bag.AddText].
func (b *Bag) AddTitle(units []Unit, language string) {
	for i, u := range units {
		for _, w := range u.forms() {
			b.addWord(titleMark, w, u.Sign, language)
		}
		if i > 0 {
			b.add(titleMark + pairTerm(&units[i-1], &units[i]))
		}
	}
}

func (b *Bag) addWord(mark, word string, sign bool, language string) {
	b.add(mark + word)
	if sign {
		return
	}
	if mark == "" {
		b.words[word] = true
	}
	if stem := Stem(word, language); stem != "" {
		b.add(mark + stemMark + stem)
	}
}

// forms returns the texts by which a unit is found.
func (u *Unit) forms() []string { return append([]string{u.Text}, u.Also...) }

// joinsSigns reports whether two units are neighbouring signs without a space: words of
// two signs, which are found as words are.
func joinsSigns(a, b *Unit) bool { return a.Sign && b.Sign && b.Joined }

// pairTerm returns the index term of two neighbouring units. Two signs are their
// own term. Others are hashed, which halves the index: most pairs come up once. One
// text in five thousand that has the two words apart has the hash by chance.
func pairTerm(a, b *Unit) string {
	if joinsSigns(a, b) {
		return a.Text + b.Text
	}
	h := fnv.New64a()
	h.Write([]byte(a.Text))
	h.Write([]byte{0})
	h.Write([]byte(b.Text))
	const letters = 4 // of base 36: 1.7 million terms
	s := strconv.FormatUint(h.Sum64(), 36)
	return pairMark + s[max(0, len(s)-letters):]
}
