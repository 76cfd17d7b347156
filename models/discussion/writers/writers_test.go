package writers_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

type desk = discussiontest.Desk

func each(t *testing.T, test func(d *desk)) { discussiontest.Each(t, test) }

// in publishes an article in a category and returns the article and its category.
func in(d *desk, category string) (article int64, scope moderation.Scope) {
	d.Helper()
	a, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: "On " + category, Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: category, Names: []string{category}}},
	})
	d.Check(err)
	categories := d.Site().Categories
	for _, c := range categories.All() {
		if c.Slug == category {
			return a.ID, moderation.InCategories(categories.Below(c.ID))
		}
	}
	d.Fatal("no category")
	return 0, nil
}

func TestWriterOfAComment(t *testing.T) {
	t.Parallel()
	for want, c := range map[writers.Writer]discussion.Comment{
		{Kind: writernotes.Account, Value: "7"}:           {UserID: new(int64(7)), Email: "a@b.example", Verified: true, TokenHash: "x"},
		{Kind: writernotes.Email, Value: "a@b.example"}:   {Email: "a@b.example", Verified: true, TokenHash: "x"},
		{Kind: writernotes.Browser, Value: "x"}:           {Email: "a@b.example", TokenHash: "x"},
		{Kind: writernotes.Typed, Value: "a@b.example"}:   {Email: "a@b.example"},
		{Kind: writernotes.Browser, Value: "no address!"}: {Verified: true, TokenHash: "no address!"},
	} {
		if got, ok := writers.Of(&c); !ok || got != want {
			t.Errorf("%+v is %v, not %v", c, got, want)
		}
	}
	if w, ok := writers.Of(&discussion.Comment{Author: "Anonymous"}); ok {
		t.Errorf("a comment without any trace has the writer %v", w)
	}
}

func TestAddressesRevealNothing(t *testing.T) {
	t.Parallel()
	ring := models.NewKeyring([]byte(strings.Repeat("k", models.MinSecretBytes)))
	newer := models.NewKeyring([]byte(strings.Repeat("n", models.MinSecretBytes)), []byte(strings.Repeat("k", models.MinSecretBytes)))
	other := models.NewKeyring([]byte(strings.Repeat("o", models.MinSecretBytes)))
	seen := map[string]bool{}
	for _, w := range []writers.Writer{
		{Kind: writernotes.Account, Value: "12"},
		{Kind: writernotes.Email, Value: "someone@mail.example"},
		{Kind: writernotes.Typed, Value: "someone@mail.example"},
		{Kind: writernotes.Browser, Value: discussion.HashToken("secret")},
		{Kind: writernotes.Browser, Value: discussion.HashToken("secret too")},
	} {
		address, err := w.Address(ring)
		again, _ := w.Address(ring)
		if err != nil || address != again || seen[address] {
			t.Errorf("%v has the addresses %s and %s (%v)", w, address, again, err)
		}
		seen[address] = true
		if strings.Contains(address, "someone") || strings.Contains(address, discussion.HashToken("secret")[:8]) {
			t.Errorf("%s tells too much", address)
		}
		for _, keys := range []*models.Keyring{ring, newer} {
			if got, ok := writers.Parse(keys, address); !ok || got != w {
				t.Errorf("%s leads to %v, not to %v", address, got, w)
			}
		}
		if got, ok := writers.Parse(other, address); ok && w.Kind != writernotes.Account {
			t.Errorf("%s leads to %v with another key", address, got)
		}
		if got, ok := writers.Parse(ring, strings.Replace(address, string(w.Kind), "email2", 1)); ok {
			t.Errorf("of another kind, the address leads to %v", got)
		}
	}
	if _, err := (writers.Writer{Kind: writernotes.Email, Value: "a@b.example"}).Address(nil); err == nil {
		t.Error("without a key an address is made")
	}
}

func FuzzParse(f *testing.F) {
	ring := models.NewKeyring([]byte(strings.Repeat("k", models.MinSecretBytes)))
	for _, seed := range []string{"account-12", "account-012", "account--1", "email-", "browser-00ff", "browser", "", "email-" + strings.Repeat("ab", 40)} {
		f.Add(seed)
	}
	made, _ := writers.Writer{Kind: writernotes.Email, Value: "a@b.example"}.Address(ring)
	f.Add(made)
	f.Fuzz(func(t *testing.T, address string) {
		w, ok := writers.Parse(ring, address)
		if !ok {
			return
		}
		if again, err := w.Address(ring); err != nil || again != address {
			t.Errorf("%q leads to %v, whose address is %q (%v)", address, w, again, err)
		}
	})
}

