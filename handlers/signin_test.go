package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"

	"github.com/pquerna/otp/totp"
)

const long = "a long password"

// hidden returns a hidden field of a page.
func hidden(t *testing.T, w *httptest.ResponseRecorder, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(w.Body.String())
	if m == nil {
		t.Fatalf("no field %s: %d %s", name, w.Code, w.Body)
	}
	return m[1]
}

func expect(t *testing.T, what string, w *httptest.ResponseRecorder, status int, says string) {
	t.Helper()
	if w.Code != status || !strings.Contains(w.Body.String()+w.Header().Get("Location"), says) {
		t.Errorf("%s: %d %s\nwant %d and %q", what, w.Code, w.Body, status, says)
	}
}

// One-time passwords are enabled in the account, used for signing in with a
// code and with a recovery code, and switched off again.
func TestSigningInWithOneTimePasswords(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		home, other := s.newBrowser("10.0.0.1"), s.newBrowser("10.0.1.1")
		home.signIn("editor@courier.example", long)
		other.signIn("editor@courier.example", long)
		page := home.send(http.MethodGet, accountPath, nil)
		secret := strings.ReplaceAll(regexp.MustCompile(`<code dir="ltr">([A-Z2-7 ]+)</code>`).FindStringSubmatch(page.Body.String())[1], " ", "")
		code := func() string {
			c, err := totp.GenerateCode(secret, clock.Now())
			s.check(err)
			return c
		}
		on := url.Values{"do": {"totp-on"}, "key": {hidden(t, page, "key")}, "code": {code()}, "old": {"not my password"}}
		expect(t, "with a wrong password", home.send(http.MethodPost, accountPath, on), http.StatusForbidden, "nothing was changed")
		on.Set("old", long)
		on.Set("code", "123")
		again := home.send(http.MethodPost, accountPath, on)
		expect(t, "with a wrong code", again, http.StatusForbidden, "The code is wrong")
		if !strings.Contains(strings.ReplaceAll(again.Body.String(), " ", ""), secret) {
			t.Error("the page shows another secret than the telephone has by now")
		}
		on.Set("code", code())
		stranger := s.newBrowser("10.0.2.1")
		stranger.signIn("author@courier.example", long)
		expect(t, "with somebody else's secret", stranger.send(http.MethodPost, accountPath, on), http.StatusForbidden, "took too long")
		shown := home.send(http.MethodPost, accountPath, on)
		expect(t, "switched on", shown, http.StatusOK, "Your recovery codes")
		codes := regexp.MustCompile(`<code dir="ltr">([a-z2-7-]{17})</code>`).FindAllStringSubmatch(shown.Body.String(), -1)
		if len(codes) != 10 || !home.in() || other.in() {
			t.Fatalf("%d codes; here %v, elsewhere %v", len(codes), home.in(), other.in())
		}
		clock.Advance(time.Minute)

		step := other.signIn("editor@courier.example", long)
		expect(t, "the password alone", step, http.StatusOK, "six digits")
		if other.in() || len(step.Result().Cookies()) != 0 {
			t.Fatal("the password alone lets in")
		}
		form := url.Values{"key": {hidden(t, step, "key")}, "next": {"/desk/account/"}, "code": {"000000"}}
		expect(t, "a wrong code", other.send(http.MethodPost, "/login/code/", form), http.StatusForbidden, "The code is wrong")
		form.Set("code", code())
		expect(t, "the code", other.send(http.MethodPost, "/login/code/", form), http.StatusSeeOther, accountPath)
		third := s.newBrowser("10.0.3.1")
		expect(t, "the same code again", third.send(http.MethodPost, "/login/code/", form), http.StatusForbidden, "The code is wrong")
		form.Set("code", codes[0][1])
		expect(t, "a recovery code", third.send(http.MethodPost, "/login/code/", form), http.StatusSeeOther, accountPath)
		fourth := s.newBrowser("10.0.4.1")
		expect(t, "the same recovery code", fourth.send(http.MethodPost, "/login/code/", form), http.StatusForbidden, "The code is wrong")
		for what, key := range map[string]string{"no key": "", "a forged key": form.Get("key") + "x"} {
			expect(t, what, fourth.send(http.MethodPost, "/login/code/", url.Values{"key": {key}, "code": {code()}}), http.StatusForbidden, "took too long")
		}
		clock.Advance(11 * time.Minute)
		form.Set("code", code())
		expect(t, "an old key", fourth.send(http.MethodPost, "/login/code/", form), http.StatusForbidden, "took too long")

		off := url.Values{"do": {"totp-off"}, "old": {"guess"}}
		expect(t, "off with a wrong password", home.send(http.MethodPost, accountPath, off), http.StatusForbidden, "nothing was changed")
		off.Set("old", long)
		expect(t, "off", home.send(http.MethodPost, accountPath, off), http.StatusSeeOther, "done=totp-off")
		expect(t, "the password alone", fourth.signIn("editor@courier.example", long), http.StatusSeeOther, "/desk")
	})
}

