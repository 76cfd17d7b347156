package bans_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people/bans"
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
		for email, role := range map[string]string{"otto@paper.example": "editor", "reader@paper.example": "subscriber"} {
			err := db.Write(t.Context(), func(tx *models.Tx) error {
				return models.Exec(t.Context(), tx, "INSERT INTO users (email, name, slug, role, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
					email, email, email, role, models.At(tx.Now), models.At(tx.Now))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		self := bans.Guard{
			Email: "mona@courier.example", TokenHash: hash, IP: netip.MustParseAddr("198.51.100.9"),
			Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		}
		week := models.At(clock.Now().Add(7 * 24 * time.Hour))
		for name, c := range map[string]struct {
			ban     bans.Ban
			forGood bool
			code    string
		}{
			"own address":        {bans.Ban{Target: bans.TargetNetwork, Value: "198.51.100.9"}, false, "ban-own"},
			"own network":        {bans.Ban{Target: bans.TargetNetwork, Value: "198.51.0.0/16"}, false, "ban-own"},
			"own, mapped":        {bans.Ban{Target: bans.TargetNetwork, Value: "::ffff:198.51.100.9"}, false, "ban-own"},
			"own network mapped": {bans.Ban{Target: bans.TargetNetwork, Value: "::ffff:198.51.100.0/120"}, false, "ban-own"},
			"own email":          {bans.Ban{Target: bans.TargetEmail, Value: "Mona@Courier.example"}, false, "ban-own"},
			"own domain":         {bans.Ban{Target: bans.TargetDomain, Value: "courier.example"}, false, "ban-own"},
			"own top domain":     {bans.Ban{Target: bans.TargetDomain, Value: "*.courier.example"}, false, "ban-own"},
			"own browser":        {bans.Ban{Target: bans.TargetBrowser, Value: hash}, false, "ban-own"},
			"a reader":           {bans.Ban{Target: bans.TargetEmail, Value: "reader@paper.example"}, false, ""},
			"a colleague":        {bans.Ban{Target: bans.TargetEmail, Value: "otto@paper.example"}, false, "ban-staff"},
			"a proxy":            {bans.Ban{Target: bans.TargetNetwork, Value: "192.0.2.1"}, false, "ban-proxy"},
			"around a proxy":     {bans.Ban{Target: bans.TargetNetwork, Value: "192.0.0.0/16"}, false, "ban-proxy"},
			"everybody":          {bans.Ban{Target: bans.TargetNetwork, Value: "0.0.0.0/0"}, false, "ban-wide"},
			"everybody, v6":      {bans.Ban{Target: bans.TargetNetwork, Value: "::/0"}, false, "ban-wide"},
			"too wide":           {bans.Ban{Target: bans.TargetNetwork, Value: "10.0.0.0/15"}, false, "ban-wide"},
			"too wide, v6":       {bans.Ban{Target: bans.TargetNetwork, Value: "2001:db8::/31"}, false, "ban-wide"},
			"loopback":           {bans.Ban{Target: bans.TargetNetwork, Value: "127.0.0.1"}, false, "ban-loopback"},
			"loopback, v6":       {bans.Ban{Target: bans.TargetNetwork, Value: "::1"}, false, "ban-loopback"},
			"no address":         {bans.Ban{Target: bans.TargetNetwork, Value: "10.0.0"}, false, "ban-value"},
			"no domain":          {bans.Ban{Target: bans.TargetDomain, Value: "com"}, false, "ban-value"},
			"no mark":            {bans.Ban{Target: "phase of the moon", Value: "full"}, false, "ban-value"},
			"no token":           {bans.Ban{Target: bans.TargetBrowser, Value: "abc"}, false, "ban-value"},
			"no end":             {bans.Ban{Target: bans.TargetEmail, Value: "a@b.example", Kind: bans.HeldBack, EndsAt: models.Time{}, Words: "no end"}, false, "ban-end"},
			"suspended for good": {bans.Ban{Target: bans.TargetEmail, Value: "a@b.example", Kind: bans.Suspended, Words: "no end"}, true, "ban-end"},
			"over before":        {bans.Ban{Target: bans.TargetEmail, Value: "a@b.example", EndsAt: models.At(clock.Now())}, false, "ban-end"},
			"warned by network":  {bans.Ban{Target: bans.TargetNetwork, Value: "10.1.2.3", Kind: bans.Warned, Words: "Mind your language."}, false, "ban-warn"},
		} {
			b := c.ban
			b.Reason = "abuse"
			if b.Kind == "" {
				b.Kind = bans.Banned
			}
			if b.EndsAt.IsZero() && b.Words != "no end" {
				b.EndsAt = week
			}
			if _, err := bans.Add(t.Context(), db, models.Actor{Name: "Mona"}, self, b, c.forGood); code(err) != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
		if list, err := bans.List(t.Context(), db, bans.Filter{All: true}, clock.Now()); err != nil || len(list) != 1 {
			t.Errorf("%v (%v)", list, err)
		}
	})
}

func TestBansMatchSenders(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		end := models.At(clock.Now().Add(time.Hour))
		add := func(kind bans.Kind, mark bans.Target, value string) {
			t.Helper()
			b := bans.Ban{Kind: kind, Target: mark, Value: value, Reason: "abuse", EndsAt: end}
			if _, err := bans.Add(t.Context(), db, models.Actor{Name: "Mona"}, bans.Guard{}, b, false); err != nil {
				t.Fatal(err)
			}
		}
		add(bans.Banned, bans.TargetEmail, "troll@mail.example")
		add(bans.Suspended, bans.TargetDomain, "@throwaway.example")
		add(bans.HeldBack, bans.TargetBrowser, hash)
		add(bans.Banned, bans.TargetNetwork, "203.0.113.7/24")
		add(bans.Banned, bans.TargetNetwork, "2001:db8:1::/48")
		inForce, err := bans.Load(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			who          bans.Sender
			refuse, hold bool
		}{
			"nobody":                             {bans.Sender{}, false, false},
			"somebody":                           {bans.Sender{Email: "a@b.example", Verified: "a@b.example", TokenHash: "f", IP: netip.MustParseAddr("203.0.114.7")}, false, false},
			"the troll, verified":                {bans.Sender{Verified: "troll@mail.example"}, true, false},
			"the troll's address typed":          {bans.Sender{Email: "troll@mail.example"}, false, true},
			"another address typed by the troll": {bans.Sender{Email: "b@b.example", Verified: "troll@mail.example"}, true, false},
			"the troll, signed in":               {bans.Sender{Account: "Troll@Mail.example"}, true, false},
			"below the domain, signed in":        {bans.Sender{Email: "b@b.example", Account: "x@sub.throwaway.example"}, true, false},
			"below the domain, verified":         {bans.Sender{Verified: "x@sub.throwaway.example"}, true, false},
			"below the domain, typed":            {bans.Sender{Email: "X@Sub.Throwaway.example"}, false, true},
			"a domain that ends alike":           {bans.Sender{Verified: "x@notthrowaway.example"}, false, false},
			"the browser":                        {bans.Sender{TokenHash: hash}, false, true},
			"the network":                        {bans.Sender{IP: netip.MustParseAddr("203.0.113.200")}, true, false},
			"the network, mapped":                {bans.Sender{IP: netip.MustParseAddr("::ffff:203.0.113.200")}, true, false},
			"the v6 network":                     {bans.Sender{IP: netip.MustParseAddr("2001:db8:1:2::3%eth0")}, true, false},
			"the v6 network beside":              {bans.Sender{IP: netip.MustParseAddr("2001:db8:2::3")}, false, false},
		} {
			s := inForce.Match(c.who, clock.Now())
			if (s.Refused != nil) != c.refuse || (s.Held != nil) != c.hold {
				t.Errorf("%s: %+v", name, s)
			}
			if s := inForce.Match(c.who, end.Time); s != (bans.Match{}) {
				t.Errorf("%s: still in force at the end: %+v", name, s)
			}
		}
	})
}

