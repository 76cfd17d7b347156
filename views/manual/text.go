package manual

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// columns is the width of a terminal that every line fits, code blocks and long
// words excepted.
const columns = 80

// Text returns the topic as plain text. Paragraphs, list items and tables are
// wrapped at 80 columns, code blocks are indented, and a link to another topic
// names the command that prints it.
func (t *Topic) Text() string {
	w := &textWriter{}
	for line := range strings.Lines(t.Source) {
		w.line(strings.TrimRight(line, "\n"))
	}
	w.flush()
	return w.out.String()
}

// textWriter gathers the lines of one block and writes the block when it ends.
type textWriter struct {
	out   strings.Builder
	block []string
	code  bool
}

func (w *textWriter) line(line string) {
	switch {
	case strings.HasPrefix(line, "```"):
		w.flush()
		w.code = !w.code
	case w.code:
		w.out.WriteString("    " + line + "\n")
	case line == "":
		w.flush()
		w.out.WriteString("\n")
	case strings.HasPrefix(line, "#"):
		w.flush()
		w.heading(line)
	case strings.HasPrefix(line, "- ") || numbered(line) > 0:
		w.flush()
		w.block = []string{line}
	default:
		w.block = append(w.block, line)
	}
}

func (w *textWriter) heading(line string) {
	title := strings.TrimLeft(line, "# ")
	rule := "-"
	if strings.HasPrefix(line, "# ") {
		rule = "="
	}
	w.out.WriteString(title + "\n" + strings.Repeat(rule, utf8.RuneCountInString(title)) + "\n")
}

// numbered returns the length of the mark of an ordered list, as in "12. ".
func numbered(line string) int {
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits == 0 || !strings.HasPrefix(line[digits:], ". ") {
		return 0
	}
	return digits + 2
}

func (w *textWriter) flush() {
	block := w.block
	w.block = nil
	switch {
	case len(block) == 0:
	case strings.HasPrefix(block[0], "|"):
		w.table(block)
	default:
		indent := numbered(block[0])
		if strings.HasPrefix(block[0], "- ") {
			indent = 2
		}
		w.fill(strings.Join(block, " "), 0, indent)
	}
}

// fill writes a paragraph. The first line continues at column first, the other
// lines begin at column indent.
func (w *textWriter) fill(text string, first, indent int) {
	at := first
	for i, word := range strings.Fields(plain(text)) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > columns:
			w.out.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			w.out.WriteByte(' ')
			at++
		}
		w.out.WriteString(word)
		at += n
	}
	w.out.WriteByte('\n')
}

// ownLink is a link to a section of the same topic.
var ownLink = regexp.MustCompile(`\[([^\]]+)\]\(#[^)]*\)`)

// plain writes links to topics as commands, and links to sections of the same
// topic as their titles in quotes. It leaves out the marks of bold text.
func plain(text string) string {
	text = topicLink.ReplaceAllStringFunc(text, func(link string) string {
		m := topicLink.FindStringSubmatch(link)
		return m[1] + " (broadsheet help " + m[2] + ")"
	})
	text = ownLink.ReplaceAllString(text, `"$1"`)
	return strings.ReplaceAll(text, "**", "")
}

// leastLastColumn is the narrowest last column of a table.
const leastLastColumn = 28

// table writes a table in columns, of which the last one is wrapped. Where too
// little room is left for it, each row is its first cell with the other cells
// indented below, each after the heading of its column.
func (w *textWriter) table(lines []string) {
	rows := make([][]string, 0, len(lines))
	for i, line := range lines {
		if i != 1 { // the line of dashes
			rows = append(rows, cells(line))
		}
	}
	widths := make([]int, len(rows[0])-1)
	before := 0 // columns before the last one
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
		before += widths[i] + 2
	}
	if columns-before >= leastLastColumn {
		w.rows(rows, widths, before)
		return
	}
	for _, row := range rows[1:] {
		w.fill(row[0], 0, 4)
		for i, cell := range row[1:] {
			w.out.WriteString("    ")
			w.fill(rows[0][i+1]+": "+cell, 4, 4)
		}
	}
}

// rows writes rows in columns of the given widths; the last column begins at
// column before.
func (w *textWriter) rows(rows [][]string, widths []int, before int) {
	for _, row := range rows {
		for i, width := range widths {
			w.out.WriteString(row[i] + strings.Repeat(" ", width-utf8.RuneCountInString(row[i])+2))
		}
		w.fill(row[len(row)-1], before, before)
	}
}

// cells splits a row of a table.
func cells(line string) []string {
	list := strings.Split(strings.Trim(line, "|"), "|")
	for i, cell := range list {
		list[i] = plain(strings.TrimSpace(cell))
	}
	return list
}
