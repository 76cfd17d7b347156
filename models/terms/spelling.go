package terms

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind tells the items of a text apart.
type kind uint8

const (
	word   kind = iota // a run of letters, marks, digits and apostrophes between letters
	inside             // one letter of a script in which words are found inside others
	sign               // one character of punctuation or a symbol
	space              // white space, as much as there is
)

// item is a part of a text as word lists compare it.
type item struct {
	kind  kind
	text  string
	forms []string // spellings of a word that has more than one; text is the first
}

// itemsOf splits a text into items. The text is folded, and accents go from the
// scripts that write vowels with letters.
//
// Look-alikes of another script are replaced only inside a word that mixes
// scripts. A word of one script is itself: Russian "сор" is not Latin "cop".
func itemsOf(text string) []item {
	items := splitItems(normalizeSpelling(text))
	for i := range items {
		if items[i].kind == word {
			items[i].addSpellings()
		}
	}
	return items
}

// itemsAsWritten splits a text into items. It folds only the case.
func itemsAsWritten(text string) []item {
	return splitItems(strings.ToLower(norm.NFC.String(dropInvisible(strings.ToValidUTF8(text, "\uFFFD")))))
}

// splitItems splits a text into items without folding.
func splitItems(text string) []item {
	items := make([]item, 0, len(text)/4+4)
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		it := item{kind: sign}
		switch {
		case unicode.IsSpace(r):
			it.kind, size = space, prefixLength(text, unicode.IsSpace)
		case isInside(r):
			it.kind, size = inside, size+prefixLength(text[size:], isMark)
		case isWordRune(r):
			it.kind, size = word, wordEnd(text)
		}
		it.text, text = text[:size], text[size:]
		if it.kind == space {
			it.text = " "
		}
		items = append(items, it)
	}
	return items
}

func isMark(r rune) bool { return isMarkOnly.contains(r) }

func isInside(r rune) bool { return r >= 0xE00 && isInsider.contains(r) }

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return isWordly.contains(r)
}

// prefixLength returns the length in bytes of the prefix whose runes belong together.
func prefixLength(s string, belongs func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !belongs(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// wordEnd returns the length of the word that s begins with.
func wordEnd(s string) int {
	for i, r := range s {
		if isWordRune(r) && !isInside(r) {
			continue
		}
		if r == '\'' && i > 0 {
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); unicode.IsLetter(next) && !isInside(next) {
				continue
			}
		}
		return i
	}
	return len(s)
}

// normalizeSpelling brings a text into the form in which items are compared.
func normalizeSpelling(s string) string {
	s = Fold(s)
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	accented := false // whether marks on the letter before are accents
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r < utf8.RuneSelf:
			accented = unicode.IsLetter(r)
		case isFrame.contains(r):
			continue
		case isAccent.contains(r):
			if accented {
				continue
			}
		default:
			accented = isVoweled.contains(r)
		}
		if to, ok := levelled[r]; ok {
			b.WriteString(to)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String()) // syllables of Hangul and voiced kana
}

// levelled maps characters to the ones that they are variants of, in any
// word: letters that only some languages have, letters in other shapes,
// dashes and quotation marks, and the stroke that stretches Arabic words.
var levelled = func() map[rune]string {
	table := map[rune]string{'ی': "ي", 'ى': "ي", 'ک': "ك", 'ـ': ""}
	for r, to := range lookAlikes {
		if unicode.Is(unicode.Latin, r) {
			table[r] = to
		}
	}
	for _, r := range "‐‑‒–—―−" {
		table[r] = "-"
	}
	for _, r := range "“”„‟«»" {
		table[r] = `"`
	}
	for _, r := range "‘‚‛" {
		table[r] = "'"
	}
	return table
}()

