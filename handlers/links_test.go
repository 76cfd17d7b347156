package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
	"broadsheet/models/subscription"
)

// linkUse makes a link of a purpose for an account and opens it. It returns
// whether the link worked.
type linkUse struct {
	subject func(s *deskSite, u *people.User) string
	use     func(d *deskBrowser, key string) bool
}

// linkUses has every purpose of signed links. One that is missing fails the
// test. Passkeys and new secrets take an authenticator: people's own tests of
// ceremonies and TestChangesOfAnAccountEndItsLinksAndSessions hold them.
var linkUses = map[people.Purpose]linkUse{
	people.ForMail: {
		func(_ *deskSite, u *people.User) string { return u.Email + " 1" },
		func(d *deskBrowser, key string) bool {
			return d.send(http.MethodPost, "/mail/"+key+"/stop/", url.Values{"List-Unsubscribe": {"One-Click"}}).Code == http.StatusOK
		},
	},
	people.ForComments: {
		func(_ *deskSite, u *people.User) string { return u.Email },
		func(d *deskBrowser, key string) bool {
			return d.send(http.MethodGet, "/comments/mine/?key="+key, nil).Code == http.StatusOK
		},
	},
	people.ForProof: {
		func(s *deskSite, u *people.User) string { return fmt.Sprint(u.Email, " ", s.ids["strait-opens-again"]) },
		func(d *deskBrowser, key string) bool {
			d.cookies = map[string]*http.Cookie{} // another browser
			return d.send(http.MethodPost, "/comments/proof/"+key+"/", url.Values{"x": {"y"}}).Code == http.StatusSeeOther && len(d.cookies) == 1
		},
	},
	people.ForPassword: {
		func(_ *deskSite, u *people.User) string { return u.Email + " " + u.Stamp() },
		func(d *deskBrowser, key string) bool {
			if d.send(http.MethodGet, "/password/reset/?key="+key, nil).Code != http.StatusOK {
				return false
			}
			return d.send(http.MethodPost, "/password/reset/", url.Values{"key": {key}, "password": {"quite another password"}}).Code == http.StatusSeeOther
		},
	},
	people.ForCode: {
		func(_ *deskSite, u *people.User) string { return fmt.Sprint(u.ID, " ", u.Stamp()) },
		func(d *deskBrowser, key string) bool {
			return d.send(http.MethodPost, "/login/code/", url.Values{"key": {key}, "code": {"none is asked for"}}).Code == http.StatusSeeOther
		},
	},
	people.ForHeld: {
		func(s *deskSite, u *people.User) string {
			var ids []string
			s.check(s.db.Query(s.Context()).Raw("SELECT id FROM held_sets WHERE user_id = ? ORDER BY created_at DESC LIMIT 1", u.ID).Scan(&ids).Error)
			if len(ids) == 0 {
				s.Fatal("there is no set")
			}
			return ids[0] + " " + u.Stamp()
		},
		func(d *deskBrowser, key string) bool {
			w := d.send(http.MethodGet, "/held/"+key+"/", nil)
			if shows := strings.Contains(w.Body.String(), "a word that waits"); shows != (w.Code == http.StatusOK) {
				d.Errorf("held mail answers %d and shows the comment: %v", w.Code, shows)
			}
			return w.Code == http.StatusOK
		},
	},
	people.ForDigest: {
		func(s *deskSite, u *people.User) string {
			paper := subscription.Choice{Lists: []int64{subscription.Paper}, Frequency: subscription.Daily}
			s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
				_, err := subscription.Import(s.Context(), tx, nil, subscription.Imported{Email: u.Email, Choice: paper})
				return err
			}))
			var id int64
			s.check(s.db.Query(s.Context()).Raw("SELECT id FROM digest_subscriptions WHERE email = ?", u.Email).Scan(&id).Error)
			return fmt.Sprint(id)
		},
		func(d *deskBrowser, key string) bool {
			return d.send(http.MethodPost, "/digest/"+key+"/stop/", url.Values{"List-Unsubscribe": {"One-Click"}}).Code == http.StatusOK
		},
	},
	people.ForTheft: {
		func(_ *deskSite, u *people.User) string { return fmt.Sprint(u.ID, " ", u.Email) },
		func(d *deskBrowser, key string) bool {
			if d.send(http.MethodGet, "/password/theft/?key="+key, nil).Code != http.StatusOK {
				return false
			}
			return d.send(http.MethodPost, "/password/theft/", url.Values{"key": {key}}).Code == http.StatusSeeOther
		},
	},
	people.ForEmail: {
		func(_ *deskSite, u *people.User) string { return fmt.Sprint(u.ID, " ", u.Stamp(), " new-", u.Email) },
		func(d *deskBrowser, key string) bool {
			if d.send(http.MethodGet, "/login/email/?key="+key, nil).Code != http.StatusOK {
				return false
			}
			return d.send(http.MethodPost, "/login/email/", url.Values{"key": {key}}).Code == http.StatusSeeOther
		},
	},
	people.ForInvite:  {}, // see TestInvitations
	people.ForBounce:  {}, // read by a command, see TestBouncedMailEndsASubscription
	people.ForReceipt: {}, // never ends: see testdata/voice.txt
	people.ForPasskey: {}, people.ForSecret: {},
}

