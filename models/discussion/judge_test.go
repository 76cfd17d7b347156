package discussion_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
)

// rulesOf returns the names of the rules that objected to a comment.
func rulesOf(c *discussion.Comment) (names []string) {
	for _, r := range c.Reasons {
		if r.State != discussion.Approved && !strings.Contains(r.Rule, "/") {
			names = append(names, r.Rule)
		}
	}
	return names
}

func TestRulesDecideInTheirOrder(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		d.Set("comment.hold-words", "turnip\n*casino*\n10.9.9.\n@bad.example\nNastyBot")
		d.Set("comment.trash-words", "parsnip\ncabbage soup")
		if _, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Greta Thorsby", Email: "greta@courier.example", Role: people.Editor}); err != nil {
			d.Fatal(err)
		}
		a := d.Article()
		for name, c := range map[string]struct {
			change func(*discussion.Submission)
			state  discussion.State
			rules  string
		}{
			"nothing":          {func(*discussion.Submission) {}, discussion.Approved, ""},
			"one link":         {func(s *discussion.Submission) { s.Text += " http://a.example/" }, discussion.Approved, ""},
			"two links":        {func(s *discussion.Submission) { s.Text += " http://a.example/ http://a.example/b" }, discussion.Held, "links"},
			"website and link": {func(s *discussion.Submission) { s.Text += " http://a.example/"; s.URL = "w.example" }, discussion.Held, "links"},
			"links to the site": {func(s *discussion.Submission) {
				s.Text += " http://own.example/1 http://own.example/2"
				s.Host = "own.example"
			}, discussion.Approved, ""},
			"listed word":         {func(s *discussion.Submission) { s.Text += " TURNÍP!" }, discussion.Held, "hold-words"},
			"word within a word":  {func(s *discussion.Submission) { s.Text += " turnips" }, discussion.Approved, ""},
			"split by a tag":      {func(s *discussion.Submission) { s.Text += " tur<b></b>nip" }, discussion.Held, "hold-words"},
			"in the name":         {func(s *discussion.Submission) { s.Author = "Big Casino247" }, discussion.Held, "hold-words"},
			"in the email":        {func(s *discussion.Submission) { s.Email = "me@bad.example" }, discussion.Held, "hold-words"},
			"in an attribute":     {func(s *discussion.Submission) { s.Text += ` <a href="http://x.example/turnip">x</a>` }, discussion.Held, "hold-words"},
			"in the browser":      {func(s *discussion.Submission) { s.Agent = "NastyBot/1.0" }, discussion.Held, "hold-words"},
			"disallowed":          {func(s *discussion.Submission) { s.Text += " cabbage, soup" }, discussion.Trashed, "trash-words"},
			"disallowed and held": {func(s *discussion.Submission) { s.Text += " turnip parsnip" }, discussion.Trashed, "hold-words trash-words"},
			"an account's email":  {func(s *discussion.Submission) { s.Email = "Greta@Courier.example" }, discussion.Approved, ""},
			"the field not seen":  {func(s *discussion.Submission) { s.HiddenField = true }, discussion.Held, "spam-score"},
			"all signs of a robot": {func(s *discussion.Submission) {
				s.HiddenField, s.Took = true, time.Millisecond
				s.Text = "Earn $5,000 a week from home, message me on WhatsApp [url=http://x.example]"
			}, discussion.Spam, "spam-score"},
		} {
			in := d.Submission(a.ID)
			c.change(&in)
			got := d.MustPost(in)
			if rules := strings.Join(rulesOf(got), " "); got.State != c.state || rules != c.rules {
				d.Errorf("%s: %s by %q, want %s by %q (%+v)", name, got.State, rules, c.state, c.rules, got.Reasons)
			}
		}
		d.Set("comment.hold-all", "true")
		if c := d.MustPost(d.Submission(a.ID)); c.State != discussion.Held || !slices.Contains(rulesOf(c), "hold-all") {
			d.Errorf("with hold-all: %s by %v", c.State, rulesOf(c))
		}
	})
}

