package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxTermBytes is the longest term of a list that counts.
const MaxTermBytes = 200

// List is a compiled list of terms. It is safe for use by several goroutines.
// Matching takes time in proportion to the text, and hardly more for ten
// thousand terms than for ten.
//
// A term that consists of words matches these words in sequence, with any
// punctuation between them. A term with punctuation or symbols matches only a
// text with the same, and with white space where the term has white space. A
// term matches whole words. Case, accents, invisible characters and look-alikes
// from another script inside a word make no difference. In scripts that put no
// spaces between words, and in Korean, a term matches anywhere, except that a
// single syllable of Korean matches only at the beginning of a word.
//
// A term with look-alike letters, such as "iѕ" with a Cyrillic letter, matches
// exactly this disguise and not the plain word: public lists have many
// disguises of common words. For the same reason a digit in a term matches this
// digit only, while a digit between letters of a text also matches the letter
// that it looks like.
//
// "*" matches any part of a word: "*cat*" also matches "educated". A "*" alone
// between other words matches one word. A word written letter by letter also
// matches as one word.
type List struct {
	terms    []string
	words    *machine         // sequences of words, without the items between them
	exact    *machine         // sequences with punctuation, and inside words
	globs    [2]*globs        // the same two with stars
	costumes *machine         // terms that match as they are written
	starts   map[string]int32 // single syllables of Hangul
	doubts   []Doubt
}

// NewList compiles terms, one each. Empty ones are left out; [List.Doubts]
// names others that are not as useful as they look.
func NewList(lines []string) *List {
	l := &List{
		words: newMachine(), exact: newMachine(), costumes: newMachine(), globs: [2]*globs{newGlobs(), newGlobs()},
		starts: map[string]int32{},
	}
	for _, line := range lines {
		if term := strings.TrimSpace(line); term != "" {
			l.add(term)
		}
	}
	l.words.linkSuffixes()
	l.exact.linkSuffixes()
	l.costumes.linkSuffixes()
	return l
}

func (l *List) add(term string) {
	if len(term) > MaxTermBytes {
		l.doubts = append(l.doubts, Doubt{term, TooLong})
		return
	}
	items := termItems(term)
	if !hasContent(items) {
		l.doubts = append(l.doubts, Doubt{term, Nothing})
		return
	}
	number := int32(len(l.terms))
	l.terms = append(l.terms, term)
	if hasDisguise(term) {
		l.costumes.add(allTexts(itemsAsWritten(term)), number)
		return
	}
	if areCommon(items) {
		l.doubts = append(l.doubts, Doubt{term, Everyday})
	}
	l.compile(items, number)
}

// termItems splits a term into items. It drops stars at the ends of the term that are
// no part of a word.
func termItems(term string) []item {
	items := itemsOf(strings.ReplaceAll(term, "*", string(star)))
	idle := func(it item) bool {
		return it.kind == space || it.kind == word && strings.Trim(it.text, string(star)) == ""
	}
	for len(items) > 0 && idle(items[0]) {
		items = items[1:]
	}
	for len(items) > 0 && idle(items[len(items)-1]) {
		items = items[:len(items)-1]
	}
	return items
}

// hasContent reports whether a term has an item to look for: a letter, a digit or a
// symbol, such as that of a currency or an emoji. Punctuation alone occurs in
// every text.
func hasContent(items []item) bool {
	for _, it := range items {
		r, _ := utf8.DecodeRuneInString(it.text)
		if it.kind == inside || it.kind == sign && unicode.In(r, unicode.So, unicode.Sc) ||
			it.kind == word && strings.Trim(it.text, string(star)) != "" {
			return true
		}
	}
	return false
}

// hasDisguise reports whether a term has words in which letters of several
// scripts or shapes are mixed. Full-width letters alone are no costume: they
// are usual in Japanese.
func hasDisguise(term string) bool {
	if isPlain(term) || strings.Contains(term, "*") {
		return false
	}
	for _, it := range itemsAsWritten(term) {
		plain, wide, other := false, false, false
		for _, r := range it.text {
			switch {
			case r >= 'a' && r <= 'z':
				plain = true
			case r >= 0xFF01 && r <= 0xFFEF:
				wide = true
			case dressed[r] || norm.NFKC.String(string(r)) != string(r):
				other = true
			}
		}
		bare := it.kind == word && !plain && len(it.text) > 1 && utf8.RuneCountInString(it.text) <= shortTerm &&
			isPlain(normalizeSpelling(it.text)) && !isPlain(it.text)
		if bare && len(term) == len(it.text) {
			return true // such as "áß", which folds to a short English word
		}
		if other || plain && wide || it.kind == word && mixesScripts(it.text) {
			return true
		}
	}
	return false
}

// shortTerm is how many characters a word has that is too short to be compared
// without its accents when every letter has one.
const shortTerm = 3

// dressed are Latin letters of phonetics and small capitals, by which plain
// ones are imitated.
var dressed = func() map[rune]bool {
	table := map[rune]bool{}
	for r, to := range lookAlikes {
		if unicode.Is(unicode.Latin, r) && !strings.ContainsRune(ordinaryLatin, r) && len(to) == 1 {
			table[r] = true
		}
	}
	return table
}()

// ordinaryLatin are letters with a plain letter's look that European
// languages are written with.
const ordinaryLatin = "øđłþðŋħıĸ"