// The account's page shows and ends sessions, and changes the password.
func TestThePageOfTheOwnAccount(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		home, away, third, colleague := s.newBrowser("10.0.0.1"), s.newBrowser("10.0.1.1"), s.newBrowser("10.0.2.1"), s.newBrowser("10.0.3.1")
		for _, d := range []*deskBrowser{home, away, third} {
			d.signIn("moderator@courier.example", long)
		}
		colleague.signIn("editor@courier.example", long)
		page := home.send(http.MethodGet, accountPath, nil)
		ids := regexp.MustCompile(`name="session" value="([0-9a-f]{64})"`).FindAllStringSubmatch(page.Body.String(), -1)
		if len(ids) != 2 || !strings.Contains(page.Body.String(), "10.0.1.0/24") {
			t.Fatalf("%d other sessions: %s", len(ids), page.Body)
		}
		expect(t, "somebody else ends it", colleague.send(http.MethodPost, accountPath, url.Values{"do": {"end"}, "session": {ids[0][1]}}), http.StatusSeeOther, "")
		if !away.in() || !third.in() {
			t.Error("somebody else has ended a session")
		}
		expect(t, "ending one", home.send(http.MethodPost, accountPath, url.Values{"do": {"end"}, "session": {ids[0][1]}}), http.StatusSeeOther, "done=end")
		if away.in() == third.in() {
			t.Error("not one session ended")
		}
		expect(t, "ending the others", home.send(http.MethodPost, accountPath, url.Values{"do": {"end-others"}}), http.StatusSeeOther, "done=end-others")
		if !home.in() || away.in() || third.in() || !colleague.in() {
			t.Error("ending the others ended something else")
		}
		away.signIn("moderator@courier.example", long)
		before := home.cookies["broadsheet_desk"].Value
		change := url.Values{"do": {"password"}, "old": {"guess"}, "password": {"another long password"}}
		expect(t, "a wrong password", home.send(http.MethodPost, accountPath, change), http.StatusForbidden, "nothing was changed")
		change.Set("old", long)
		change.Set("password", "short")
		expect(t, "a short one", home.send(http.MethodPost, accountPath, change), http.StatusUnprocessableEntity, "at least ten characters")
		change.Set("password", "another long password")
		expect(t, "the password", home.send(http.MethodPost, accountPath, change), http.StatusSeeOther, "done=password")
		if !home.in() || away.in() || home.cookies["broadsheet_desk"].Value == before {
			t.Error("after the change: here", home.in(), "elsewhere", away.in())
		}
		expect(t, "the old one", away.signIn("moderator@courier.example", long), http.StatusForbidden, "or the password is wrong")
		expect(t, "another name", home.send(http.MethodPost, accountPath, url.Values{"do": {"name"}, "name": {" Mona  Lund "}}), http.StatusSeeOther, "done=name")
		expect(t, "shown", home.send(http.MethodGet, accountPath+"?done=name", nil), http.StatusOK, "Mona Lund")
		expect(t, "no name", home.send(http.MethodPost, accountPath, url.Values{"do": {"name"}}), http.StatusUnprocessableEntity, "A name is one line")
		// Guesses of the password in a stolen session are limited, too.
		last := 0
		for range 12 {
			last = home.send(http.MethodPost, accountPath, url.Values{"do": {"password"}, "old": {"guess"}, "password": {"another long password"}}).Code
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the twelfth guess was answered with %d", last)
		}
	})
}

