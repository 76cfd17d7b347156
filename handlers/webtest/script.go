package webtest

import (
	"fmt"
	"strconv"
	"strings"
)

// step is one line of a script.
type step struct {
	line  int
	verb  string
	bare  string   // the text between the verb and the first quoted text
	texts []string // the quoted texts, without their quotes
	body  string   // the lines beginning with | that follow "send"
}

// words returns the words of the bare part.
func (s step) words() []string { return strings.Fields(s.bare) }

// parseScript parses a script. Its errors name the line.
func parseScript(src string) ([]step, error) {
	var steps []step
	for i, line := range strings.Split(src, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if text, ok := strings.CutPrefix(line, "|"); ok {
			if len(steps) == 0 || steps[len(steps)-1].verb != "send" {
				return nil, fmt.Errorf("%d: a line of a body without \"send TYPE\" before it", i+1)
			}
			steps[len(steps)-1].body += strings.TrimPrefix(text, " ") + "\n"
			continue
		}
		s, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("%d: %w", i+1, err)
		}
		s.line = i + 1
		steps = append(steps, s)
	}
	return steps, nil
}

func parseLine(line string) (step, error) {
	verb, rest, _ := strings.Cut(line, " ")
	at := quoteAt(rest)
	s := step{verb: verb, bare: strings.TrimSpace(rest[:at])}
	for rest = rest[at:]; rest != ""; rest = strings.TrimSpace(rest) {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' {
			return step{}, fmt.Errorf("expected a text in double quotes, not %s", rest)
		}
		text, err := strconv.Unquote(quoted)
		if err != nil {
			return step{}, fmt.Errorf("a text that cannot be read: %s", quoted)
		}
		s.texts = append(s.texts, text)
		rest = rest[len(quoted):]
	}
	return s, nil
}

// quoteAt returns the index of the first quoted text. Quotes inside the brackets of
// a selector, as in a[href="/x/"], belong to the selector.
func quoteAt(rest string) int {
	depth := 0
	for i, r := range rest {
		switch r {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case '"':
			if depth <= 0 {
				return i
			}
		}
	}
	return len(rest)
}
