package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, subscription.Rows...)
	})
}

// desk is a database with readers that subscribe.
type desk struct {
	*testing.T
	db    *models.DB
	clock *modeltest.Clock
}

func each(t *testing.T, test func(d *desk)) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(&desk{t, db, clock}) })
}

func (d *desk) check(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// known has the categories 1 to 9.
func known(id int64) bool { return id < 10 }

var paper = subscription.Choice{Lists: []int64{subscription.Paper}, Frequency: subscription.Daily}

func (d *desk) ask(email, browser string) {
	d.Helper()
	in := subscription.Request{Email: email, Choice: paper, TokenHash: browser, Network: "203.0.113.0/24"}
	d.check(subscription.Ask(d.Context(), d.db, known, in))
}

// work does the waiting jobs and returns how many mails they send.
func (d *desk) work() (sent int) {
	d.Helper()
	kinds := queue.Kinds{subscription.JobAsk: func(_ context.Context, job *queue.Job) error {
		var id int64
		if _, err := fmt.Sscan(job.Key, &id); err != nil {
			return err
		}
		s, err := subscription.AllowMail(d.Context(), d.db, id)
		if s != nil {
			sent++
		}
		return err
	}}
	for {
		done, err := queue.WorkDue(d.Context(), d.db, kinds)
		d.check(err)
		if done == 0 {
			return sent
		}
	}
}

// of returns the subscription of an address, nil for none.
func (d *desk) of(email string) *subscription.Subscription {
	d.Helper()
	list, err := subscription.After(d.Context(), d.db, 0, 1000)
	d.check(err)
	for i := range list {
		if list[i].Email == email {
			return &list[i]
		}
	}
	return nil
}

func TestAThousandRequestsForOneAddressAreOneMail(t *testing.T) {
	each(t, func(d *desk) {
		sent := 0
		for i := range 1000 {
			d.ask("anna@example.org", fmt.Sprint("browser ", i))
			if i%100 == 0 {
				sent += d.work()
			}
		}
		if sent += d.work(); sent != 1 {
			d.Errorf("%d mails were sent", sent)
		}
		// The owner tries again: a mail can be lost. After three there are no more.
		for range 5 {
			d.clock.Advance(25 * time.Hour)
			d.ask("anna@example.org", "b")
			sent += d.work()
		}
		if sent != 3 {
			d.Errorf("%d mails were sent within days, want 3", sent)
		}
		d.clock.Advance(32 * 24 * time.Hour)
		d.check(subscription.Prune(d.Context(), d.db))
		if s := d.of("anna@example.org"); s != nil {
			d.Errorf("a request without an answer is kept: %+v", s)
		}
	})
}

func TestFirstMailsOfABrowserAndANetworkAreBounded(t *testing.T) {
	each(t, func(d *desk) {
		for i := range 6 {
			d.ask(fmt.Sprintf("a%d@example.org", i), "one browser")
		}
		if n := d.work(); n != 3 {
			d.Errorf("one browser caused %d mails", n)
		}
		for i := range 12 {
			d.ask(fmt.Sprintf("b%d@example.org", i), fmt.Sprint("browser ", i))
		}
		if n := d.work(); n != 7 {
			d.Errorf("one network caused %d more mails", n)
		}
		d.clock.Advance(49 * time.Hour)
		d.check(subscription.Prune(d.Context(), d.db))
		if d.of("a5@example.org") != nil || d.of("a0@example.org") == nil {
			d.Error("requests without a mail are forgotten after two days, others are kept")
		}
	})
}

func TestOnlyTheOwnerConfirmsAndChanges(t *testing.T) {
	each(t, func(d *desk) {
		d.ask("anna@example.org", "b")
		d.work()
		id := d.of("anna@example.org").ID
		if err := subscription.Set(d.Context(), d.db, known, id, paper, false); models.KindOf(err) != models.Forbidden {
			d.Errorf("confirmed without consent: %v", err)
		}
		weekly := subscription.Choice{Lists: []int64{3, 1, 3}, Frequency: subscription.Weekly}
		d.check(subscription.Set(d.Context(), d.db, known, id, weekly, true))
		s := d.of("anna@example.org")
		if !s.Confirmed() || s.Frequency != subscription.Weekly || s.TokenHash != "" || s.Network != "" {
			d.Errorf("%+v", s)
		}
		// A stranger's form changes nothing, and its owner gets one link an hour.
		d.ask("anna@example.org", "stranger")
		d.ask("anna@example.org", "stranger")
		if n := d.work(); n != 1 {
			d.Errorf("%d mails to a subscriber", n)
		}
		d.ask("anna@example.org", "stranger")
		if n := d.work(); n != 0 {
			d.Errorf("%d more mails to a subscriber", n)
		}
		lists, err := subscription.ListsOf(d.Context(), d.db, id)
		if err != nil || !slices.Equal(lists, []int64{1, 3}) || d.of("anna@example.org").Frequency != subscription.Weekly {
			d.Errorf("the choices are %v (%v)", lists, err)
		}
		d.check(subscription.End(d.Context(), d.db, id))
		d.check(subscription.End(d.Context(), d.db, id))
		if err := subscription.Set(d.Context(), d.db, known, id, paper, true); models.KindOf(err) != models.Gone || d.of("anna@example.org") != nil {
			d.Errorf("an ended subscription was changed: %v", err)
		}
	})
}

func TestWrongFormsNameTheirFields(t *testing.T) {
	each(t, func(d *desk) {
		many := make([]int64, subscription.MaxLists+1)
		for i := range many {
			many[i] = int64(i)
		}
		for name, c := range map[string]struct {
			in   subscription.Request
			want []string
		}{
			"no address":      {subscription.Request{Email: "anna", Choice: paper}, []string{"email invalid"}},
			"nothing":         {subscription.Request{}, []string{"email invalid", "list list-none", "when invalid"}},
			"unknown section": {subscription.Request{Email: "a@b.example", Choice: subscription.Choice{Lists: []int64{77}, Frequency: subscription.Daily}}, []string{"list list-unknown"}},
			"too many":        {subscription.Request{Email: "a@b.example", Choice: subscription.Choice{Lists: many, Frequency: subscription.Daily}}, []string{"list list-many"}},
			"unknown rhythm":  {subscription.Request{Email: "a@b.example", Choice: subscription.Choice{Lists: []int64{0}, Frequency: "hourly\x00"}}, []string{"when invalid"}},
		} {
			err := subscription.Ask(d.Context(), d.db, known, c.in)
			refused, _ := errors.AsType[*models.Error](err)
			var got []string
			if refused != nil {
				for _, f := range refused.Fields {
					got = append(got, f.Field+" "+f.Code)
				}
			}
			if !slices.Equal(got, c.want) || models.KindOf(err) != models.Invalid {
				d.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		if list, err := subscription.After(d.Context(), d.db, 0, 10); len(list) != 0 || err != nil {
			d.Errorf("stored: %v (%v)", list, err)
		}
	})
}

func TestAWishForNoMailIsHonoured(t *testing.T) {
	each(t, func(d *desk) {
		takes := func() bool {
			d.Helper()
			yes, err := subscription.TakesMail(d.Context(), d.db, d.of("anna@example.org"))
			d.check(err)
			return yes
		}
		d.ask("anna@example.org", "b")
		if takes() {
			d.Error("a request takes mail")
		}
		d.work()
		d.check(subscription.Set(d.Context(), d.db, known, d.of("anna@example.org").ID, paper, true))
		if !takes() {
			d.Error("a subscriber takes no mail")
		}
		d.clock.Advance(time.Minute)
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
			_, err := people.ChangeAddress(d.Context(), tx, "anna@example.org", func(a *people.Address, now models.Time) bool {
				a.RevokeProofs(now)
				return true
			})
			return err
		}))
		if takes() {
			d.Error("mail after the proof was taken back")
		}
		d.check(people.StopMail(d.Context(), d.db, "ben@example.org"))
		d.ask("ben@example.org", "b")
		if n := d.work(); n != 0 || d.of("ben@example.org") != nil {
			d.Errorf("%d mails to an owner that wants none, or a row", n)
		}
	})
}

