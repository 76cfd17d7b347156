package richtext

import (
	"html"
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"

	"broadsheet/models/terms"
)

// Normalize returns valid UTF-8 without NULs and other control characters,
// with line feeds as the only line ends.
func Normalize(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, needsCleaning) < 0 {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if needsCleaning(r) {
			return -1
		}
		return r
	}, s)
}

func needsCleaning(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u2028' || r == '\u2029' || r == '\uFEFF' || isOverride(r)
}

// isOverride reports whether r overrides the direction of the text after it, which
// could make a text look like another one.
func isOverride(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// breakTags begin and end a line of their own in [PlainText]; cellTags are
// parted by a space.
var (
	breakTags = wordSet(`address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure footer form
		h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol optgroup option p pre search section summary table tbody tfoot
		thead tr ul video audio canvas`)
	cellTags = wordSet("td th img")
)

// PlainText returns the text of an HTML document or a part of one, with
// entities decoded. Block elements and breaks part words.
//
// The source must be HTML: text that was typed goes through [PlainLine] or
// [CommentText], which keep a "<" that begins no tag.
func PlainText(source string) string {
	if !strings.ContainsAny(source, "<&") {
		return source
	}
	var b strings.Builder
	b.Grow(len(source))
	hidden := "" // the element with hidden content
	z := nethtml.NewTokenizer(strings.NewReader(source))
	for kind := z.Next(); kind != nethtml.ErrorToken; kind = z.Next() {
		if kind == nethtml.TextToken {
			if hidden == "" {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
			continue
		}
		name, _ := z.TagName()
		tag := strings.ToLower(string(name))
		switch {
		case hidden != "":
			if kind == nethtml.EndTagToken && tag == hidden {
				hidden = ""
			}
		case kind == nethtml.StartTagToken && hiddenTags[tag]:
			hidden = tag
		case breakTags[tag]:
			separate(&b, '\n')
		case cellTags[tag]:
			separate(&b, ' ')
		}
	}
	return b.String()
}

// separate writes a separator unless there is white space already.
func separate(b *strings.Builder, separator byte) {
	if s := b.String(); s != "" && s[len(s)-1] != '\n' && s[len(s)-1] != ' ' {
		b.WriteByte(separator)
	}
}

// PlainLine cleans a line that a person typed, such as a name or a headline.
// The line is text, not HTML: "<IBM>" and "&amp;" stay. It removes control
// characters, invisible characters that the spelling does not need, and too
// many marks on one letter; it turns white space into single spaces.
func PlainLine(s string) string {
	s = strings.Join(strings.Fields(withoutInvisible(Normalize(s))), " ")
	var m markLimiter
	return m.limit(s)
}

// lineTags are the elements that a line of HTML may hold.
var lineTags = wordSet(`
	a abbr acronym b bdi bdo big br cite code data del dfn div em font h1 h2 h3 h4 h5 h6 i img ins kbd li mark nobr
	p q rp rt ruby s samp small span strike strong sub sup time tt u ul var wbr`)

// HTMLLine reads a line of HTML, such as the title in a feed or an export of
// another system, as text: entities are decoded once, known tags go, other
// angle brackets stay. A start tag without attributes and without its end tag
// is no tag: agencies write tickers so, "SEARS <S> TO SELL UNIT".
func HTMLLine(source string) string {
	var list []token
	open := map[string][]int{} // start tags without an end yet
	paired := map[int]bool{}
	r := newTokenizer(Normalize(source), lineTags)
	for t, ok := r.next(); ok; t, ok = r.next() {
		starts := open[t.data]
		switch {
		case t.kind == startToken:
			open[t.data] = append(starts, len(list))
		case t.kind == endToken && len(starts) > 0:
			paired[starts[len(starts)-1]] = true
			open[t.data] = starts[:len(starts)-1]
		}
		list = append(list, t)
	}
	var b strings.Builder
	for i, t := range list {
		switch {
		case t.kind == textToken:
			b.WriteString(decodeEntities(t.data))
		case t.kind == startToken && !paired[i] && len(t.attr) == 0 && t.data != "br" && t.data != "wbr":
			b.WriteString(t.source)
		case breakTags[t.data] || cellTags[t.data]:
			separate(&b, ' ')
		}
	}
	return PlainLine(b.String())
}

// withoutInvisible removes the invisible characters that make no visible
// difference but would make two lines unequal.
func withoutInvisible(s string) string {
	if strings.IndexFunc(s, terms.Invisible) < 0 {
		return s
	}
	rightToLeft := strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
	})
	runes := []rune(s)
	kept := make([]rune, 0, len(runes))
	before := ' '
	for i, r := range runes {
		next := ' '
		if i+1 < len(runes) {
			next = runes[i+1]
		}
		if terms.Invisible(r) && !isNeeded(before, r, next, rightToLeft) {
			continue
		}
		kept = append(kept, r)
		before = r
	}
	return string(kept)
}

// isNeeded reports whether spelling needs an invisible character between two
// others: joiners in scripts with joined letters and in emoji, variation
// selectors, the tags behind a flag, direction marks beside right-to-left
// text.
func isNeeded(before, r, next rune, rightToLeft bool) bool {
	switch {
	case isJoiner(r):
		joins := func(r rune) bool {
			return (unicode.IsLetter(r) || unicode.IsMark(r)) &&
				!unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Inherited)
		}
		picture := func(r rune) bool {
			return unicode.In(r, unicode.So, unicode.Sk) && r > 0x2000 || r == '\uFE0F'
		}
		return joins(before) && (joins(next) || r == '\u200D') || r == '\u200D' && picture(before) && picture(next)
	case r == '\u200E' || r == '\u200F' || r == '\u061C':
		return rightToLeft
	case r == '\uFE0E' || r == '\uFE0F':
		return unicode.IsSymbol(before) || unicode.IsDigit(before) || unicode.IsPunct(before)
	case r >= 0xE0100 && r <= 0xE01EF || r >= '\uFE00' && r <= '\uFE0D':
		return unicode.In(before, unicode.Han, unicode.Sm, unicode.Myanmar)
	case r >= '\u180B' && r <= '\u180F':
		return unicode.Is(unicode.Mongolian, before)
	case r >= 0xE0020 && r <= 0xE007F:
		return before == 0x1F3F4 || before >= 0xE0020 && before <= 0xE007F
	}
	return false
}

// Blank reports whether a text has no visible character: only white space,
// invisible characters and marks without a letter.
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && !terms.Invisible(r)
	}) < 0
}

// Excerpt cuts a text to at most maxRunes characters, at a word where it
// can, and marks the cut.
func Excerpt(s string, maxRunes int) string {
	runes := []rune(s)
	if len(runes) <= maxRunes {
		return s
	}
	end := max(0, maxRunes-1)
	for back := 0; end > 0 && back < 2*maxMarks && (unicode.IsMark(runes[end]) || isJoiner(runes[end]) || isJoiner(runes[end-1])); back++ {
		end-- // not between a letter and its marks
	}
	cut := string(runes[:end])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}
