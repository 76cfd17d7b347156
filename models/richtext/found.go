package richtext

import (
	"html"
	"strings"
)

// MarkFound puts <mark> around the places of the found words in sanitised HTML. find
// returns them for a piece of visible text, as bytes from and to, in order and without
// overlaps. A word that tags divide is found in no piece. The tags stay as they are
// and all text is escaped again, so the result is as safe as the HTML.
func MarkFound(sanitised string, find func(text string) [][2]int) string {
	var b strings.Builder
	for rest := sanitised; rest != ""; {
		text, tag := rest, ""
		if begin := strings.IndexByte(rest, '<'); begin >= 0 {
			text, tag = rest[:begin], rest[begin:]
			if end := strings.IndexByte(tag, '>'); end >= 0 {
				tag = tag[:end+1]
			}
		}
		rest = rest[len(text)+len(tag):]
		writeMarked(&b, html.UnescapeString(text), find)
		b.WriteString(tag)
	}
	return b.String()
}

func writeMarked(b *strings.Builder, text string, find func(text string) [][2]int) {
	at := 0
	for _, place := range find(text) {
		b.WriteString(html.EscapeString(text[at:place[0]]))
		b.WriteString("<mark>")
		b.WriteString(html.EscapeString(text[place[0]:place[1]]))
		b.WriteString("</mark>")
		at = place[1]
	}
	b.WriteString(html.EscapeString(text[at:]))
}