// linkEvents are the changes of an account, or of its address, between the
// making of a link and its use. Each names the links that end with it.
var linkEvents = []struct {
	name string
	do   func(s *deskSite, u *people.User) error
	ends func(p people.Purpose, rule people.LinkRule) bool
}{
	{"nothing", func(*deskSite, *people.User) error { return nil }, func(people.Purpose, people.LinkRule) bool { return false }},
	{"renamed", func(s *deskSite, u *people.User) error {
		return people.Rename(s.Context(), s.db, u, fmt.Sprint("Renamed ", u.ID))
	}, func(people.Purpose, people.LinkRule) bool { return false }},
	{"demoted", func(s *deskSite, u *people.User) error {
		return people.SetRole(s.Context(), s.db, models.ActorShell, u.ID, people.AuthorRole)
	}, func(p people.Purpose, _ people.LinkRule) bool { return p == people.ForHeld }},
	{"limited to other sections", func(s *deskSite, u *people.User) error {
		var id int64
		s.check(s.db.Query(s.Context()).Raw("SELECT id FROM categories WHERE path = 'sport'").Scan(&id).Error)
		return people.SetCategoryLimit(s.Context(), s.db, models.ActorShell, u.ID, []int64{id}, "sport")
	}, func(p people.Purpose, _ people.LinkRule) bool { return p == people.ForHeld }},
	{"signed out everywhere", func(s *deskSite, u *people.User) error {
		return people.SignOutUser(s.Context(), s.db, models.ActorShell, u.ID)
	}, stamped},
	{"new password", func(s *deskSite, u *people.User) error {
		return people.ChangePassword(s.Context(), s.db, u, "one more long password", "")
	}, stamped},
	{"factors taken away", func(s *deskSite, u *people.User) error {
		return people.RemoveSecondFactors(s.Context(), s.db, models.ActorShell, u.ID)
	}, stamped},
	{"closed", func(s *deskSite, u *people.User) error {
		return people.CloseAccount(s.Context(), s.db, models.ActorShell, u.ID)
	}, func(p people.Purpose, rule people.LinkRule) bool { return rule.Stamped || p == people.ForTheft }},
	{"proofs revoked", func(s *deskSite, u *people.User) error {
		_, err := notify.RevokeProofs(s.Context(), s.db, u.Email)
		return err
	}, func(_ people.Purpose, rule people.LinkRule) bool { return rule.Revocable }},
}

func stamped(_ people.Purpose, rule people.LinkRule) bool { return rule.Stamped }