func TestABanIsReplacedEndedAndErased(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		add := func(d time.Duration) *bans.Ban {
			t.Helper()
			b := bans.Ban{Kind: bans.Banned, Target: bans.TargetEmail, Value: "troll@mail.example", Reason: "abuse", EndsAt: models.At(clock.Now().Add(d))}
			added, err := bans.Add(t.Context(), db, models.Actor{Name: "Mona"}, bans.Guard{}, b, false)
			if err != nil {
				t.Fatal(err)
			}
			return added
		}
		active := func() int {
			t.Helper()
			list, err := bans.List(t.Context(), db, bans.Filter{}, clock.Now())
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
		if err := bans.End(t.Context(), db, "Otto", 0, first.ID); code(err) != "ban-over" {
			t.Errorf("%v", err)
		}
		// Two end it at once: one is told.
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			wait.Go(func() { errs[i] = bans.End(t.Context(), db, "Otto", 0, second.ID) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || active() != 0 {
			t.Errorf("%v, %d active", errs, active())
		}
		if err := bans.End(t.Context(), db, "Otto", 0, 99); models.KindOf(err) != models.NotFound {
			t.Errorf("%v", err)
		}
		add(time.Hour)
		clock.Advance(time.Hour)
		if active() != 0 {
			t.Error("a ban is in force after its end")
		}
		for range 2 {
			if err := bans.Expire(t.Context(), db); err != nil {
				t.Fatal(err)
			}
			clock.Advance(200 * 24 * time.Hour)
		}
		list, err := bans.List(t.Context(), db, bans.Filter{All: true}, clock.Now())
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

// TestEveryWayToTypeAnAddressIsTheSameBan types an address as people do, and looks for
// the bans that a row from before addresses had one form still sets.
func TestEveryWayToTypeAnAddressIsTheSameBan(t *testing.T) {
	t.Parallel()
	for want, ways := range map[string][]string{
		"anna@example.org": {
			"anna@example.org", " Anna@Example.ORG\t", "<anna@example.org>", "anna@example.org.", "anna\u200b@example.org",
			"\ufeffanna@example.org", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "anna﹫example.org",
		},
		"anna@xn--bcher-kva.example":    {"anna@bücher.example", "anna@BÜCHER.example", "anna@bu\u0308cher.example", "anna@XN--BCHER-KVA.Example"},
		"info@xn--mgbh0fb.xn--kgbechtv": {"info@مثال.إختبار", "INFO@مثال\u200e.إختبار"},
	} {
		_, domain, _ := strings.Cut(want, "@")
		for _, typed := range ways {
			if value, err := bans.Parse(bans.TargetEmail, typed); err != nil || value != want {
				t.Errorf("a ban on %+q is on %q (%v)", typed, value, err)
			}
			_, host, _ := strings.Cut(strings.NewReplacer("＠", "@", "﹫", "@", "<", "", ">", "").Replace(typed), "@")
			if value, err := bans.Parse(bans.TargetDomain, host); err != nil || value != domain {
				t.Errorf("a ban on the domain %+q is on %q (%v)", host, value, err)
			}
		}
	}
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		old := bans.Ban{Kind: bans.Banned, Target: bans.TargetDomain, Value: "bücher.example", Reason: "spam", SetBy: "Ann", CreatedAt: models.At(clock.Now())}
		if err := db.Write(t.Context(), func(tx *models.Tx) error { return tx.Query(t.Context()).Create(&old).Error }); err != nil {
			t.Fatal(err)
		}
		inForce, err := bans.Load(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for _, verified := range []string{"x@bücher.example", "x@xn--bcher-kva.example", "x@mail.BÜCHER.example"} {
			if inForce.Match(bans.Sender{Verified: verified}, clock.Now()).Refused == nil {
				t.Errorf("%s passes the ban on its domain", verified)
			}
		}
	})
}