// A link to a new password works once.
func TestPasswordLinksWorkOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		d := s.newBrowser("10.0.0.1")
		expect(t, "without mail", d.send(http.MethodGet, "/password/forgot/", nil), http.StatusNotFound, "")
		s.options.Mail = true
		s.handler = s.server().Handler
		var answers []string
		for i, email := range []string{"editor@courier.example", "nobody@courier.example", "no address"} {
			w := s.newBrowser(fmt.Sprintf("10.9.%d.1", i)).send(http.MethodPost, "/password/forgot/", url.Values{"email": {email}})
			answers = append(answers, fmt.Sprint(w.Code, w.Header().Get("Location"), w.Body))
		}
		if answers[0] != answers[1] || answers[0] != answers[2] {
			t.Errorf("the answers tell: %q", answers)
		}
		expect(t, "asked", d.send(http.MethodGet, "/password/forgot/?done=sent", nil), http.StatusOK, "If there is an account")

		links := people.NewLinks(s.options.Secret)
		key := func() string {
			u, err := people.ByEmail(t.Context(), db, "editor@courier.example")
			s.check(err)
			return links.Make(people.ForPassword, u.Email+" "+u.Stamp(), clock.Now())
		}
		signedIn := s.newBrowser("10.0.1.1")
		signedIn.signIn("editor@courier.example", long)
		first := key()
		path := func(key string) string { return "/password/reset/?key=" + url.QueryEscape(key) }
		for range 2 { // a mail scanner opens the link first
			expect(t, "looking", d.send(http.MethodGet, path(first), nil), http.StatusOK, "New password")
		}
		expect(t, "a forged link", d.send(http.MethodGet, path(first+"x"), nil), http.StatusGone, "used already")
		expect(t, "a link for something else", d.send(http.MethodGet, path(links.Make(people.ForMail, "editor@courier.example 0", clock.Now())), nil), http.StatusGone, "")
		form := url.Values{"key": {first}, "password": {"short"}}
		expect(t, "too short", d.send(http.MethodPost, "/password/reset/", form), http.StatusUnprocessableEntity, "at least ten characters")
		form.Set("password", "the new long password")
		expect(t, "taken", d.send(http.MethodPost, "/password/reset/", form), http.StatusSeeOther, "/desk")
		if !d.in() || signedIn.in() {
			t.Error("after it: here", d.in(), "the old session", signedIn.in())
		}
		expect(t, "the link again", s.newBrowser("10.0.2.1").send(http.MethodPost, "/password/reset/", form), http.StatusGone, "used already")
		expect(t, "looking again", d.send(http.MethodGet, path(first), nil), http.StatusGone, "used already")
		late := key()
		clock.Advance(time.Hour + time.Second)
		expect(t, "too late", d.send(http.MethodPost, "/password/reset/", url.Values{"key": {late}, "password": {long}}), http.StatusGone, "too old")

		// A reader of the mail still has no telephone.
		u, err := people.ByEmail(t.Context(), db, "editor@courier.example")
		s.check(err)
		secret, _, err := people.NewTOTP("Courier", u, "")
		s.check(err)
		code, err := totp.GenerateCode(secret, clock.Now())
		s.check(err)
		_, err = people.EnableTOTP(t.Context(), db, u, secret, code, "")
		s.check(err)
		thief := s.newBrowser("10.0.3.1")
		expect(t, "with one-time passwords", thief.send(http.MethodPost, "/password/reset/", url.Values{"key": {key()}, "password": {long}}), http.StatusOK, "six digits")
		if thief.in() {
			t.Error("a mailed link goes past the one-time password")
		}
	})
}

func TestTheFirstAdministratorsLink(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := &deskSite{testSite: newSite(t, db, clock)}
		s.handler = s.server().Handler
		d := s.newBrowser("10.0.0.1")
		expect(t, "a site without a link", d.send(http.MethodGet, "/first/?key=", nil), http.StatusNotFound, "")
		s.options.SetupKey = "the key of this process"
		s.handler = s.server().Handler
		path := "/first/?key=" + url.QueryEscape(s.options.SetupKey)
		expect(t, "a wrong key", d.send(http.MethodGet, path+"x", nil), http.StatusNotFound, "")
		expect(t, "the key", d.send(http.MethodGet, path, nil), http.StatusOK, "The first administrator")
		form := url.Values{"key": {"guess"}, "name": {"Ada"}, "email": {"ada@courier.example"}, "password": {"short"}}
		expect(t, "a wrong key, sent", d.send(http.MethodPost, "/first/", form), http.StatusNotFound, "")
		form.Set("key", s.options.SetupKey)
		expect(t, "a short password", d.send(http.MethodPost, "/first/", form), http.StatusUnprocessableEntity, `value="ada@courier.example"`)
		form.Set("password", long)
		form.Set("email", "no address")
		expect(t, "no address", d.send(http.MethodPost, "/first/", form), http.StatusUnprocessableEntity, "not an email address")
		form.Set("email", "ada@courier.example")
		expect(t, "made", d.send(http.MethodPost, "/first/", form), http.StatusSeeOther, "/desk")
		expect(t, "and in", d.send(http.MethodGet, "/desk/people", nil), http.StatusOK, "ada@courier.example")
		form.Set("email", "eve@courier.example")
		expect(t, "again", s.newBrowser("10.0.1.1").send(http.MethodPost, "/first/", form), http.StatusGone, "has its administrator")
		expect(t, "looking again", s.newBrowser("10.0.1.1").send(http.MethodGet, path, nil), http.StatusGone, "has its administrator")
	})
}

