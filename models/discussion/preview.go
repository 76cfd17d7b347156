package discussion

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/richtext"
)

// Preview renders a comment as [Post] would store it, and returns hints at possible
// improvements. It stores nothing. It refuses what Post refuses for the article,
// the parent or the fields.
func Preview(ctx context.Context, r models.Queryer, site *newsroom.Site, in Submission, now time.Time) (*Comment, []Nudge, error) {
	article, err := admit(ctx, r, site, in, models.At(now))
	if err != nil {
		return nil, nil, err
	}
	c, err := compose(ctx, r, site, in, article)
	if err != nil {
		return nil, nil, err
	}
	c.CreatedAt = models.At(now)
	_, reasons := judge(ctx, r, site, c, in, now)
	return c, nudges(c, reasons, in.Host), nil
}

// Nudge is a hint beside the preview at a possible improvement of the comment. A
// commenter ignores it by posting.
type Nudge struct {
	Code string // links, capitals, quoted or first
	N    int    // of links
}

// nudges returns hints at the reasons that the commenter can act on and at texts
// that are hard to read. It reveals nothing of the spam score, which would help
// spammers.
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

// foreignHosts returns the host of each link of a comment, without links to the
// site itself.
func foreignHosts(c *Comment, own string) (hosts []string) {
	for _, target := range richtext.LinkTargets(c.HTML) {
		if u, err := url.Parse(target); err == nil && u.Hostname() != own {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// countLinks counts a comment's links to other sites, and the commenter's website.
func countLinks(c *Comment, own string) int {
	n := len(foreignHosts(c, own))
	if c.URL != "" {
		n++
	}
	return n
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