// Each kind of signed link works for its lifetime, as often as its rule allows,
// and ends at the events of its rule.
func TestLongEveryLinkEndsByItsRule(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		s.options.Mail = true
		s.handler = s.server().Handler
		links := people.NewLinks(s.options.Secret)
		n := 0
		fresh := func() (*people.User, *deskBrowser) {
			n++
			clock.Advance(moderation.DigestEvery)
			u, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: fmt.Sprint("Moderator of day ", n), Email: fmt.Sprintf("m%d@courier.example", n), Role: people.Moderator, Password: "a long password"})
			s.check(err)
			s.check(people.SetMailPreference(t.Context(), db, u.ID, people.MailAtOnce))
			s.check(moderation.MailHeld(t.Context(), db))
			d := s.newBrowser(fmt.Sprintf("10.60.%d.1", n))
			d.send(http.MethodPost, "/wp-comments-post.php", url.Values{
				"comment_post_ID": {fmt.Sprint(s.ids["strait-opens-again"])}, "author": {"Reader"}, "email": {"reader@example.org"}, "comment": {fmt.Sprint("Here is a word that waits, ", n)},
			})
			clock.Advance(time.Minute)
			s.check(moderation.MailHeld(t.Context(), db))
			return u, s.newBrowser(fmt.Sprintf("10.61.%d.1", n))
		}
		for purpose, rule := range people.LinkRules {
			link, known := linkUses[purpose]
			if !known {
				t.Errorf("links %q do not stand in linkUses", purpose)
			}
			if link.use == nil {
				continue
			}
			for _, event := range linkEvents {
				u, d := fresh()
				key := url.PathEscape(links.Make(purpose, link.subject(s, u), clock.Now()))
				clock.Advance(time.Second)
				s.check(event.do(s, u))
				want := !event.ends(purpose, rule)
				if got := link.use(d, key); got != want {
					t.Errorf("%s, %s: works %v", purpose, event.name, got)
				}
				if event.name == "nothing" {
					if again := link.use(d, key); again == rule.SingleUse {
						t.Errorf("%s: works a second time: %v", purpose, again)
					}
				}
			}
			if rule.Lifetime > 0 {
				u, d := fresh()
				key := url.PathEscape(links.Make(purpose, link.subject(s, u), clock.Now()))
				clock.Advance(rule.Lifetime + time.Second)
				if link.use(d, key) {
					t.Errorf("%s works after %s", purpose, rule.Lifetime)
				}
			}
		}
	})
}

// The link of the confirming mail proves an address once. The link of a mail
// about an answer changes the wish for mail and proves nothing. The owner can
// take a proof back.
func TestOnlyTheConfirmingMailProvesAndItCanBeTakenBack(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		s.options.Mail = true
		h := s.handler()
		const email = "anna@example.org"
		links := people.NewLinks(s.options.Secret)
		comment := int64(7)
		_, err := people.AddressOf(t.Context(), db, email)
		s.check(err)
		ask := func() string {
			s.check(db.Write(t.Context(), func(tx *models.Tx) error {
				_, err := people.ChangeAddress(t.Context(), tx, email, func(a *people.Address, now models.Time) bool { return a.AllowConsentMail(comment, now) })
				return err
			}))
			return "/mail/" + url.PathEscape(links.Make(people.ForMail, fmt.Sprint(email, " ", comment), clock.Now())) + "/"
		}
		verified := func(b *browser) bool { return strings.Contains(b.get("/comments/mine/").Body.String(), email) }
		say := func(b *browser, path string) int { return b.do(http.MethodPost, path, "do=confirm&when=now").Code }

		answer := "/mail/" + url.PathEscape(links.Make(people.ForMail, email+" 8", clock.Now())) + "/"
		asked := ask()
		thief := &browser{t: t, h: h}
		if code := say(thief, answer); code != http.StatusForbidden || verified(thief) {
			t.Errorf("an answer's link before the confirmation: %d, proves %v", code, verified(thief))
		}
		anna := &browser{t: t, h: h}
		if code := say(anna, asked); code != http.StatusSeeOther || !verified(anna) {
			t.Fatalf("the confirming link: %d", code)
		}
		for what, path := range map[string]string{"the confirming link again": asked, "an answer's link": answer} {
			if code := say(thief, path); code != http.StatusSeeOther || verified(thief) {
				t.Errorf("%s: %d, proves %v", what, code, verified(thief))
			}
		}
		// A second browser proves the address by a link of its own, and then the
		// first one revokes all proofs.
		second := &browser{t: t, h: h}
		second.prove(s, email, s.ids["strait-opens"])
		clock.Advance(time.Second)
		if w := anna.do(http.MethodPost, "/comments/mine/", "do=revoke"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/comments/mine/?done=revoked" {
			t.Fatalf("taking it back: %d to %q", w.Code, w.Header().Get("Location"))
		}
		if verified(anna) || verified(second) || say(thief, asked) != http.StatusForbidden || verified(thief) {
			t.Error("a browser or a link still proves the address")
		}
		if a, err := people.AddressOf(t.Context(), db, email); err != nil || a.TakesMail() {
			t.Errorf("mail is still sent: %+v, %v", a, err)
		}
		if w := thief.do(http.MethodPost, "/comments/mine/", "do=revoke"); w.Code != http.StatusNotFound {
			t.Errorf("a visitor revokes proofs: %d", w.Code)
		}
		clock.Advance(time.Minute)
		if say(anna, ask()) != http.StatusSeeOther || !verified(anna) {
			t.Error("the address cannot be proved anew")
		}
	})
}