// crowd posts and decides comments of several kinds of writers on two articles.
func crowd(d *desk, n int) (list []*discussion.Comment, world moderation.Scope) {
	d.Helper()
	d.Set("comment.flood", "0")
	inWorld, world := in(d, "world")
	inSports, _ := in(d, "sports")
	site := d.Site()
	chance := rand.New(rand.NewPCG(7, 11))
	account := d.Account("Sam", "sam@reader.example", people.Subscriber)
	actions := []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash, discussion.DoHold}
	for i := range n {
		sub := d.Submission([]int64{inWorld, inSports}[chance.IntN(2)])
		sub.Author = fmt.Sprint("Name ", chance.IntN(4))
		sub.Token = fmt.Sprint("browser ", chance.IntN(4))
		sub.Email = fmt.Sprintf("w%d@mail.example", chance.IntN(3))
		switch chance.IntN(4) {
		case 0:
			sub.VerifiedEmail = sub.Email
		case 1:
			sub.User = account
		}
		c, err := discussion.Post(d.Context(), d.DB, site, sub)
		d.Check(err)
		if chance.IntN(5) > 0 {
			d.Decide(actions[chance.IntN(len(actions))], c.ID)
		}
		if i%9 == 0 {
			d.Clock.Advance(4 * 24 * time.Hour)
		}
		if chance.IntN(12) == 0 {
			d.Check(d.DB.Write(d.Context(), func(tx *models.Tx) error {
				return tx.Query(d.Context()).Exec("UPDATE comments SET withdrawn = TRUE, state = 'trash' WHERE id = ?", c.ID).Error
			}))
		}
	}
	d.Check(d.DB.Query(d.Context()).Order("id").Find(&list).Error)
	return list, world
}

// belongs reports, without SQL, whether a comment is on the page of a writer.
func belongs(w writers.Writer, c *discussion.Comment) bool {
	switch w.Kind {
	case writernotes.Account:
		return c.UserID != nil && fmt.Sprint(*c.UserID) == w.Value
	case writernotes.Email:
		return c.Email == w.Value && c.Verified
	case writernotes.Browser:
		return c.TokenHash == w.Value
	}
	return false
}

func TestShareDeclinedAgreesWithEveryRow(t *testing.T) {
	each(t, func(d *desk) {
		list, world := crowd(d, 160)
		now := d.Clock.Now()
		worldOnly := map[int64]bool{}
		ids, err := world.Filter(d.Context(), d.DB, idsOf(list))
		d.Check(err)
		for _, id := range ids {
			worldOnly[id] = true
		}
		checked := 0
		for _, scope := range []moderation.Scope{nil, world} {
			for w := range writersOf(list) {
				var all, recent writers.Share
				total := 0
				for _, c := range list {
					if !belongs(w, c) || scope.Limited() && !worldOnly[c.ID] {
						continue
					}
					total++
					if c.Withdrawn || c.State == discussion.Held {
						continue
					}
					declined := 0
					if c.State != discussion.Approved {
						declined = 1
					}
					all.Decided, all.Declined = all.Decided+1, all.Declined+declined
					if now.Sub(c.CreatedAt.Time) < writers.ShareWindow {
						recent.Decided, recent.Declined = recent.Decided+1, recent.Declined+declined
					}
				}
				p, err := writers.ProfileOf(d.Context(), d.DB, scope, w, now)
				if total == 0 {
					if models.KindOf(err) != models.NotFound {
						d.Errorf("%v has no comment in scope, and a profile (%v)", w, err)
					}
					continue
				}
				d.Check(err)
				checked++
				if p.Total != total || p.All != all || p.Recent != recent {
					d.Errorf("%v: %d comments, %+v, recently %+v; the rows say %d, %+v, %+v", w, p.Total, p.All, p.Recent, total, all, recent)
				}
			}
		}
		if checked < 12 {
			d.Errorf("only %d writers were checked", checked)
		}
	})
}

func writersOf(list []*discussion.Comment) map[writers.Writer]int64 {
	newest := map[writers.Writer]int64{}
	for _, c := range list {
		if w, ok := writers.Of(c); ok {
			newest[w] = c.ID
		}
	}
	return newest
}

