package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models/terms"
)

// marker finds the words of a query in texts.
type marker struct {
	wanted   map[string]bool // index terms
	language string
	starts   map[rune]bool // first letters of stems
}

// marker returns the marker for texts of a language, "" for the site's.
func (a *asked) marker(language string) *marker {
	m := &marker{wanted: map[string]bool{}, language: terms.StemLanguage(language), starts: map[rune]bool{}}
	if m.language == "" && len(a.languages) > 0 && language == "" {
		m.language = a.languages[0]
	}
	for i := range a.wanted {
		p := &a.wanted[i]
		for _, need := range a.needs(p, anywhere) {
			for _, term := range need {
				m.wanted[term] = true
				if stem, ok := terms.CutStem(term); ok {
					r, _ := utf8.DecodeRuneInString(stem)
					m.starts[r] = true
				}
			}
		}
	}
	return m
}

// span is a marked range of bytes; unit is the index of its unit.
type span struct{ start, end, unit int }

// find returns the marked units of a text.
func (m *marker) find(units []terms.Unit) []span {
	var list []span
	add := func(i int) {
		if n := len(list); n == 0 || list[n-1].unit != i {
			list = append(list, span{units[i].Start, units[i].End, i})
		}
	}
	for i := range units {
		u := &units[i]
		if i > 0 && m.wanted[terms.SignPair(&units[i-1], u)] {
			add(i - 1)
			add(i)
			continue
		}
		if m.has(u) {
			add(i)
		}
	}
	return list
}

func (m *marker) has(u *terms.Unit) bool {
	if m.wanted[u.Text] {
		return true
	}
	for _, w := range u.Also {
		if m.wanted[w] {
			return true
		}
	}
	if u.Sign || len(m.starts) == 0 {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(u.Text); !m.starts[r] && m.language != "ar" {
		return false
	}
	stem := terms.Stem(u.Text, m.language)
	return stem != "" && m.wanted[terms.StemTerm(stem)]
}

const (
	titleUnits    = 1000
	snippetUnits  = 20000
	snippetLength = 220 // letters of a snippet, about
)

// title returns a title with its marks.
func (m *marker) title(title string) []Part {
	return cut(title, 0, len(title), m.find(terms.Units(title, titleUnits)))
}

// snippet returns the part of an article's text with most words of the query. It is
// from the standfirst if that has as many.
func (m *marker) snippet(standfirst, text string) []Part {
	best, most := []Part(nil), 0
	for _, source := range []string{standfirst, text} {
		units := terms.Units(source, snippetUnits)
		spans := m.find(units)
		from, to, n := window(units, spans)
		if n > most {
			best, most = cutAt(source, units, from, to, spans), n
		}
	}
	if most > 0 {
		return best
	}
	for _, source := range []string{standfirst, text} { // the words are in the title, the tags or the byline
		if units := terms.Units(source, snippetUnits); len(units) > 0 {
			return cutAt(source, units, 0, fit(units, 0), nil)
		}
	}
	return nil
}

// fit returns the unit after the last one of a snippet that begins with a unit.
func fit(units []terms.Unit, from int) int {
	to, letters := from, 0
	for to < len(units) && letters < snippetLength {
		letters += utf8.RuneCountInString(units[to].Text) + 1
		if units[to].Sign {
			letters += 0
		}
		to++
	}
	return to
}

// window returns the units of the snippet with most different words; n is their
// number, and a bonus for neighbours.
func window(units []terms.Unit, spans []span) (from, to, n int) {
	const before = 6 // units before the first mark
	const tries = 200
	for i, s := range spans[:min(len(spans), tries)] {
		start := max(0, s.unit-before)
		end := fit(units, start)
		different := map[string]bool{}
		score, last := 0, -2
		for _, t := range spans[i:] {
			if t.unit >= end {
				break
			}
			if text := units[t.unit].Text; !different[text] {
				different[text] = true
				score += 10
				if t.unit == last+1 {
					score += 5
				}
			} else {
				score++
			}
			last = t.unit
		}
		if score > n {
			from, to, n = start, end, score
		}
	}
	return from, to, n
}

// cutAt cuts units out of a text, with an ellipsis where it goes on.
func cutAt(text string, units []terms.Unit, from, to int, spans []span) []Part {
	start, end := 0, len(text)
	if from > 0 {
		start = units[from].Start
	}
	if to < len(units) {
		end = units[to-1].End
		// With the punctuation behind the last word.
		for end < units[to].Start {
			r, size := utf8.DecodeRuneInString(text[end:])
			if unicode.IsSpace(r) || end+size > units[to].Start {
				break
			}
			end += size
		}
	}
	parts := cut(text, start, end, spans)
	if len(parts) > 0 && start > 0 {
		parts = prepend(parts, "…")
	}
	if end < len(text) && to < len(units) {
		parts = appendText(parts, "…")
	}
	return parts
}

func prepend(parts []Part, text string) []Part {
	if !parts[0].Mark {
		parts[0].Text = text + parts[0].Text
		return parts
	}
	return append([]Part{{Text: text}}, parts...)
}

func appendText(parts []Part, text string) []Part {
	if n := len(parts); n > 0 && !parts[n-1].Mark {
		parts[n-1].Text += text
		return parts
	}
	return append(parts, Part{Text: text})
}

// cut returns the bytes from start to end of a text with marks. White space becomes
// single spaces. Neighbouring marks become one.
func cut(text string, start, end int, spans []span) []Part {
	var parts []Part
	add := func(s string, mark bool) {
		if s = spaces(s); s == "" {
			return
		}
		if n := len(parts); n > 0 && parts[n-1].Mark == mark {
			parts[n-1].Text += s
			return
		}
		parts = append(parts, Part{s, mark})
	}
	at := start
	for _, s := range spans {
		if s.start < at || s.end > end {
			continue
		}
		add(text[at:s.start], false)
		add(text[s.start:s.end], true)
		at = s.end
	}
	add(text[at:end], false)
	return parts
}

// spaces returns s with each run of white space as one space.
func spaces(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}