// widening tries each action that gives an account more rights, without the
// manager's own password. It fails when one changes the account.
func (s *deskSite) widening(t *testing.T, boss *deskBrowser, path, category string) {
	s.Helper()
	categories := regexp.MustCompile(`name="section" value="(\d+)"`).FindAllStringSubmatch(boss.send(http.MethodGet, path, nil).Body.String(), -1)
	other := ""
	for _, found := range categories {
		if found[1] != category {
			other = found[1]
		}
	}
	state := func() string {
		u := must(people.ByID(s.Context(), s.db, s.users[people.Moderator].ID))
		return fmt.Sprint(u.Role, u.Limited, u.ClosedAt, must(people.ActiveCategoryLimit(s.Context(), s.db, u.ID)))
	}
	before := state()
	for what, form := range map[string]url.Values{
		"the limit lifted":               {"do": {"sections"}},
		"a section more":                 {"do": {"sections"}, "section": {category, other}},
		"another section":                {"do": {"sections"}, "section": {other}},
		"another section and an unknown": {"do": {"sections"}, "section": {"4711", other}},
		"another role":                   {"do": {"role"}, "role": {"administrator"}},
		"no second factor":               {"do": {"factors"}},
		"the account closed":             {"do": {"end"}},
		"a name in bylines":              {"do": {"byline"}, "author": {"1"}},
	} {
		expect(t, what, boss.send(http.MethodPost, path, form), http.StatusForbidden, "nothing was changed")
		if after := state(); after != before {
			s.Errorf("%s: changed from %s to %s", what, before, after)
		}
	}
	s.clock.Advance(time.Hour) // the tries without the password are forgotten
	if got, want := handlers.StaffDeeds(), []string{"byline", "end", "factors", "out", "release", "return", "role", "sections", "session"}; !slices.Equal(got, want) {
		s.Errorf("the actions on an account are %v, and this table knows %v", got, want)
	}
	expect(t, "a section more, with the password", boss.send(http.MethodPost, path, url.Values{"do": {"sections"}, "section": {category, other}, "old": {long}}), http.StatusSeeOther, "done=sections")
	expect(t, "narrowed without it", boss.send(http.MethodPost, path, url.Values{"do": {"sections"}, "section": {category}}), http.StatusSeeOther, "done=sections")
}

