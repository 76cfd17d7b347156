package people_test

import (
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

const hash = "0123456789abcdef0123456789abcdef"

func code(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Code
	}
	return ""
}

func TestBansOnOneselfStaffAndProxiesAreRefused(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		if _, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Otto", Email: "otto@paper.example", Role: people.Editor}); err != nil {
			t.Fatal(err)
		}
		self := people.BanGuard{
			Email: "mona@courier.example", TokenHash: hash, IP: netip.MustParseAddr("198.51.100.9"),
			Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		}
		week := models.At(clock.Now().Add(7 * 24 * time.Hour))
		for name, c := range map[string]struct {
			ban     people.Ban
			forGood bool
			code    string
		}{
			"own address":        {people.Ban{Target: people.TargetNetwork, Value: "198.51.100.9"}, false, "ban-own"},
			"own network":        {people.Ban{Target: people.TargetNetwork, Value: "198.51.0.0/16"}, false, "ban-own"},
			"own, mapped":        {people.Ban{Target: people.TargetNetwork, Value: "::ffff:198.51.100.9"}, false, "ban-own"},
			"own network mapped": {people.Ban{Target: people.TargetNetwork, Value: "::ffff:198.51.100.0/120"}, false, "ban-own"},
			"own email":          {people.Ban{Target: people.TargetEmail, Value: "Mona@Courier.example"}, false, "ban-own"},
			"own domain":         {people.Ban{Target: people.TargetDomain, Value: "courier.example"}, false, "ban-own"},
			"own top domain":     {people.Ban{Target: people.TargetDomain, Value: "*.courier.example"}, false, "ban-own"},
			"own browser":        {people.Ban{Target: people.TargetBrowser, Value: hash}, false, "ban-own"},
			"a colleague":        {people.Ban{Target: people.TargetEmail, Value: "otto@paper.example"}, false, "ban-staff"},
			"a proxy":            {people.Ban{Target: people.TargetNetwork, Value: "192.0.2.1"}, false, "ban-proxy"},
			"around a proxy":     {people.Ban{Target: people.TargetNetwork, Value: "192.0.0.0/16"}, false, "ban-proxy"},
			"everybody":          {people.Ban{Target: people.TargetNetwork, Value: "0.0.0.0/0"}, false, "ban-wide"},
			"everybody, v6":      {people.Ban{Target: people.TargetNetwork, Value: "::/0"}, false, "ban-wide"},
			"too wide":           {people.Ban{Target: people.TargetNetwork, Value: "10.0.0.0/15"}, false, "ban-wide"},
			"too wide, v6":       {people.Ban{Target: people.TargetNetwork, Value: "2001:db8::/31"}, false, "ban-wide"},
			"loopback":           {people.Ban{Target: people.TargetNetwork, Value: "127.0.0.1"}, false, "ban-loopback"},
			"loopback, v6":       {people.Ban{Target: people.TargetNetwork, Value: "::1"}, false, "ban-loopback"},
			"no address":         {people.Ban{Target: people.TargetNetwork, Value: "10.0.0"}, false, "ban-value"},
			"no domain":          {people.Ban{Target: people.TargetDomain, Value: "com"}, false, "ban-value"},
			"no mark":            {people.Ban{Target: "phase of the moon", Value: "full"}, false, "ban-value"},
			"no token":           {people.Ban{Target: people.TargetBrowser, Value: "abc"}, false, "ban-value"},
			"no end":             {people.Ban{Target: people.TargetEmail, Value: "a@b.example", Kind: people.HeldBack, EndsAt: models.Time{}, Words: "no end"}, false, "ban-end"},
			"suspended for good": {people.Ban{Target: people.TargetEmail, Value: "a@b.example", Kind: people.Suspended, Words: "no end"}, true, "ban-end"},
			"over before":        {people.Ban{Target: people.TargetEmail, Value: "a@b.example", EndsAt: models.At(clock.Now())}, false, "ban-end"},
			"warned by network":  {people.Ban{Target: people.TargetNetwork, Value: "10.1.2.3", Kind: people.Warned, Words: "Mind your language."}, false, "ban-warn"},
		} {
			b := c.ban
			b.Reason = "abuse"
			if b.Kind == "" {
				b.Kind = people.Banned
			}
			if b.EndsAt.IsZero() && b.Words != "no end" {
				b.EndsAt = week
			}
			if _, err := people.AddBan(t.Context(), db, models.Actor{Name: "Mona"}, self, b, c.forGood); code(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if list, err := people.ListBans(t.Context(), db, people.BanFilter{All: true}, clock.Now()); err != nil || len(list) != 0 {
			t.Errorf("%v (%v)", list, err)
		}
	})
}

