package redirects

import (
	"encoding/csv"
	"strconv"
	"strings"
)

// Limits of a file.
const (
	MaxFile  = 4 << 20 // bytes
	MaxLines = 50_000
)

// Line is a line of a file with a redirect, or with its error.
type Line struct {
	Number   int // from 1
	Text     string
	From, To string // as written
	Status   int
	Bad      string // code of the fault, "" for none
}

// headWords holds the names of the first column by which a head line is known.
var headWords = map[string]bool{
	"old": true, "from": true, "source": true, "path": true, "url": true,
	"old url": true, "source url": true, "old_url": true, "redirect from": true,
}

// Parse reads the redirects of a file. It reads these forms of a line:
//
//	/old/,/new/            with a comma, a semicolon, a tab or a space between
//	/old/,/new/,302        with a status
//	Redirect 301 /old /new                   of Apache
//	RedirectPermanent /old /new              of Apache
//	RewriteRule ^old/?$ /new/ [R=301,L]      of Apache
//	rewrite ^/old/?$ /new/ permanent;        of nginx
//	location = /old { return 301 /new; }     of nginx
//
// Parse leaves out empty lines, comments that begin with #, and a head of column names. It
// refuses a rule whose pattern matches several addresses, because a redirect is for one.
func Parse(file string) (lines []Line) {
	file = strings.TrimPrefix(file, "\ufeff")
	number := 0
	for text := range strings.Lines(file) {
		number++
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") || text == "}" {
			continue
		}
		line := Line{Number: number, Text: text, Status: Permanent}
		if len(text) > 2*MaxAddress+100 {
			line.Text, line.Bad = strings.ToValidUTF8(text[:200], ""), BadLong
			lines = append(lines, line)
			continue
		}
		if line.parse(); len(lines) == 0 && headWords[strings.ToLower(line.From)] {
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

// parse reads the text of a line.
func (l *Line) parse() {
	words := strings.Fields(strings.TrimSuffix(l.Text, ";"))
	if len(words) == 0 {
		l.Bad = BadLine
		return
	}
	switch strings.ToLower(words[0]) {
	case "redirect", "redirectpermanent", "redirecttemp":
		l.apache(words)
	case "redirectmatch":
		l.Bad = BadPattern
	case "rewriterule":
		l.rewrite(words[1:], true)
	case "rewrite":
		l.rewrite(words[1:], false)
	case "location":
		l.location(words[1:])
	case "rewriteengine", "rewritebase", "rewritecond", "<ifmodule", "</ifmodule>", "return", "server", "server_name":
		l.Bad = BadLine
	default:
		l.columns()
	}
}

// apache reads Redirect, RedirectPermanent and RedirectTemp.
func (l *Line) apache(words []string) {
	rest := words[1:]
	switch name := strings.ToLower(words[0]); name {
	case "redirect":
		l.Status = Temporary // Apache's own default
		if len(rest) > 0 {
			if status, ok := statusOf(rest[0]); ok {
				l.Status, rest = status, rest[1:]
			}
		}
	case "redirecttemp":
		l.Status = Temporary
	}
	l.pair(rest)
}

// pair takes an address and its target. Gone has no target.
func (l *Line) pair(rest []string) {
	for i := range rest {
		rest[i] = strings.Trim(rest[i], `"'`)
	}
	switch {
	case l.Status == Gone && len(rest) == 1:
		l.From = rest[0]
	case len(rest) == 2:
		l.From, l.To = rest[0], rest[1]
	default:
		l.Bad = BadLine
	}
}

// rewrite reads a rule with one address as its pattern. Apache's patterns have no slash at
// the beginning.
func (l *Line) rewrite(words []string, apache bool) {
	if len(words) < 2 {
		l.Bad = BadLine
		return
	}
	from, ok := plainPattern(words[0])
	if !ok || strings.Contains(words[1], "$") {
		l.Bad = BadPattern
		return
	}
	if apache && !strings.HasPrefix(from, "/") {
		from = "/" + from
	}
	l.From, l.To, l.Status = from, words[1], Temporary
	for _, flag := range strings.FieldsFunc(strings.Join(words[2:], ","), func(r rune) bool { return strings.ContainsRune("[],", r) }) {
		switch name, value, _ := strings.Cut(strings.ToLower(flag), "="); name {
		case "r", "redirect", "permanent", "g", "gone":
			if status, known := statusOf(value); value != "" && known {
				l.Status = status
			} else if value == "" && (name == "permanent" || name[0] == 'g') {
				l.Status, _ = statusOf(name)
			}
		}
	}
	if l.Status == Gone {
		l.To = ""
	}
}

// plainPattern returns the address that a pattern matches. ok is false for a pattern that
// matches several addresses.
func plainPattern(pattern string) (address string, ok bool) {
	pattern = strings.Trim(pattern, `"'`)
	if !strings.HasPrefix(pattern, "^") || !strings.HasSuffix(pattern, "$") {
		return "", false
	}
	pattern = strings.TrimSuffix(strings.TrimSuffix(pattern[1:], "$"), "/?")
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern) && strings.IndexByte(`.-/+?()[]{}|^$*`, pattern[i+1]) >= 0:
			i++
			b.WriteByte(pattern[i])
		case strings.IndexByte(`\.+?()[]{}|^$*`, c) >= 0:
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), b.Len() > 0
}

// location reads "location = /old { return 301 /new; }" on one line.
func (l *Line) location(words []string) {
	if len(words) < 2 || words[0] != "=" {
		l.Bad = BadPattern
		return
	}
	rest := strings.FieldsFunc(strings.Join(words[1:], " "), func(r rune) bool { return r == ' ' || strings.ContainsRune("{};", r) })
	if len(rest) < 3 || rest[1] != "return" {
		l.Bad = BadLine
		return
	}
	status, ok := statusOf(rest[2])
	if !ok {
		l.Bad = BadStatus
		return
	}
	l.Status = status
	l.pair(append([]string{rest[0]}, rest[3:]...))
}

// statusOf returns the status of a number or a word: Permanent also for 308, Temporary also
// for 303 and 307.
func statusOf(word string) (int, bool) {
	switch strings.ToLower(word) {
	case "301", "308", "permanent":
		return Permanent, true
	case "302", "303", "307", "temp", "temporary", "redirect", "seeother":
		return Temporary, true
	case "410", "gone", "g":
		return Gone, true
	}
	return 0, false
}

// columns reads a line with columns.
func (l *Line) columns() {
	fields := l.split()
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	for len(fields) > 2 && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	l.From = fields[0]
	if len(fields) > 1 {
		l.To = fields[1]
	}
	if len(fields) > 2 {
		status, ok := statusOf(fields[2])
		if !ok {
			l.Bad = BadStatus
			if _, err := strconv.Atoi(fields[2]); err != nil {
				l.Bad = BadLine
			}
			return
		}
		l.Status = status
	}
	if len(fields) < 2 || l.To == "" && l.Status != Gone {
		l.Bad = BadLine
	}
}

// split splits a line at commas, or else at semicolons, tabs or white space.
func (l *Line) split() []string {
	for _, comma := range ",;\t" {
		if !strings.ContainsRune(l.Text, comma) {
			continue
		}
		reader := csv.NewReader(strings.NewReader(l.Text))
		reader.Comma, reader.LazyQuotes, reader.FieldsPerRecord = comma, true, -1
		if fields, err := reader.Read(); err == nil && len(fields) > 1 {
			return fields
		}
	}
	if fields := strings.Fields(l.Text); len(fields) > 0 {
		return fields
	}
	return []string{l.Text}
}