// Managers add accounts, give roles, limit categories and close accounts. They
// cannot change their own account or that of the last administrator, and not
// without their password.
func TestManagingPeople(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		boss := s.newBrowser("10.0.0.1")
		boss.signIn("administrator@courier.example", long)
		path := func(role people.Role) string { return fmt.Sprintf("/desk/people/%d/", s.users[role].ID) }
		form := func(fields ...string) url.Values {
			v := url.Values{}
			for i := 0; i < len(fields); i += 2 {
				v.Add(fields[i], fields[i+1])
			}
			return v
		}
		post := func(path string, fields ...string) *httptest.ResponseRecorder {
			return boss.send(http.MethodPost, path, form(fields...))
		}
		add := []string{"name", "Odile", "email", "odile@courier.example", "role", "moderator", "password", "her first password", "old", long}
		expect(t, "without the own password", post("/desk/people", add[:8]...), http.StatusForbidden, "nothing was changed")
		expect(t, "no address", post("/desk/people", "name", "Odile", "email", "odile", "role", "moderator", "old", long), http.StatusUnprocessableEntity, `value="odile"`)
		expect(t, "invited", post("/desk/people", add...), http.StatusOK, "/login/invitation/?key=")
		expect(t, "twice", post("/desk/people", add...), http.StatusConflict, "already")
		expect(t, "no such role", post("/desk/people", "name", "X", "email", "x@courier.example", "role", "king", "old", long), http.StatusUnprocessableEntity, "")

		moderator := s.newBrowser("10.0.1.1")
		moderator.signIn("moderator@courier.example", long)
		expect(t, "a role without the own password", post(path(people.Moderator), "do", "role", "role", "editor"), http.StatusForbidden, "nothing was changed")
		expect(t, "a role", post(path(people.Moderator), "do", "role", "role", "editor", "old", long), http.StatusSeeOther, "done=role")
		if u, err := people.ByID(t.Context(), db, s.users[people.Moderator].ID); err != nil || u.Role != people.Editor || !moderator.in() {
			t.Errorf("%v, %v", u, err)
		}
		expect(t, "back", post(path(people.Moderator), "do", "role", "role", "moderator", "old", long), http.StatusSeeOther, "")
		page := boss.send(http.MethodGet, path(people.Moderator), nil)
		category := regexp.MustCompile(`name="section" value="(\d+)"[^>]*> <bdi>World News / Middle East`).FindStringSubmatch(page.Body.String())
		if category == nil {
			t.Fatalf("no section to choose: %s", page.Body)
		}
		expect(t, "sections", post(path(people.Moderator), "do", "sections", "section", category[1]), http.StatusSeeOther, "done=sections")
		if got, err := people.ActiveCategoryLimit(t.Context(), db, s.users[people.Moderator].ID); err != nil || len(got) != 1 || fmt.Sprint(got[0]) != category[1] {
			t.Errorf("limited to %v, %v", got, err)
		}
		expect(t, "no such section", post(path(people.Moderator), "do", "sections", "section", "4711"), http.StatusUnprocessableEntity, "")
		s.widening(t, boss, path(people.Moderator), category[1])
		expect(t, "out", post(path(people.Moderator), "do", "out"), http.StatusSeeOther, "done=out")
		if moderator.in() {
			t.Error("still in")
		}
		expect(t, "closed", post(path(people.Moderator), "do", "end", "old", long), http.StatusSeeOther, "done=end")
		expect(t, "at the door", moderator.signIn("moderator@courier.example", long), http.StatusForbidden, "or the password is wrong")
		expect(t, "listed as former", boss.send(http.MethodGet, "/desk/people?done=add", nil), http.StatusOK, "Closed accounts")
		expect(t, "opened", post(path(people.Moderator), "do", "return", "old", long), http.StatusSeeOther, "done=return")
		expect(t, "at the door again", moderator.signIn("moderator@courier.example", long), http.StatusSeeOther, "/desk")

		expect(t, "the own account", post(path(people.Administrator), "do", "end", "old", long), http.StatusConflict, "")
		s.check(people.SetRole(t.Context(), db, models.ActorShell, s.users[people.Editor].ID, people.Administrator))
		expect(t, "the other administrator", post(path(people.Editor), "do", "role", "role", "editor", "old", long), http.StatusSeeOther, "")
		expect(t, "nobody", post("/desk/people/4711/", "do", "out"), http.StatusNotFound, "")
		expect(t, "factors", post(path(people.Moderator), "do", "factors", "old", long), http.StatusSeeOther, "done=factors")
		log, err := people.ListChanges(t.Context(), db, s.users[people.Moderator].ID, 1)
		if err != nil || log[0].Actor != "Some administrator" || log[0].Verb != "factors" {
			t.Errorf("logged %+v, %v", log, err)
		}
	})
}