func idsOf(list []*discussion.Comment) (ids []int64) {
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestCommentsOfAWriterByPages(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		a := d.Article()
		site, first := d.Site(), d.Submission(a.ID)
		var want []int64
		for i := range 2*writers.PageSize + 3 {
			again := first
			again.Text = fmt.Sprint("Text number ", i)
			c, err := discussion.Post(d.Context(), d.DB, site, again)
			d.Check(err)
			if i%2 == 0 {
				d.Decide(discussion.DoSpam, c.ID)
				want = append([]int64{c.ID}, want...)
			}
		}
		w := writers.Writer{Kind: writernotes.Browser, Value: discussion.HashToken(first.Token)}
		var got []int64
		for before := int64(0); ; {
			list, next, err := w.Comments(d.Context(), d.DB, nil, discussion.Spam, before)
			d.Check(err)
			for _, c := range list {
				got = append(got, c.ID)
			}
			if before = next; next == 0 {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			d.Errorf("spam by the writer is %v, not %v", got, want)
		}
		p, err := writers.ProfileOf(d.Context(), d.DB, nil, w, d.Clock.Now())
		d.Check(err)
		if len(p.Names) != 1 || p.Names[0].Comments != 2*writers.PageSize+3 || p.First.IsZero() {
			d.Errorf("the profile is %+v", p)
		}
	})
}

func TestListOfWriters(t *testing.T) {
	each(t, func(d *desk) {
		list, world := crowd(d, 90)
		for range writers.PageSize + 10 {
			d.MustPost(d.Submission(list[0].ArticleID))
		}
		list = nil
		d.Check(d.DB.Query(d.Context()).Order("id").Find(&list).Error)
		want := writersOf(list)
		seen := map[writers.Writer]bool{}
		pages := 0
		for before := int64(0); ; {
			entries, next, err := writers.Recent(d.Context(), d.DB, nil, before)
			d.Check(err)
			pages++
			for _, e := range entries {
				if seen[e.Writer] || want[e.Writer] != e.Newest.ID {
					d.Errorf("%v is listed again, or by comment %d, not %d", e.Writer, e.Newest.ID, want[e.Writer])
				}
				seen[e.Writer] = true
			}
			if before = next; next == 0 {
				break
			}
		}
		if len(seen) != len(want) || pages < 2 {
			d.Errorf("%d writers on %d pages, not %d", len(seen), pages, len(want))
		}
		limited, _, err := writers.Recent(d.Context(), d.DB, world, 0)
		d.Check(err)
		for _, e := range limited {
			if within, err := world.Filter(d.Context(), d.DB, []int64{e.Newest.ID}); err != nil || len(within) == 0 {
				d.Errorf("comment %d is out of scope (%v)", e.Newest.ID, err)
			}
		}
		_, err = discussion.IndexForSearch(d.Context(), d.DB)
		d.Check(err)
		one := list[len(list)-1]
		for text, least := range map[string]int{one.Email: 1, "Marguerite": 10, one.IP: 1, one.Network: 1, "w1@mail.example": 2, "nobody": 0, "!": 0} {
			found, _, err := writers.Search(d.Context(), d.DB, nil, text, 0)
			d.Check(err)
			if len(found) < least || least == 0 && len(found) > 0 {
				d.Errorf("%q finds %d writers", text, len(found))
			}
		}
	})
}

func TestMarkedAndNotedWriters(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		inWorld, world := in(d, "world")
		inSports, _ := in(d, "sports")
		spammer, friend := d.MustPost(d.Submission(inSports)), d.MustPost(d.Submission(inWorld))
		sub := d.Submission(inWorld)
		sub.VerifiedEmail = sub.Email
		proven := d.MustPost(sub)
		d.Ban(bans.Suspended, bans.TargetBrowser, spammer.TokenHash)
		d.Ban(bans.Banned, bans.TargetNetwork, "203.0.113.0/24")
		d.Ban(bans.Trusted, bans.TargetBrowser, friend.TokenHash)
		d.Ban(bans.HeldBack, bans.TargetEmail, proven.Email)
		mona := models.Actor{Name: "Mona", UserID: new(int64(1))}
		for _, c := range []*discussion.Comment{spammer, friend} {
			w, _ := writers.Of(c)
			d.Check(writernotes.Add(d.Context(), d.DB, mona, w.Kind, w.Value, "A note."))
		}
		refusing := []bans.Kind{bans.Banned, bans.Suspended}
		for _, want := range []struct {
			kinds []bans.Kind
			id    int64
		}{{refusing, spammer.ID}, {[]bans.Kind{bans.Trusted, bans.HeldBack}, proven.ID}} {
			list, _, err := writers.Under(d.Context(), d.DB, nil, want.kinds, 0, 0)
			if err != nil || len(list) == 0 || list[0].Newest.ID != want.id {
				d.Errorf("%v: %+v (%v)", want.kinds, list, err)
			}
		}
		if list, _, err := writers.Under(d.Context(), d.DB, world, refusing, 0, 0); err != nil || len(list) > 0 {
			d.Errorf("a limited moderator is shown %+v (%v)", list, err)
		}
		for _, scope := range []moderation.Scope{nil, world} {
			list, _, err := writers.Noted(d.Context(), d.DB, scope, 0)
			if err != nil || len(list) == 0 || list[0].Newest.ID != friend.ID || (len(list) == 1) != scope.Limited() {
				d.Errorf("noted: %+v (%v)", list, err)
			}
		}
		list, _, err := writers.Recent(d.Context(), d.DB, nil, 0)
		d.Check(err)
		d.Check(writers.Mark(d.Context(), d.DB, list, 0))
		for _, e := range list {
			if len(e.Bans) != 1 || (e.Notes == 1) != (e.Newest.ID != proven.ID) {
				d.Errorf("comment %d: %d notes, bans %+v", e.Newest.ID, e.Notes, e.Bans)
			}
		}
	})
}

