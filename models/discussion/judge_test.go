package discussion_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/learn"
	"broadsheet/models/people"
)

// rulesOf returns the names of the rules that spoke against a comment.
func rulesOf(c *discussion.Comment) (names []string) {
	for _, r := range c.Reasons {
		if r.State != discussion.Approved && !strings.Contains(r.Rule, "/") {
			names = append(names, r.Rule)
		}
	}
	return names
}

// trustAll switches off what holds every stranger.
func (d *desk) trustAll() {
	d.set("comment.previously-approved", "false")
	d.set("comment.flood", "0")
}

func TestRulesDecideInTheirOrder(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		d.set("comment.hold-words", "turnip\n*casino*\n10.9.9.\n@bad.example\nNastyBot")
		d.set("comment.trash-words", "parsnip\ncabbage soup")
		if _, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: "Greta Thorsby", Email: "greta@courier.example", Role: people.Editor}); err != nil {
			d.Fatal(err)
		}
		a := d.article()
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
			in := d.submission(a.ID)
			c.change(&in)
			got := d.mustPost(in)
			if rules := strings.Join(rulesOf(got), " "); got.State != c.state || rules != c.rules {
				d.Errorf("%s: %s by %q, want %s by %q (%+v)", name, got.State, rules, c.state, c.rules, got.Reasons)
			}
		}
		d.set("comment.hold-all", "true")
		if c := d.mustPost(d.submission(a.ID)); c.State != discussion.Held || !slices.Contains(rulesOf(c), "hold-all") {
			d.Errorf("with hold-all: %s by %v", c.State, rulesOf(c))
		}
	})
}

func TestTypedEmailIsTrustedOnlyWhereTheSiteSaysSo(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		a := d.article()
		first := d.submission(a.ID)
		d.decide(discussion.DoApprove, d.mustPost(first).ID)
		again := func() discussion.State {
			in := d.submission(a.ID)
			in.Author, in.Email = first.Author, first.Email
			return d.mustPost(in).State
		}
		if got := again(); got != discussion.Held {
			d.Errorf("a typed email was trusted: %s", got)
		}
		d.set("comment.trust-typed-email", "true")
		if got := again(); got != discussion.Approved {
			d.Errorf("where the site trusts typed emails: %s", got)
		}
	})
}

// The answer to a comment must not tell whether its address has an account.
// This holds for a known browser, for an unknown one, and on a site whose rules
// hold no comments.
func TestTheAnswerDoesNotTellWhichAddressesHaveAccounts(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		a := d.article()
		for i, role := range people.Roles {
			_, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: fmt.Sprint("Colleague ", string(rune('A'+i))), Email: string(role) + "@courier.example", Role: role})
			d.check(err)
		}
		known := d.submission(a.ID)
		known.Token = "known browser"
		d.decide(discussion.DoApprove, d.mustPost(known).ID)
		for _, trusting := range []bool{false, true} {
			if trusting {
				d.trustAll()
			}
			for token, want := range map[string]discussion.State{"known browser": discussion.Approved, "": discussion.Held} {
				if trusting {
					want = discussion.Approved
				}
				for _, email := range []string{"nobody@courier.example", "editor@courier.example", "subscriber@courier.example", "Administrator@Courier.example"} {
					in := d.submission(a.ID)
					in.Email, in.Token, in.Follow = email, token, true
					got := d.mustPost(in)
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

func TestAWriterIsKnownAfterAsManyCommentsAsTheSiteAsks(t *testing.T) {
	each(t, func(d *desk) {
		d.set("comment.flood", "0")
		d.set("comment.known-after", "3")
		a := d.article()
		for i, want := range []discussion.State{discussion.Held, discussion.Held, discussion.Held, discussion.Approved} {
			in := d.submission(a.ID)
			in.Token = "the same browser"
			c := d.mustPost(in)
			if c.State != want {
				d.Errorf("comment %d: %s, want %s", i+1, c.State, want)
			}
			d.decide(discussion.DoApprove, c.ID)
		}
	})
}

func TestNobodyTakesTheNameOfStaff(t *testing.T) {
	each(t, func(d *desk) {
		if _, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: "Greta Thorsby", Email: "greta@courier.example", Role: people.Editor}); err != nil {
			d.Fatal(err)
		}
		if _, err := people.CreateAccount(d.Context(), d.db, models.ActorShell, people.NewAccount{Name: "Plain Reader", Email: "reader@courier.example", Role: people.Subscriber}); err != nil {
			d.Fatal(err)
		}
		a := d.article()
		for name, taken := range map[string]bool{
			"Greta Thorsby": true, "GRETA  thorsby": true, "Grеta Thоrsby": true, "GretaThorsby": true, "Greta Th0rsby": true, "Gréta Thorsby": true,
			"Greta": false, "Greta Thorsby-Lund": false, "Plain Reader": false,
		} {
			in := d.submission(a.ID)
			in.Author = name
			_, err := d.post(in)
			if got := models.KindOf(err) == models.Invalid; got != taken {
				d.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestNearRepeatsRaiseTheScore(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		text := "Our family lost everything until a kind lady showed us how to keep bees on the roof of the old brewery number %d"
		var last *discussion.Comment
		for i := range 5 {
			in := d.submission(d.article().ID)
			in.Text = fmt.Sprintf(text, i)
			last = d.mustPost(in)
		}
		found := slices.ContainsFunc(last.Reasons, func(r discussion.Reason) bool {
			return r.Rule == "spam-score/repeats" && r.Weight > 1
		})
		if !found {
			d.Errorf("the fifth near-repeat has %+v", last.Reasons)
		}
	})
}

func TestDecisionsTeachAndUnteach(t *testing.T) {
	each(t, func(d *desk) {
		d.trustAll()
		a := d.article()
		learn := func() {
			d.Helper()
			d.clock.Advance(time.Minute)
			if err := learn.Decisions(d.Context(), d.db); err != nil {
				d.Fatal(err)
			}
		}
		weight := func() float64 {
			d.Helper()
			for _, r := range d.mustPost(d.saying(a.ID, "Grundkurs Fliesenlegen beim Meister, Hinterhof")).Reasons {
				if r.Rule == "spam-score/wording" {
					return r.Weight
				}
			}
			return 0
		}
		before := weight()
		var ids []int64
		for i := range 6 {
			ids = append(ids, d.mustPost(d.saying(a.ID, fmt.Sprint("Meister Fliesenlegen: Grundkurs im Hinterhof ", i))).ID)
		}
		d.decide(discussion.DoSpam, ids...)
		learn()
		taught := weight()
		if taught <= before {
			d.Errorf("six decisions moved the wording from %.2f to %.2f", before, taught)
		}
		learn() // nothing new: nothing learnt twice
		if again := weight(); again != taught {
			d.Errorf("learning again moved it to %.2f", again)
		}
		d.decide(discussion.DoTrash, ids...)
		learn()
		if after := weight(); after != before {
			d.Errorf("undone, the wording counts %.2f; it was %.2f", after, before)
		}
	})
}

// saying is a submission with its own text.
func (d *desk) saying(article int64, text string) discussion.Submission {
	in := d.submission(article)
	in.Text = text
	return in
}
