package views

import (
	"regexp"
	"strings"
	"testing"

	"broadsheet/models/discussion"
	"broadsheet/public"
)

// Every rule has a name in words in every language. Texts for people do not hold
// the rules' own names. Details that the program wrote are in the language of
// the site; the remaining Latin letters are data.
func TestEveryRuleHasANameInEveryLanguage(t *testing.T) {
	t.Parallel()
	assets, err := public.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(assets, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rules := append(discussion.RuleNames(), "known", "a-rule-of-tomorrow")
	for _, part := range []string{
		"wording", "site", "hidden-field", "addresses", "markup", "disguise", "repeats", "network", "script",
		"haste", "known",
	} {
		rules = append(rules, discussion.SpamScoreRule+"/"+part)
	}
	raw := regexp.MustCompile(`[a-z]-[a-z]|/`)
	latin := regexp.MustCompile(`[A-Za-z]{2}`)
	for _, rule := range rules {
		for lang := range r.catalogues {
			name, _ := r.Reason(lang, rule, "")
			if name == "" || raw.MatchString(name) || lang == "ar" && latin.MatchString(name) {
				t.Errorf("%s in %s is %q", rule, lang, name)
			}
		}
		if name, _ := EnglishReason(rule, ""); name == "" || raw.MatchString(name) {
			t.Errorf("%s at the command line is %q", rule, name)
		}
	}
	for detail, data := range map[string]string{
		"the check failed": "", "every comment is held": "", "every comment is held for a while": "",
		"every comment on this story is held": "",
		"1 link":                              "", "12 links": "", `"casino" in the text`: `"casino"`,
		`"casino" in the browser`:                                     `"casino"`,
		"the email belongs to an account":                             "",
		"no approved comment from this browser or verified email yet": "",
		"3 of the writer’s last 4 comments were declined":             "", "ban token: insults": "insults",
		"the email belongs to an account, and the writer was not signed in": "",
		"like what moderators found to be good here":                        "", "like what moderators found to be spam here": "",
		"looks like talk: the mark is 1, as shipped": "", "looks like talk: the mark is 0.32, set by the site": "",
		"looks like talk: the mark is 1.5, fixed by the rules":   "",
		"looks like spam: the mark is 1, as shipped":             "",
		"looks like spam: the mark is 0.3217, set by the site":   "",
		"looks like spam: the mark is 1e-05, fixed by the rules": "",
		`letters in disguise in 4 words, such as "саsino"`:       `"саsino"`, `letters in disguise in "саsino"`: `"саsino"`,
		"looks like talk": "", "looks like spam": "", "can hardly be anything but spam": "", "reads like spam": "",
		"reads a little like spam": "", "reads like talk": "", "undecided": "",
		"a field was filled in that people do not see": "", "gives a website": "",
		"links to a.example, b.example": "a.example, b.example", "has [url= of bulletin boards": "[url=",
		"nearly the same as 3 found to be spam": "", "nearly the same under 4 other articles": "",
		"nearly the same under another article":        "",
		"21 comments from this network within an hour": "", "written in Cyrl under an article in en": "Cyrl en",
		"written in 1.2 seconds": "", "an earlier comment from this browser was approved": "",
	} {
		_, english := r.Reason("en", "links", detail)
		if english != detail && !strings.HasPrefix(detail, "ban ") {
			t.Errorf("%q became %q", detail, english)
		}
		_, arabic := r.Reason("ar", "links", detail)
		rest := arabic
		for part := range strings.FieldsSeq(data) {
			if !strings.Contains(rest, part) {
				t.Errorf("%q lost %q in %q", detail, part, arabic)
			}
			rest = strings.ReplaceAll(rest, part, "")
		}
		if latin.MatchString(rest) {
			t.Errorf("%q is %q in Arabic", detail, arabic)
		}
	}
	if _, same := r.Reason("ar", "links", "something new"); same != "something new" {
		t.Errorf("an unknown detail became %q", same)
	}
	line := r.ReasonLine("en", discussion.Reasons{
		{Rule: "links", State: discussion.Held, Detail: "2 links"},
		{Rule: "spam-score", State: discussion.Approved},
		{Rule: "first-comment", State: discussion.Held},
	})
	if line != "links: 2 links; a first comment" {
		t.Errorf("the line is %q", line)
	}
}