func TestUndoBan(t *testing.T) {
	each(t, func(d *desk) {
		_, mona := d.Colleague("Mona", "mona@courier.example")
		_, otto := d.Colleague("Otto", "otto@courier.example")
		hash := discussion.HashToken("browser")
		set := func(kind bans.Kind) *bans.Ban {
			b := bans.Ban{Kind: kind, Target: bans.TargetBrowser, Value: hash, Code: "spam"}
			added, err := bans.Add(d.Context(), d.DB, mona, bans.Guard{}, b, true)
			d.Check(err)
			return added
		}
		match := func() bans.Match {
			return d.Site().Bans.Match(bans.Sender{TokenHash: hash}, d.Clock.Now())
		}
		held := set(bans.HeldBack)
		d.Clock.Advance(time.Hour)
		ban := set(bans.Banned)
		if m := match(); m.Refused == nil || m.Held != nil {
			d.Errorf("%+v", m)
		}
		if err := writers.UndoBan(d.Context(), d.DB, otto, ban.ID); models.KindOf(err) != models.Forbidden {
			d.Errorf("a colleague undoes it: %v", err)
		}
		if err := writers.UndoBan(d.Context(), d.DB, mona, held.ID); models.KindOf(err) != models.Conflict {
			d.Errorf("a replaced ban is undone: %v", err)
		}
		d.Check(writers.UndoBan(d.Context(), d.DB, mona, ban.ID))
		if m := match(); m.Refused != nil || m.Held == nil {
			d.Errorf("the replaced ban has no force again: %+v", m)
		}
		if err := writers.UndoBan(d.Context(), d.DB, mona, ban.ID); discussiontest.CodeOf(err) != "undone-by-you" {
			d.Error(err)
		}
		ban = set(bans.Banned)
		d.Clock.Advance(discussion.UndoWindow + time.Second)
		if err := writers.UndoBan(d.Context(), d.DB, mona, ban.ID); discussiontest.CodeOf(err) != "undo-late" {
			d.Error(err)
		}
		if err := writers.UndoBan(d.Context(), d.DB, mona, 999); models.KindOf(err) != models.NotFound {
			d.Error(err)
		}
	})
}

