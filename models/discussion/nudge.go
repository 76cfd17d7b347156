package discussion

import (
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"broadsheet/models/richtext"
)

// Nudge is something a writer may want to change before posting. It stands
// beside the preview, and posting all the same is the way to ignore it.
type Nudge struct {
	Code string // links, capitals, quoted or first
	N    int    // of links
}

// nudges says what of the rules' reasons the writer can do something about,
// and what people read badly. What the spam score thinks stays with the
// moderators: whoever writes spam would like to know.
func nudges(c *Comment, reasons Reasons, host string) (list []Nudge) {
	waits := false
	for _, r := range reasons {
		if r.Rule == "links" {
			list = append(list, Nudge{"links", countLinks(c, host)})
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

// foreignHosts returns the hosts that a comment links to, one for each link,
// without the site's own.
func foreignHosts(c *Comment, own string) (hosts []string) {
	for _, target := range richtext.LinkTargets(c.HTML) {
		if u, err := url.Parse(target); err == nil && u.Hostname() != own {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// countLinks counts a comment's links to other sites, and the writer's
// website.
func countLinks(c *Comment, own string) int {
	n := len(foreignHosts(c, own))
	if c.URL != "" {
		n++
	}
	return n
}

// shouts reports whether a text of some length is nearly all capitals, in a
// script that has them.
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

// onlyQuotes reports whether a comment says nothing of its own: all of it
// stands in quotations, or behind the mark that mail programs put before one.
func onlyQuotes(c *Comment) bool {
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
