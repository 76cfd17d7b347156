package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unit is one element of a text that a search can find: a word of a script with
// spaces between words, or one sign of a script without them.
type Unit struct {
	Text       string // in the form of FoldUnit
	Start, End int    // the bytes of the text that it was made of
	Sign       bool   // a letter with its marks in a script without spaces, a syllable of Hangul, or a symbol
	Joined     bool   // follows the unit before without anything between
	// Also holds further words that find this one, such as "etat" for "l'État" and
	// "c˖˖" for "C++".
	Also []string
}

// Units cuts a text into at most so many units, in order. It accepts any bytes.
func Units(text string, most int) []Unit {
	s := scanner{text: text, most: most}
	if len(text) > 64 {
		s.units = make([]Unit, 0, min(most, len(text)/5))
	}
	for s.at < len(text) && len(s.units) < most {
		s.step()
	}
	return s.units
}

type scanner struct {
	text  string
	at    int
	most  int
	units []Unit
	end   int // of the unit before
}

// runeKind is the part that a character plays in a text.
type runeKind uint8

const (
	kindNone runeKind = iota
	kindWord
	kindSign    // a letter of a script without spaces
	kindMark    // belongs to the letter before
	kindHidden  // no glyph: no part of a word, and does not end one
	kindPicture // a symbol such as an emoji
	kindQuote   // an apostrophe: in a word between two letters
	kindStop    // in a word between single letters
)

func kindOfRune(r rune) runeKind {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return kindWord
		case r == '\'', r == '`':
			return kindQuote
		case r == '.':
			return kindStop
		}
		return kindNone
	case r == utf8.RuneError:
		return kindNone
	case strings.ContainsRune("’‘‛ʼʻ´′＇׳", r):
		return kindQuote
	case Invisible(r):
		return kindHidden
	case isMarkOnly.contains(r), r == '\uFF9E', r == '\uFF9F':
		return kindMark
	case isWordly.contains(r), unicode.Is(unicode.N, r):
		if isInsider.contains(r) && !unicode.IsDigit(r) {
			return kindSign
		}
		return kindWord
	case unicode.Is(unicode.So, r):
		return kindPicture
	}
	return kindNone
}

// step reads the next unit or separator.
func (s *scanner) step() {
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	switch kindOfRune(r) {
	case kindWord:
		s.word()
	case kindSign, kindPicture:
		s.sign(size)
	default:
		s.at += size
	}
}

// sign reads a letter with its marks.
func (s *scanner) sign(size int) {
	start := s.at
	s.at += size
	marks := 0
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if kind := kindOfRune(r); kind != kindMark && kind != kindHidden || marks > maxTermRunes {
			break
		}
		s.at += size
		marks++
	}
	s.add(start, s.at, FoldUnit(s.text[start:s.at]))
}

// word reads a word with the apostrophes and full stops inside.
func (s *scanner) word() {
	start, plain, quoted, dotted := s.at, true, false, false
	letters := 0 // since the last full stop
scan:
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		switch kindOfRune(r) {
		case kindWord:
			letters++
		case kindMark, kindHidden:
		case kindQuote:
			if !s.letterAfter(size) {
				break scan
			}
			quoted = true
		case kindStop:
			if letters != 1 || !s.initialAfter(size) {
				break scan
			}
			dotted, letters = true, 0
		default:
			break scan
		}
		plain = plain && r < utf8.RuneSelf
		s.at += size
	}
	raw := s.text[start:s.at]
	before := len(s.units)
	switch {
	case dotted:
		s.add(start, s.at, FoldUnit(strings.ReplaceAll(raw, ".", "")))
		s.also(before, initials(raw)...)
	case quoted:
		parts := strings.FieldsFunc(raw, func(r rune) bool { return kindOfRune(r) == kindQuote })
		s.add(start, s.at, FoldUnit(strings.Join(parts, "")))
		s.also(before, mainPart(parts))
	case plain:
		s.add(start, s.at, strings.ToLower(raw))
	default:
		s.add(start, s.at, FoldUnit(raw))
	}
	s.also(before, s.suffixed(before))
}

func (s *scanner) letterAfter(size int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[s.at+size:])
	return kindOfRune(r) == kindWord
}