// addSpellings adds the spellings of a word: as it is written, with digits read as
// letters, and with the letters of one script where it mixes several.
func (it *item) addSpellings() {
	plain := isPlain(it.text)
	read := replaceDigits(it.text)
	if plain && read == it.text {
		return
	}
	var forms []string // the one with digits comes first: list terms have only it
	for _, form := range []string{it.text, read} {
		for _, form := range unmix(form) {
			if !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
	}
	it.text = forms[0]
	if len(forms) > 1 {
		it.forms = forms
	}
}

// imitated are the scripts that look-alikes are taken from, and for each the
// letters that replace look-alikes. Latin comes first: it is imitated most.
var imitated = []struct {
	script  *unicode.RangeTable
	letters map[rune]rune
}{
	{unicode.Latin, latinLookalikes()},
	{unicode.Cyrillic, map[rune]rune{
		'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'i': 'і', 'j': 'ј', 'k': 'к', 'm': 'м', 'n': 'п',
		'o': 'о', 'p': 'р', 'r': 'г', 's': 'ѕ', 't': 'т', 'u': 'и', 'x': 'х', 'y': 'у',
		'ο': 'о', 'α': 'а', 'ρ': 'р', 'κ': 'к', 'τ': 'т', 'χ': 'х', 'ν': 'н', 'υ': 'у', 'π': 'п',
		'γ': 'г', 'φ': 'ф', 'λ': 'л',
	}},
	{unicode.Greek, map[rune]rune{
		'a': 'α', 'b': 'β', 'e': 'ε', 'h': 'η', 'i': 'ι', 'k': 'κ', 'm': 'μ', 'n': 'η', 'o': 'ο', 'p': 'ρ',
		't': 'τ', 'u': 'υ', 'v': 'ν', 'w': 'ω', 'x': 'χ', 'y': 'γ', 'z': 'ζ',
		'а': 'α', 'в': 'β', 'е': 'ε', 'н': 'η', 'к': 'κ', 'м': 'μ', 'о': 'ο', 'р': 'ρ', 'т': 'τ',
		'х': 'χ', 'п': 'π', 'г': 'γ', 'ф': 'φ',
	}},
}

func latinLookalikes() map[rune]rune {
	table := map[rune]rune{}
	for r, to := range lookAlikes {
		if len(to) == 1 {
			table[r] = rune(to[0])
		}
	}
	return table
}

// unmix returns a word in the script that it imitates. A word of one script is
// returned unchanged. If all letters exist in several scripts, it returns one
// spelling for each. If no script has all letters, it replaces the letters that
// Latin has.
func unmix(s string) []string {
	if isPlain(s) || !mixesScripts(s) {
		return []string{s}
	}
	var forms []string
	for _, script := range imitated {
		complete, present := true, false
		form := strings.Map(func(r rune) rune {
			switch {
			case unicode.Is(script.script, r):
				present = true
			case script.letters[r] != 0:
				r = script.letters[r]
			case unicode.IsLetter(r):
				complete = false
			}
			return r
		}, s)
		if present && complete {
			forms = append(forms, form)
		}
	}
	if len(forms) == 0 {
		return []string{replaceLookalikes(s)}
	}
	return forms
}

// replaceLookalikes replaces all look-alikes of Latin letters.
func replaceLookalikes(s string) string {
	return strings.Map(func(r rune) rune {
		if to := imitated[0].letters[r]; to != 0 {
			return to
		}
		return r
	}, s)
}

// mixesScripts reports whether a word has letters of several scripts of those that
// look alike.
func mixesScripts(s string) bool {
	seen := 0
	for _, r := range s {
		if bit := scriptBit(r); bit != 0 {
			if seen |= bit; seen != bit {
				return true
			}
		}
	}
	return false
}

func scriptBit(r rune) int {
	if r < utf8.RuneSelf {
		if r >= 'a' && r <= 'z' {
			return 1
		}
		return 0
	}
	for i, table := range alike {
		if unicode.Is(table, r) {
			return 1 << i
		}
	}
	return 0
}

// alike are the scripts that have look-alikes of each other's letters.
var alike = []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian}