func TestTrustPublishesOnlyWhatWouldBeHeld(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.hold-words", "perhaps")
		d.Set("comment.trash-words", "poison")
		d.Set("comment.flood", "0")
		a := d.Article()
		first := d.Submission(a.ID)
		post := func(text string) discussion.State {
			sub := first
			sub.Text = text
			c := d.MustPost(sub)
			return c.State
		}
		if got := post("A first comment."); got != discussion.Held {
			d.Fatalf("without trust: %s", got)
		}
		trust := d.Ban(bans.Trusted, bans.TargetBrowser, discussion.HashToken(first.Token))
		for text, want := range map[string]discussion.State{
			"A second comment.":               discussion.Approved,
			"Perhaps, with a word.":           discussion.Approved,
			"This is poison.":                 discussion.Trashed,
			"Poison, perhaps: two rules ask.": discussion.Trashed,
		} {
			if got := post(text); got != want {
				d.Errorf("%q is %s, not %s", text, got, want)
			}
		}
		c := d.MustPost(func() discussion.Submission { s := first; s.Text = "Named reason."; return s }())
		if last := c.Reasons[len(c.Reasons)-1]; last.Rule != "trusted" || !strings.Contains(last.Detail, trust.SetBy) {
			d.Errorf("the reasons are %+v", c.Reasons)
		}
		// The address that a stranger types proves nothing.
		d.Ban(bans.Trusted, bans.TargetEmail, "friend@mail.example")
		typed := d.Submission(a.ID)
		typed.Email = "friend@mail.example"
		if got := d.MustPost(typed); got.State != discussion.Held {
			d.Errorf("a typed address is trusted: %s", got.State)
		}
		typed.VerifiedEmail, typed.Text = typed.Email, "From the owner of the address."
		if got := d.MustPost(typed); got.State != discussion.Approved {
			d.Errorf("a verified address is not trusted: %s", got.State)
		}
		// A ban is stronger.
		d.Ban(bans.HeldBack, bans.TargetNetwork, typed.IP.String())
		typed.Text = "From a network whose comments are held."
		if got := d.MustPost(typed); got.State != discussion.Held {
			d.Errorf("trust overrides a ban that holds: %s", got.State)
		}
		d.Ban(bans.Suspended, bans.TargetEmail, "friend@mail.example")
		typed.Text = "After a ban on the same address."
		if _, err := d.Post(typed); discussiontest.CodeOf(err) != "suspended" {
			d.Errorf("a ban on the same address did not end the trust: %v", err)
		}
		// What can hardly be anything but spam stays spam.
		d.Set("comment.spam-hold", "0.2")
		d.Set("comment.spam-spam", "0.5")
		if got := post("Cheap pills casino bonus http://pills.example http://casino.example http://win.example now"); got != discussion.Spam {
			d.Errorf("spam of a trusted writer is %s", got)
		}
		d.Clock.Advance(25 * time.Hour)
		third := d.Submission(a.ID)
		third.Token = first.Token
		third.Text = "Perhaps later."
		if got := d.MustPost(third); got.State != discussion.Held {
			d.Errorf("after its end trust publishes: %s", got.State)
		}
	})
}

func TestSetField(t *testing.T) {
	each(t, func(d *desk) {
		d.TrustAll()
		_, mona := d.Colleague("Mona", "mona@courier.example")
		sub := d.Submission(d.Article().ID)
		sub.Author, sub.URL = "Buy Pills Here", "https://pills.example/"
		c := d.MustPost(sub)
		set := func(version int, field writers.Field, value string) error {
			return writers.SetField(d.Context(), d.DB, mona, discussion.Versioned{ID: c.ID, Version: version}, field, value)
		}
		d.Check(set(1, writers.Name, " Zebedee "))
		d.Check(set(1, writers.Name, "Zebedee")) // the second half of a double click
		d.Check(set(2, writers.Website, ""))
		got := d.Comment(c.ID)
		if got.Author != "Zebedee" || got.URL != "" || got.Version != 3 || got.State != discussion.Approved {
			d.Errorf("%+v", got)
		}
		if err := set(1, writers.Name, "Late"); discussiontest.CodeOf(err) != "changed" {
			d.Error(err)
		}
		if err := set(3, "email", "x@y.example"); models.KindOf(err) != models.Invalid {
			d.Error(err)
		}
		if err := set(3, writers.Website, "javascript:alert(1)"); models.KindOf(err) != models.Invalid {
			d.Error(err)
		}
		d.Check(set(3, writers.Name, ""))
		if got := d.Comment(c.ID); got.Author != discussion.Anonymous {
			d.Errorf("the name is %q", got.Author)
		}
		w, _ := writers.Of(got)
		log, err := w.Statements(d.Context(), d.DB, nil)
		if err != nil || len(log) != 3 || log[0].Reason != "changed name" || log[1].Reason != "changed website" || log[0].Actor != "Mona" {
			d.Errorf("the log has %+v (%v)", log, err)
		}
		for _, e := range log {
			if strings.Contains(e.Note+e.Words, "Pills") {
				d.Errorf("the log keeps the old name: %+v", e)
			}
		}
		if _, broken, err := d.CheckChain(d.DB); err != nil || broken != 0 {
			d.Errorf("the chain breaks at %d (%v)", broken, err)
		}
		_, err = discussion.IndexForSearch(d.Context(), d.DB)
		d.Check(err)
		if found, _, err := writers.Search(d.Context(), d.DB, nil, "Pills", 0); err != nil || len(found) > 0 {
			d.Errorf("the old name is still found (%v)", err)
		}
	})
}
