package mailquote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mailWidth is the length in characters at which lines of a quotation are broken
// (RFC 3676, 4.2, asks for at most 78). A mail program that breaks a longer line
// itself would put no mark before the rest.
const mailWidth = 72

// mailMark begins each line of visitors' text in a plain mail, so that no such
// line looks like one of the site's own lines, such as the link of an action.
const mailMark = "> "

// Quote returns a visitor's text with the mark before each line. Every
// character that a mail program may show as the end of a line ends one.
func Quote(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(endLines(text), "\n") {
		for _, part := range breakLine(line) {
			b.WriteString(strings.TrimRight(mailMark+part, " "))
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// OneLine returns a visitor's text as one line.
func OneLine(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(endLines(text), "\n", " ")), " ")
}

// endLines turns all line ends (Unicode Standard Annex 14, class BK, CR, LF and
// NL) into line feeds, and a tab into a space. It drops other control characters.
func endLines(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r' || r == '\n' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
}

// breakLine breaks a line at its spaces, and a longer word within. A web address
// stays whole.
func breakLine(line string) (parts []string) {
	part, length := "", 0
	end := func() {
		parts, part, length = append(parts, part), "", 0
	}
	for _, word := range strings.FieldsFunc(line, unicode.IsSpace) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > mailWidth {
			end()
		}
		if length > 0 {
			part, length = part+" ", length+1
		}
		for n > mailWidth && !isWebAddress(word) {
			cut := 0
			for range mailWidth {
				_, size := utf8.DecodeRuneInString(word[cut:])
				cut += size
			}
			part = word[:cut]
			end()
			word, n = word[cut:], n-mailWidth
		}
		part, length = part+word, length+n
	}
	return append(parts, part)
}

// isWebAddress reports whether a word is an address that a reader may want to
// open. A mail program does not break an address in ASCII in the middle, so no
// part of it can look like a line of its own.
func isWebAddress(word string) bool {
	return (strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://")) &&
		!strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf })
}
