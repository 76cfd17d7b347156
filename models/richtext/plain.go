package richtext

import (
	"html"
	"strings"
	"unicode"
)

// Normalize returns valid UTF-8 without NULs and other control characters,
// with line feeds as the only line ends.
func Normalize(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.IndexFunc(s, needsCleaning) < 0 {
		return s
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n").Replace(s)
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

// isOverride tells the characters that turn the direction of what follows,
// which could make a text read as another one.
func isOverride(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// PlainText takes the markup out.
func PlainText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	s = strings.NewReplacer("</p>", "</p>\n", "<br>", "\n", "</li>", "</li>\n", "</h2>", "</h2>\n").Replace(s)
	return html.UnescapeString(nothingPolicy().Sanitize(s))
}

// PlainLine cleans a field of one line, such as a name or a title: no
// markup, no control characters, no overrides of direction, no zero-width
// spaces, single spaces.
func PlainLine(s string) string {
	s = PlainText(Normalize(s))
	s = strings.Map(func(r rune) rune {
		if needsCleaning(r) || r == '\u200B' || r == '\u2060' {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Blank reports whether nothing of a text can be seen.
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && r != '\u2800' && r != '\u3164' && r != '\uFFA0'
	}) < 0
}

// Excerpt cuts a text to at most maxRunes characters, at a word where it
// can, and marks the cut.
func Excerpt(s string, maxRunes int) string {
	runes := []rune(s)
	if len(runes) <= maxRunes {
		return s
	}
	cut := string(runes[:max(0, maxRunes-1)])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}