// A passkey is added after the password was checked. It signs in without the
// password and without the one-time password.
func TestSigningInWithPasskeys(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		d := s.newBrowser("10.0.0.1")
		expect(t, "an address without TLS", d.send(http.MethodPost, "/login/passkey/begin/", nil), http.StatusNotFound, "")
		s.options.BaseURL = &url.URL{Scheme: "http", Host: "localhost"}
		s.handler = s.server().Handler
		d.signIn("editor@courier.example", long)
		begin := func(d *deskBrowser, path string, form url.Values) (c people.Ceremony) {
			t.Helper()
			w := d.send(http.MethodPost, path, form)
			if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			s.check(json.Unmarshal(w.Body.Bytes(), &c))
			return c
		}
		expect(t, "without the password", d.send(http.MethodPost, accountPath+"passkey/begin/", url.Values{"old": {"guess"}}), http.StatusForbidden, "nothing was changed")
		a := modeltest.NewAuthenticator(t, "http://localhost")
		c := begin(d, accountPath+"passkey/begin/", url.Values{"old": {long}})
		form := url.Values{"key": {c.Key}, "credential": {a.Create(c.Options)}, "name": {"My telephone"}}
		colleague := s.newBrowser("10.0.1.1")
		colleague.signIn("author@courier.example", long)
		expect(t, "for somebody else", colleague.send(http.MethodPost, accountPath+"passkey/", form), http.StatusForbidden, "not accepted")
		expect(t, "added", d.send(http.MethodPost, accountPath+"passkey/", form), http.StatusSeeOther, "done=passkey-add")
		expect(t, "shown", d.send(http.MethodGet, accountPath+"?done=passkey-add", nil), http.StatusOK, "My telephone")

		phone := s.newBrowser("10.0.2.1")
		c = begin(phone, "/login/passkey/begin/", nil)
		form = url.Values{"key": {c.Key}, "credential": {a.Get(c.Options)}, "next": {"https://evil.example/"}}
		expect(t, "used", phone.send(http.MethodPost, "/login/passkey/", form), http.StatusSeeOther, "/desk")
		if !phone.in() {
			t.Fatal("not in")
		}
		expect(t, "replayed", s.newBrowser("10.0.3.1").send(http.MethodPost, "/login/passkey/", form), http.StatusForbidden, "not accepted")
		expect(t, "nonsense", s.newBrowser("10.0.3.1").send(http.MethodPost, "/login/passkey/", url.Values{"key": {c.Key}, "credential": {"{}"}}), http.StatusForbidden, "not accepted")
		id := hidden(t, phone.send(http.MethodGet, accountPath, nil), "passkey")
		remove := url.Values{"do": {"passkey-remove"}, "passkey": {id}, "old": {"guess"}}
		expect(t, "removed with a wrong password", d.send(http.MethodPost, accountPath, remove), http.StatusForbidden, "nothing was changed")
		remove.Set("old", long)
		expect(t, "somebody else's", colleague.send(http.MethodPost, accountPath, remove), http.StatusNotFound, "")
		expect(t, "removed", d.send(http.MethodPost, accountPath, remove), http.StatusSeeOther, "done=passkey-remove")
	})
}

// A thousand guesses come through a proxy that sends their addresses. The
// answers are the same for a known and an unknown account, and the owner signs
// in from elsewhere.
func TestGuessedPasswordsAreLimited(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newDeskSite(t, modeltest.SQLite(t, clock), clock)
	guess := func(email, from string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "http://news.example/login", strings.NewReader(url.Values{"email": {email}, "password": {"guess"}}.Encode()))
		r.RemoteAddr = "192.0.2.7:4000" // the trusted proxy
		r.Header.Set("X-Forwarded-For", from)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w
	}
	counts := map[string]map[int]int{}
	for i := range 500 {
		for which, email := range []string{"editor@courier.example", "nobody@courier.example"} {
			// The part of the header that the client wrote is ignored.
			w := guess(email, fmt.Sprintf("198.18.%d.1, 203.0.%d.9", i%250, 112+which))
			if counts[email] == nil {
				counts[email] = map[int]int{}
			}
			counts[email][w.Code]++
		}
	}
	known, unknown := counts["editor@courier.example"], counts["nobody@courier.example"]
	if fmt.Sprint(known) != fmt.Sprint(unknown) || known[http.StatusForbidden] != 10 || known[http.StatusTooManyRequests] != 490 {
		t.Errorf("known %v, unknown %v", known, unknown)
	}
	texts := func(email, from string) string {
		w := guess(email, from)
		// A network that is too fast gets only that answer, until it has waited
		// by the wall clock.
		for patience := time.Now().Add(time.Minute); strings.Contains(w.Body.String(), "from your network") && time.Now().Before(patience); {
			time.Sleep(20 * time.Millisecond)
			w = guess(email, from)
		}
		return fmt.Sprint(w.Code, strings.ReplaceAll(w.Body.String(), email, "EMAIL"), w.Header().Get("Retry-After"))
	}
	if a, b := texts("editor@courier.example", "203.0.120.1"), texts("nobody@courier.example", "203.0.121.1"); a != b {
		t.Errorf("wrong, the answers differ:\n%s\n%s", a, b)
	}
	clock.Advance(time.Minute)
	if a, b := texts("editor@courier.example", "203.0.112.1"), texts("nobody@courier.example", "203.0.113.1"); a != b {
		t.Errorf("throttled, the answers differ:\n%s\n%s", a, b)
	}
	expect(t, "the owner elsewhere", s.newBrowser("10.0.0.1").signIn("editor@courier.example", long), http.StatusSeeOther, "/desk")
}
