package terms

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxQueryUnits is how many units of a query count. The others are ignored.
const MaxQueryUnits = 24

// Part is one part of a query: a word, several words that were written as one, or a
// phrase.
type Part struct {
	Units  []Unit
	Phrase bool // in quotation marks: only texts with the units in this order
	Not    bool // texts without it
	Prefix bool // a word that begins so
}

// ParseQuery reads a query as readers type it:
//
//	word "a phrase" -word -"a phrase" begin*
//
// Anything else is plain text: brackets, AND, title:x, an open quotation mark. It
// accepts any bytes. most is how many bytes count.
func ParseQuery(text string, most int) []Part {
	if len(text) > most {
		text = text[:most]
		for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
			text = text[:len(text)-1]
		}
		if n := len(text); n > 0 && text[n-1] >= utf8.RuneSelf {
			text = text[:n-1] // the first byte of a letter that was cut
		}
	}
	var parts []Part
	left := MaxQueryUnits
	add := func(p Part, raw string) {
		if p.Units = Units(raw, left); len(p.Units) > 0 {
			left -= len(p.Units)
			parts = append(parts, p)
		}
	}
	for text != "" && left > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if unicode.IsSpace(r) {
			text = text[size:]
			continue
		}
		var p Part
		if isMinus(r) && len(text) > size {
			next, _ := utf8.DecodeRuneInString(text[size:])
			if p.Not = isQuotation(next) || isPartOfWord(next); p.Not {
				text = text[size:]
				r, size = utf8.DecodeRuneInString(text)
			}
		}
		if isQuotation(r) {
			if end := strings.IndexFunc(text[size:], isQuotation); end > 0 {
				p.Phrase = true
				raw := text[size : size+end]
				_, closing := utf8.DecodeRuneInString(text[size+end:])
				text = text[size+end+closing:]
				add(p, raw)
				continue
			}
			text = text[size:] // an open quotation mark
			continue
		}
		end := strings.IndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || isQuotation(r) })
		if end < 0 {
			end = len(text)
		}
		raw := text[:end]
		text = text[end:]
		p.Prefix = strings.HasSuffix(raw, "*") && !strings.HasSuffix(raw, "**")
		add(p, raw)
	}
	return parts
}

func isMinus(r rune) bool { return r == '-' || r == '－' || r == '−' }

func isQuotation(r rune) bool { return strings.ContainsRune("\"“”„‟«»＂「」『』", r) }

func isPartOfWord(r rune) bool {
	kind := kindOfRune(r)
	return kind == kindWord || kind == kindSign || kind == kindPicture
}

// Need is one condition of a query for an index: a text has one of the terms.
type Need []string

// Needs returns the terms that the index entry of a text must have for this part. With exact, a
// word must come up as it is written. languages are those of the texts.
func (p *Part) Needs(exact bool, languages []string) []Need { return p.needs("", exact, languages) }

// TitleNeeds is Needs for the title alone.
func (p *Part) TitleNeeds(languages []string) []Need { return p.needs(titleMark, false, languages) }

// TopicNeeds is Needs for texts that are about the words.
func (p *Part) TopicNeeds() []Need { return p.needs(topicMark, true, nil) }

func (p *Part) needs(mark string, exact bool, languages []string) []Need {
	var list []Need
	for i := range p.Units {
		u := &p.Units[i]
		before := i > 0 && joinsSigns(&p.Units[i-1], u)
		after := i+1 < len(p.Units) && joinsSigns(u, &p.Units[i+1])
		if before {
			list = append(list, Need{mark + pairTerm(&p.Units[i-1], u)})
		}
		if u.Sign && (before || after) {
			continue
		}
		list = append(list, u.need(mark, exact || p.Phrase, languages))
	}
	if p.Phrase && mark != topicMark {
		list = append(list, p.pairs(mark)...)
	}
	return list
}

// need returns the terms of which a text needs one to have the unit.
func (u *Unit) need(mark string, exact bool, languages []string) Need {
	if n := len(u.Also); n > 0 && strings.ContainsAny(u.Also[n-1], "˖♯") {
		return Need{mark + u.Also[n-1]} // C++ and not C
	}
	need := Need{mark + u.Text}
	if u.Sign || exact {
		return need
	}
	if len(u.Also) == 1 {
		need = append(need, mark+u.Also[0])
	}
	for _, language := range languages {
		stem := Stem(u.Text, language)
		if stem == "" {
			stem = u.Text // texts with other forms have it as their stem
		} else {
			need = append(need, mark+stem)
		}
		need = append(need, mark+stemMark+stem)
	}
	return unique(need)
}

// Pairs returns the needs of a text that has the units of the part in this order.
func (p *Part) Pairs() []Need { return p.pairs("") }

func (p *Part) pairs(mark string) (list []Need) {
	for i := 1; i < len(p.Units); i++ {
		list = append(list, Need{mark + pairTerm(&p.Units[i-1], &p.Units[i])})
	}
	return list
}

// Joint returns the need of a text in which the first unit of the next part follows
// the last unit of this one.
func (p *Part) Joint(next *Part) Need {
	last, first := p.Units[len(p.Units)-1], next.Units[0]
	first.Joined = false
	return Need{pairTerm(&last, &first)}
}

func unique(need Need) Need {
	var list Need
	seen := map[string]bool{}
	for _, term := range need {
		if !seen[term] {
			seen[term] = true
			list = append(list, term)
		}
	}
	return list
}

// OtherTerm returns the index term of [Bag.AddOther].
func OtherTerm(name string) string { return otherMark + name }

// SignPair returns the index term of two neighbouring signs of one word, "" if they
// are none.
func SignPair(a, b *Unit) string {
	if !joinsSigns(a, b) {
		return ""
	}
	return a.Text + b.Text
}

// StemTerm returns the index term of a stem.
func StemTerm(stem string) string { return stemMark + stem }

// CutStem returns the stem of an index term of a stem.
func CutStem(term string) (stem string, ok bool) { return strings.CutPrefix(term, stemMark) }