// compile adds one spelling of a term.
func (l *List) compile(items []item, number int32) {
	exact, starred := false, false
	for _, it := range items {
		exact = exact || it.kind == sign || it.kind == inside
		starred = starred || it.kind == word && strings.ContainsRune(it.text, star)
	}
	if r, _ := utf8.DecodeRuneInString(items[0].text); len(items) == 1 && unicode.Is(unicode.Hangul, r) {
		l.starts[items[0].text] = number
		return
	}
	sequence, into := wordTexts(items), l.words
	if exact {
		sequence, into = allTexts(items), l.exact
	}
	if !starred {
		into.add(sequence, number)
		return
	}
	for i := range sequence {
		sequence[i] = squeezeStars(strings.ReplaceAll(sequence[i], string(star), "*"))
	}
	g := &glob{term: number, items: sequence}
	if exact {
		l.globs[1].add(g)
	} else {
		l.globs[0].add(g)
	}
}

func squeezeStars(s string) string {
	for strings.Contains(s, "**") {
		s = strings.ReplaceAll(s, "**", "*")
	}
	return s
}

// countVariants returns how many spellings a sequence of items is compared in.
func countVariants(items []item) int {
	n := 1
	for _, it := range items {
		n = max(n, len(it.forms))
	}
	return n
}

// nthVariant returns the items in their n-th spelling, or their last one.
func nthVariant(items []item, n int) []item {
	if n == 0 {
		return items
	}
	list := make([]item, len(items))
	for i, it := range items {
		if len(it.forms) > 0 {
			it.text = it.forms[min(n, len(it.forms)-1)]
		}
		list[i] = it
	}
	return list
}

// wordTexts returns the words and letters, without the items between them.
func wordTexts(items []item) []string {
	list := make([]string, 0, len(items))
	for _, it := range items {
		if it.kind == word || it.kind == inside {
			list = append(list, it.text)
		}
	}
	return list
}

// allTexts returns the texts of all items. Between two letters of Chinese or Japanese, white
// space is left out: it means nothing there.
func allTexts(items []item) []string {
	list := make([]string, 0, len(items))
	for i, it := range items {
		if it.kind == space && i > 0 && i+1 < len(items) && isSpaceless(items[i-1]) && isSpaceless(items[i+1]) {
			continue
		}
		list = append(list, it.text)
	}
	return list
}

func isSpaceless(it item) bool {
	r, _ := utf8.DecodeRuneInString(it.text)
	return it.kind == inside && (r == prolonged || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana))
}

// Empty reports whether the list can match nothing.
func (l *List) Empty() bool { return len(l.terms) == 0 }

// Find returns the first term of the list that is found in the text, as it
// was written in the list.
func (l *List) Find(text string) (term string, found bool) {
	if l.Empty() {
		return "", false
	}
	return l.search(text, &search{memo: map[*globs]map[string][]*glob{}})
}

// search is the state of one Find.
type search struct {
	memo  map[*globs]map[string][]*glob // for each word, the globs with a leading item that matches it
	steps int                           // look-ups and bytes compared, for tests
}

func (l *List) search(text string, s *search) (term string, found bool) {
	if !l.costumes.empty() && !isPlain(text) {
		if number := l.costumes.find(allTexts(itemsAsWritten(text)), s); number >= 0 {
			return l.terms[number], true
		}
	}
	items := itemsOf(text)
	for _, part := range append([][]item{items}, findSpacedOut(items)...) {
		for n := range countVariants(part) {
			if number := l.find(nthVariant(part, n), s); number >= 0 {
				return l.terms[number], true
			}
		}
	}
	return "", false
}

func (l *List) find(items []item, s *search) int32 {
	if !l.words.empty() || !l.globs[0].empty() {
		words := wordTexts(items)
		if number := l.words.find(words, s); number >= 0 {
			return number
		}
		if number := l.globs[0].find(words, s); number >= 0 {
			return number
		}
	}
	if !l.exact.empty() || !l.globs[1].empty() {
		all := allTexts(items)
		if number := l.exact.find(all, s); number >= 0 {
			return number
		}
		if number := l.globs[1].find(all, s); number >= 0 {
			return number
		}
	}
	if len(l.starts) == 0 {
		return -1
	}
	for i, it := range items {
		if number, ok := l.starts[it.text]; ok && (i == 0 || items[i-1].kind != inside) {
			return number
		}
	}
	return -1
}

// spacedLeast is how many single letters in a row are read as one word.
const spacedLeast = 4

// findSpacedOut finds words that are written letter by letter, as in
// "v i a g r a", and returns each closed up.
func findSpacedOut(items []item) (runs [][]item) {
	for i := 0; i < len(items); {
		if !isSingleLetter(items[i]) {
			i++
			continue
		}
		run, letters := []item{items[i]}, 1
		j := i + 1
		for j < len(items) {
			next := j
			for next < len(items) && (items[next].kind == sign || items[next].kind == space) {
				next++
			}
			if next == j || next == len(items) || !isSingleLetter(items[next]) {
				break
			}
			run = append(run, items[next])
			letters++
			j = next + 1
		}
		if letters >= spacedLeast {
			runs = append(runs, joinLetters(run))
		}
		i = j
	}
	return runs
}

func isSingleLetter(it item) bool {
	return it.kind == inside || it.kind == word && utf8.RuneCountInString(it.text) == 1
}

// joinLetters makes words of letters that follow each other.
func joinLetters(run []item) []item {
	var list []item
	var letters strings.Builder
	flush := func() {
		if letters.Len() > 0 {
			it := item{kind: word, text: letters.String()}
			it.addSpellings()
			list = append(list, it)
			letters.Reset()
		}
	}
	for _, it := range run {
		if it.kind == word {
			letters.WriteString(it.text)
			continue
		}
		flush()
		list = append(list, it)
	}
	flush()
	return list
}
