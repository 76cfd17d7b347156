package views

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"broadsheet/models/discussion"
)

// markForm finds the mark of the spam score in the detail of a reason.
var markForm = regexp.MustCompile(`the mark is ([\d.]+)`)

// Why returns in one sentence why a comment is held: the reports of readers, then
// the rules that asked for more than publication. It returns "" when there is nothing
// to say. reports are the newest reports, total is the number of all.
func (r *Renderer) Why(language string, reasons discussion.Reasons, reports []CardReport, total int) string {
	c := r.catalogues[r.language(language)]
	var said []string
	if total > 0 {
		kinds, named := []string{}, map[string]bool{}
		for _, report := range reports {
			if kind, err := c.text(report.Reason); err == nil && !named[kind] {
				named[kind] = true
				kinds = append(kinds, kind)
			}
		}
		what, _ := c.count("why.reported", total, "what", strings.Join(kinds, r.Text(language, "why.separator")))
		said = append(said, what)
	}
	for _, reason := range reasons {
		if reason.State == discussion.Approved || strings.Contains(reason.Rule, "/") {
			continue
		}
		said = append(said, whyOf(c, reason))
	}
	return strings.Join(said, r.Text(language, "why.separator"))
}

// whyOf words one reason.
func whyOf(c *catalogue, reason discussion.Reason) string {
	name, what := ruleName(c, reason.Rule), detailText(c, reason.Detail)
	values := []any{"what", what, "n", strconv.FormatFloat(reason.Weight, 'g', 2, 64)}
	key := "why." + reason.Rule
	if mark := markForm.FindStringSubmatch(reason.Detail); mark != nil {
		key += ".mark"
		values = append(values, "mark", mark[1])
	}
	if text, err := c.text(key, values...); err == nil {
		return text
	}
	if what == "" {
		return name
	}
	return name + ": " + what
}

// Ago returns how long ago something was, in the largest unit that fits.
func (r *Renderer) Ago(language string, passed time.Duration) string {
	minutes := int(passed / time.Minute)
	switch {
	case minutes < 1:
		return r.Text(language, "ago.now")
	case minutes < 60:
		return r.Count(language, "ago.minutes", minutes)
	case minutes < 48*60:
		return r.Count(language, "ago.hours", minutes/60)
	}
	return r.Count(language, "ago.days", minutes/(24*60))
}