func TestTypedEmailIsTrustedOnlyWhereTheSiteSaysSo(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		a := d.Article()
		first := d.Submission(a.ID)
		d.Decide(discussion.DoApprove, d.MustPost(first).ID)
		again := func() discussion.State {
			in := d.Submission(a.ID)
			in.Author, in.Email = first.Author, first.Email
			return d.MustPost(in).State
		}
		if got := again(); got != discussion.Held {
			d.Errorf("a typed email was trusted: %s", got)
		}
		d.Set("comment.trust-typed-email", "true")
		if got := again(); got != discussion.Approved {
			d.Errorf("where the site trusts typed emails: %s", got)
		}
	})
}

// The answer to a comment must not tell whether its address has an account.
// This holds for a known browser, for an unknown one, and on a site whose rules
// hold no comments.
func TestPostDoesNotTellWhichAddressesHaveAccounts(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		a := d.Article()
		for i, role := range people.Roles {
			_, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: fmt.Sprint("Colleague ", string(rune('A'+i))), Email: string(role) + "@courier.example", Role: role})
			d.Check(err)
		}
		known := d.Submission(a.ID)
		known.Token = "known browser"
		d.Decide(discussion.DoApprove, d.MustPost(known).ID)
		for _, trusting := range []bool{false, true} {
			if trusting {
				d.TrustAll()
			}
			for token, want := range map[string]discussion.State{"known browser": discussion.Approved, "": discussion.Held} {
				if trusting {
					want = discussion.Approved
				}
				for _, email := range []string{"nobody@courier.example", "editor@courier.example", "subscriber@courier.example", "Administrator@Courier.example"} {
					in := d.Submission(a.ID)
					in.Email, in.Token, in.Follow = email, token, true
					got := d.MustPost(in)
					if got.State != want {
						d.Errorf("trusting %v, token %q, %s: %s, want %s", trusting, token, email, got.State, want)
					}
					// Moderators see it.
					told := slices.ContainsFunc(got.Reasons, func(r discussion.Reason) bool { return r.Rule == "staff-email" })
					if told == strings.HasPrefix(email, "nobody") {
						d.Errorf("%s: moderators are told %v", email, got.Reasons)
					}
				}
			}
		}
	})
}

func TestKnownAfterSetsTheNumberOfComments(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		d.Set("comment.known-after", "3")
		a := d.Article()
		for i, want := range []discussion.State{discussion.Held, discussion.Held, discussion.Held, discussion.Approved} {
			in := d.Submission(a.ID)
			in.Token = "the same browser"
			c := d.MustPost(in)
			if c.State != want {
				d.Errorf("comment %d: %s, want %s", i+1, c.State, want)
			}
			d.Decide(discussion.DoApprove, c.ID)
		}
	})
}

func TestNamesOfStaffAreRefused(t *testing.T) {
	each(t, func(d *desk) {
		if _, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Greta Thorsby", Email: "greta@courier.example", Role: people.Editor}); err != nil {
			d.Fatal(err)
		}
		if _, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Plain Reader", Email: "reader@courier.example", Role: people.Subscriber}); err != nil {
			d.Fatal(err)
		}
		a := d.Article()
		for name, taken := range map[string]bool{
			"Greta Thorsby": true, "GRETA  thorsby": true, "Grеta Thоrsby": true, "GretaThorsby": true, "Greta Th0rsby": true, "Gréta Thorsby": true,
			"Greta": false, "Greta Thorsby-Lund": false, "Plain Reader": false,
		} {
			in := d.Submission(a.ID)
			in.Author = name
			_, err := d.Post(in)
			if got := models.KindOf(err) == models.Invalid; got != taken {
				d.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestNearRepeatsRaiseTheScore(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		text := "Our family lost everything until a kind lady showed us how to keep bees on the roof of the old brewery number %d"
		var last *discussion.Comment
		for i := range 5 {
			in := d.Submission(d.Article().ID)
			in.Text = fmt.Sprintf(text, i)
			last = d.MustPost(in)
		}
		found := slices.ContainsFunc(last.Reasons, func(r discussion.Reason) bool {
			return r.Rule == "spam-score/repeats" && r.Weight > 1
		})
		if !found {
			d.Errorf("the fifth near-repeat has %+v", last.Reasons)
		}
	})
}
