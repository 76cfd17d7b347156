package nudge

import (
	"regexp"
	"strings"
	"unicode"

	"broadsheet/models/discussion"
	"broadsheet/models/richtext"
)

// Nudge is a hint beside the preview at a possible improvement of the comment. A
// commenter ignores it by posting.
type Nudge struct {
	Code string // links, capitals, quoted or first
	N    int    // of links
}

// Of returns hints at the reasons that the commenter can act on and at texts
// that are hard to read. It reveals nothing of the spam score, which would help
// spammers.
func Of(c *discussion.Comment, reasons discussion.Reasons, host string) (list []Nudge) {
	waits := false
	for _, r := range reasons {
		if r.Rule == "links" {
			list = append(list, Nudge{"links", discussion.CountLinks(c, host)})
		}
		waits = waits || r.Rule == "hold-all" || r.Rule == "first-comment"
	}
	if waits && len(list) == 0 {
		list = append(list, Nudge{Code: "first"})
	}
	if shouts(c.Text) {
		list = append(list, Nudge{Code: "capitals"})
	}
	if onlyQuotes(c) {
		list = append(list, Nudge{Code: "quoted"})
	}
	return list
}

// shouts reports whether a text has at least 20 capitals and at most one small
// letter for nine of them.
func shouts(text string) bool {
	upper, lower := 0, 0
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return upper >= 20 && upper >= 9*lower
}

var quotation = regexp.MustCompile(`(?s)<blockquote[ >].*?</blockquote>`)

// onlyQuotes reports whether a comment has only quotations: in quotation elements,
// or in lines that begin with ">" as in mail.
func onlyQuotes(c *discussion.Comment) bool {
	own := quotation.ReplaceAllString(c.HTML, "")
	quoted := own != c.HTML
	if richtext.Blank(richtext.PlainText(own)) {
		return quoted
	}
	for line := range strings.Lines(c.Text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, ">") {
			return false
		}
	}
	return true
}