func TestRefusedAddressesAreGivenUp(t *testing.T) {
	each(t, func(d *desk) {
		bounce := func(email string, issue int64, final bool) (given bool) {
			d.Helper()
			d.check(d.db.Write(d.Context(), func(tx *models.Tx) (err error) {
				given, err = subscription.Bounced(d.Context(), tx, d.of(email).ID, issue, final, "5.1.1")
				return err
			}))
			return given
		}
		confirm := func(email string) {
			d.ask(email, "b")
			d.check(subscription.Set(d.Context(), d.db, known, d.of(email).ID, paper, true))
		}
		confirm("gone@example.org")
		if !bounce("gone@example.org", 1, true) {
			d.Error("an address that does not exist is kept")
		}
		if s := d.of("gone@example.org"); s.Confirmed() || s.Bounce != "5.1.1" {
			d.Errorf("%+v", s)
		}
		confirm("full@example.org")
		for issue := range int64(4) {
			first, again := bounce("full@example.org", issue+1, false), bounce("full@example.org", issue+1, false)
			if first || again {
				d.Errorf("given up after %d issues", issue+1)
			}
		}
		d.clock.Advance(46 * 24 * time.Hour)
		if bounce("full@example.org", 50, false) {
			d.Error("failures of last month count")
		}
		for issue := range int64(3) {
			bounce("full@example.org", 51+issue, false)
		}
		if !bounce("full@example.org", 60, false) {
			d.Error("kept after five issues")
		}
		counts, err := subscription.Count(d.Context(), d.db)
		if err != nil || counts != (subscription.Counts{Bounced: 2}) {
			d.Errorf("%+v (%v)", counts, err)
		}
		// The owner of a working address may subscribe again.
		confirm("full@example.org")
		if s := d.of("full@example.org"); !s.Confirmed() || !s.BouncedAt.IsZero() || s.Failures != 0 {
			d.Errorf("%+v", s)
		}
	})
}

func TestImportKeepsWishes(t *testing.T) {
	each(t, func(d *desk) {
		d.check(people.StopMail(d.Context(), d.db, "stopped@example.org"))
		stored := map[string]bool{}
		d.check(d.db.Write(d.Context(), func(tx *models.Tx) error {
			for _, email := range []string{"new@example.org", "stopped@example.org", "NEW@example.org"} {
				ok, err := subscription.Import(d.Context(), tx, known, subscription.Imported{Email: email, Choice: paper})
				if err != nil {
					return err
				}
				stored[email] = ok
			}
			return nil
		}))
		if !stored["new@example.org"] || stored["stopped@example.org"] || stored["NEW@example.org"] {
			d.Errorf("stored %v", stored)
		}
	})
}