func TestBansMatchSenders(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		end := models.At(clock.Now().Add(time.Hour))
		add := func(kind people.BanKind, mark people.BanTarget, value string) {
			t.Helper()
			b := people.Ban{Kind: kind, Target: mark, Value: value, Reason: "abuse", EndsAt: end}
			if _, err := people.AddBan(t.Context(), db, models.Actor{Name: "Mona"}, people.BanGuard{}, b, false); err != nil {
				t.Fatal(err)
			}
		}
		add(people.Banned, people.TargetEmail, "troll@mail.example")
		add(people.Suspended, people.TargetDomain, "@throwaway.example")
		add(people.HeldBack, people.TargetBrowser, hash)
		add(people.Banned, people.TargetNetwork, "203.0.113.7/24")
		add(people.Banned, people.TargetNetwork, "2001:db8:1::/48")
		bans, err := people.LoadBans(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			who          people.Sender
			refuse, hold bool
		}{
			"nobody":                             {people.Sender{}, false, false},
			"somebody":                           {people.Sender{Email: "a@b.example", Verified: "a@b.example", TokenHash: "f", IP: netip.MustParseAddr("203.0.114.7")}, false, false},
			"the troll, verified":                {people.Sender{Verified: "troll@mail.example"}, true, false},
			"the troll's address typed":          {people.Sender{Email: "troll@mail.example"}, false, true},
			"another address typed by the troll": {people.Sender{Email: "b@b.example", Verified: "troll@mail.example"}, true, false},
			"the troll, signed in":               {people.Sender{Account: "Troll@Mail.example"}, true, false},
			"below the domain, signed in":        {people.Sender{Email: "b@b.example", Account: "x@sub.throwaway.example"}, true, false},
			"below the domain, verified":         {people.Sender{Verified: "x@sub.throwaway.example"}, true, false},
			"below the domain, typed":            {people.Sender{Email: "X@Sub.Throwaway.example"}, false, true},
			"a domain that ends alike":           {people.Sender{Verified: "x@notthrowaway.example"}, false, false},
			"the browser":                        {people.Sender{TokenHash: hash}, false, true},
			"the network":                        {people.Sender{IP: netip.MustParseAddr("203.0.113.200")}, true, false},
			"the network, mapped":                {people.Sender{IP: netip.MustParseAddr("::ffff:203.0.113.200")}, true, false},
			"the v6 network":                     {people.Sender{IP: netip.MustParseAddr("2001:db8:1:2::3%eth0")}, true, false},
			"the v6 network beside":              {people.Sender{IP: netip.MustParseAddr("2001:db8:2::3")}, false, false},
		} {
			s := bans.Match(c.who, clock.Now())
			if (s.Refused != nil) != c.refuse || (s.Held != nil) != c.hold {
				t.Errorf("%s: %+v", name, s)
			}
			if s := bans.Match(c.who, end.Time); s != (people.BanMatch{}) {
				t.Errorf("%s: still in force at the end: %+v", name, s)
			}
		}
	})
}

func TestABanIsReplacedEndedAndErased(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		add := func(d time.Duration) *people.Ban {
			t.Helper()
			b := people.Ban{Kind: people.Banned, Target: people.TargetEmail, Value: "troll@mail.example", Reason: "abuse", EndsAt: models.At(clock.Now().Add(d))}
			added, err := people.AddBan(t.Context(), db, models.Actor{Name: "Mona"}, people.BanGuard{}, b, false)
			if err != nil {
				t.Fatal(err)
			}
			return added
		}
		active := func() int {
			t.Helper()
			list, err := people.ListBans(t.Context(), db, people.BanFilter{}, clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		first := add(time.Hour)
		second := add(2 * time.Hour)
		if active() != 1 {
			t.Errorf("%d bans on one address", active())
		}
		if err := people.EndBan(t.Context(), db, "Otto", 0, first.ID); code(err) != "ban-over" {
			t.Errorf("%v", err)
		}
		// Two end it at once: one is told.
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wait.Go(func() { errs[i] = people.EndBan(t.Context(), db, "Otto", 0, second.ID) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || active() != 0 {
			t.Errorf("%v, %d active", errs, active())
		}
		if err := people.EndBan(t.Context(), db, "Otto", 0, 99); models.KindOf(err) != models.NotFound {
			t.Errorf("%v", err)
		}
		add(time.Hour)
		clock.Advance(time.Hour)
		if active() != 0 {
			t.Error("a ban is in force after its end")
		}
		for range 2 {
			if err := people.ExpireBans(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			clock.Advance(200 * 24 * time.Hour)
		}
		list, err := people.ListBans(t.Context(), db, people.BanFilter{All: true}, clock.Now())
		if err != nil || len(list) != 3 {
			t.Fatalf("%v (%v)", list, err)
		}
		for _, b := range list {
			if b.Value != "" || b.EndedAt.IsZero() || b.SetBy != "Mona" {
				t.Errorf("%+v", b)
			}
		}
	})
}
