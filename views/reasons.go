package views

import (
	"regexp"
	"strconv"
	"strings"

	"broadsheet/models/discussion"
)

// Reason returns the name and the detail of a rule in words of a language, for a
// rule that had an effect on a comment. It is the only place that turns the
// rules' own names into words: cards, mail, the page of rules and the commands
// use it. JSON for scripts keeps the names. A detail that is data, such as a
// listed word, is returned unchanged.
func (r *Renderer) Reason(language, rule, detail string) (name, what string) {
	c := r.catalogues[r.language(language)]
	return ruleName(c, rule), detailText(c, detail)
}

// EnglishReason is [Renderer.Reason] for programs without a site's language.
func EnglishReason(rule, detail string) (name, what string) {
	all, err := loadCatalogues()
	if err != nil {
		return rule, detail
	}
	return ruleName(all["en"], rule), detailText(all["en"], detail)
}

// ReasonLine returns a line with the rules that asked for more than publication,
// and their details.
func (r *Renderer) ReasonLine(language string, reasons discussion.Reasons) string {
	var said []string
	for _, reason := range reasons {
		if reason.State == discussion.Approved {
			continue
		}
		name, what := r.Reason(language, reason.Rule, reason.Detail)
		if what != "" {
			name += ": " + what
		}
		said = append(said, name)
	}
	return strings.Join(said, r.Text(language, "reasons.separator"))
}

func ruleName(c *catalogue, rule string) string {
	name, err := c.text("rule." + rule)
	if err != nil {
		name, _ = c.text("rule.unknown")
	}
	return name
}

// details are the stored forms of details, and the messages with the same
// meaning. The groups become {a} and {b}; a first group of digits chooses the
// plural.
var details = []struct {
	form *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^the check failed$`), "detail.failed"},
	{regexp.MustCompile(`^every comment is held$`), "detail.hold-all"},
	{regexp.MustCompile(`^every comment is held for a while$`), "detail.hold-hour"},
	{regexp.MustCompile(`^every comment on this story is held$`), "detail.premoderated"},
	{regexp.MustCompile(`^(\d+) links?$`), "detail.links"},
	{regexp.MustCompile(`^(".*") in the name$`), "detail.in.name"},
	{regexp.MustCompile(`^(".*") in the email$`), "detail.in.email"},
	{regexp.MustCompile(`^(".*") in the website$`), "detail.in.website"},
	{regexp.MustCompile(`^(".*") in the text$`), "detail.in.text"},
	{regexp.MustCompile(`^(".*") in the address$`), "detail.in.address"},
	{regexp.MustCompile(`^(".*") in the browser$`), "detail.in.browser"},
	{regexp.MustCompile(`^the email belongs to an account$`), "detail.staff-email"},
	{regexp.MustCompile(`^the email belongs to an account, and the writer was not signed in$`), "detail.staff-email.guest"},
	{regexp.MustCompile(`^no approved comment from this browser or verified email yet$`), "detail.first"},
	{regexp.MustCompile(`^(\d+) of the writer’s last (\d+) comments were declined$`), "detail.declined"},
	{regexp.MustCompile(`^ban \w+: (.*)$`), "detail.ban"},
	{regexp.MustCompile(`^always published, set by (.*)$`), "detail.trusted"},
	{regexp.MustCompile(`^looks like talk: the mark is ([\d.e+-]+), as shipped$`), "detail.talk.shipped"},
	{regexp.MustCompile(`^looks like talk: the mark is ([\d.e+-]+), set by the site$`), "detail.talk.site"},
	{regexp.MustCompile(`^looks like talk: the mark is ([\d.e+-]+), fixed by the rules$`), "detail.talk.fixed"},
	{regexp.MustCompile(`^looks like spam: the mark is ([\d.e+-]+), as shipped$`), "detail.spam.shipped"},
	{regexp.MustCompile(`^looks like spam: the mark is ([\d.e+-]+), set by the site$`), "detail.spam.site"},
	{regexp.MustCompile(`^looks like spam: the mark is ([\d.e+-]+), fixed by the rules$`), "detail.spam.fixed"},
	{regexp.MustCompile(`^looks like talk$`), "detail.talk"},
	{regexp.MustCompile(`^looks like spam$`), "detail.spam"},
	{regexp.MustCompile(`^can hardly be anything but spam$`), "detail.certain"},
	{regexp.MustCompile(`^reads like spam$`), "detail.reads-spam"},
	{regexp.MustCompile(`^reads a little like spam$`), "detail.reads-little"},
	{regexp.MustCompile(`^reads like talk$`), "detail.reads-talk"},
	{regexp.MustCompile(`^undecided$`), "detail.undecided"},
	{regexp.MustCompile(`^like what moderators found to be good here$`), "detail.site-good"},
	{regexp.MustCompile(`^like what moderators found to be spam here$`), "detail.site-spam"},
	{regexp.MustCompile(`^letters in disguise in (\d+) words, such as (".*")$`), "detail.disguises"},
	{regexp.MustCompile(`^letters in disguise in (".*")$`), "detail.disguise"},
	{regexp.MustCompile(`^a field was filled in that people do not see$`), "detail.hidden"},
	{regexp.MustCompile(`^gives a website$`), "detail.website"},
	{regexp.MustCompile(`^links to (.*)$`), "detail.links-to"},
	{regexp.MustCompile(`^has (.*) of bulletin boards$`), "detail.markup"},
	{regexp.MustCompile(`^nearly the same as (\d+) found to be spam$`), "detail.repeats-spam"},
	{regexp.MustCompile(`^nearly the same under (\d+) other articles$`), "detail.repeats"},
	{regexp.MustCompile(`^nearly the same under another article$`), "detail.repeat"},
	{regexp.MustCompile(`^(\d+) comments from this network within an hour$`), "detail.network"},
	{regexp.MustCompile(`^written in (\w+) under an article in (\S+)$`), "detail.script"},
	{regexp.MustCompile(`^written in ([\d.]+) seconds$`), "detail.haste"},
	{regexp.MustCompile(`^an earlier comment from this browser was approved$`), "detail.known"},
}

func detailText(c *catalogue, detail string) string {
	for _, d := range details {
		m := d.form.FindStringSubmatch(detail)
		if m == nil {
			continue
		}
		values := []any{}
		for i, name := range []string{"a", "b"} {
			if i+1 < len(m) {
				values = append(values, name, m[i+1])
			}
		}
		n := 0
		if len(m) > 1 {
			n, _ = strconv.Atoi(m[1])
		}
		if text, err := c.count(d.key, n, values...); err == nil {
			return text
		}
	}
	return detail
}