// initialAfter reports whether a single letter follows a full stop, as in "U.S.".
func (s *scanner) initialAfter(size int) bool {
	rest := s.text[s.at+size:]
	r, n := utf8.DecodeRuneInString(rest)
	if kindOfRune(r) != kindWord || !unicode.IsLetter(r) {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[n:])
	kind := kindOfRune(next)
	return kind != kindWord && kind != kindMark && kind != kindSign
}

// initials returns the single letters of a word such as "U.S.A".
func initials(raw string) []string {
	var list []string
	for part := range strings.SplitSeq(raw, ".") {
		list = append(list, FoldUnit(part))
	}
	return list
}

// mainPart returns the word in a contraction: "etat" of "l'État", "cat" of "cat's".
func mainPart(parts []string) string {
	if len(parts) != 2 {
		return ""
	}
	first, second := FoldUnit(parts[0]), FoldUnit(parts[1])
	switch {
	case second == "s":
		return first
	case len(first) <= 2, elided[first]:
		return second
	case turkishEndings[second]:
		return first
	}
	return ""
}

// elided are the longer words that lose their last vowel before another one, in
// French, Italian and Catalan.
var elided = map[string]bool{
	"jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true, "dell": true, "dall": true, "nell": true, "all": true, "sull": true,
	"coll": true, "quell": true, "quest": true, "sant": true, "tutt": true, "un": true,
}

// turkishEndings are the endings that follow a name and an apostrophe in Turkish, as
// in "İstanbul'da", in the form of FoldUnit.
var turkishEndings = func() map[string]bool {
	list := map[string]bool{}
	for ending := range strings.FieldsSeq(`a e i u ya ye yi yu na ne ni nu da de ta te nda nde dan den tan ten ndan nden in un nin nun
		la le yla yle li lu lik luk ki daki deki taki teki lar ler ca ce`) {
		list[ending] = true
	}
	return list
}()

// suffixed returns the name of a programming language or a grade that is a word
// with signs behind it, such as C++, C# and A+.
func (s *scanner) suffixed(before int) string {
	if len(s.units) != before+1 {
		return ""
	}
	n := 0
	for n < 2 && s.at+n < len(s.text) && (s.text[s.at+n] == '+' || s.text[s.at+n] == '#') {
		n++
	}
	if n == 0 {
		return ""
	}
	if r, _ := utf8.DecodeRuneInString(s.text[s.at+n:]); kindOfRune(r) == kindWord {
		return ""
	}
	signs := strings.NewReplacer("+", "˖", "#", "♯").Replace(s.text[s.at : s.at+n])
	s.units[before].End += n
	s.at += n
	return s.units[before].Text + signs
}

// add appends the units of a folded piece of the text. A piece may fold to several:
// a ligature can be a whole sentence.
func (s *scanner) add(start, end int, folded string) {
	joined := s.end == start && len(s.units) > 0
	word := -1
	flush := func(to int) {
		if word >= 0 && len(s.units) < s.most {
			s.units = append(s.units, Unit{Text: cutRunes(folded[word:to]), Start: start, End: end, Joined: joined})
			joined = true
		}
		word = -1
	}
	if isPlainWord(folded) {
		word = 0
		flush(len(folded))
		s.end = end
		return
	}
	for i, r := range folded {
		switch kindOfRune(r) {
		case kindWord:
			if word < 0 {
				word = i
			}
		case kindSign, kindPicture:
			flush(i)
			if len(s.units) < s.most {
				s.units = append(s.units, Unit{Text: folded[i : i+utf8.RuneLen(r)], Start: start, End: end, Sign: true, Joined: joined})
				joined = true
			}
		case kindMark:
			if n := len(s.units); word < 0 && n > 0 && s.units[n-1].Sign && s.units[n-1].Start == start {
				s.units[n-1].Text += string(r)
			} else if word < 0 {
				word = i
			}
		default:
			flush(i)
		}
	}
	flush(len(folded))
	s.end = end
}

func isPlainWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// also adds further words to the unit at index i.
func (s *scanner) also(i int, words ...string) {
	if i >= len(s.units) {
		return
	}
	for _, w := range words {
		if w = cutRunes(w); w != "" && w != s.units[i].Text {
			s.units[i].Also = append(s.units[i].Also, w)
		}
	}
}
