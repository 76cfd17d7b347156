package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/mail"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/settings"
	"broadsheet/public"
	"broadsheet/views"
)

// mailSite is a site that sends mail, as far as its outbox.
type mailSite struct {
	*testing.T
	db      *models.DB
	clock   *modeltest.Clock
	server  *httptest.Server
	outbox  *mail.Outbox
	post    *jobs.Mailer
	article *newsroom.Article
	read    int // mails looked at
	logs    *logText
}

// logText collects the lines of the site's log.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newMailSite(t *testing.T, db *models.DB, clock *modeltest.Clock) *mailSite {
	t.Helper()
	s := &mailSite{T: t, db: db, clock: clock, outbox: &mail.Outbox{}, logs: &logText{}}
	assets, err := public.New()
	s.check(err)
	renderer, err := views.New(assets, views.Options{})
	s.check(err)
	store, err := blob.NewDisk(t.TempDir())
	s.check(err)
	pictures, err := blob.NewVariants(store, blob.VariantsOptions{})
	s.check(err)
	s.server = httptest.NewUnstartedServer(nil)
	base, err := url.Parse("http://" + s.server.Listener.Addr().String())
	s.check(err)
	secret := []byte("a secret of more than thirty-two bytes")
	s.server.Config.Handler, err = handlers.New(t.Context(), handlers.Options{
		DB: db, Views: renderer, Assets: assets, Pictures: pictures, Secret: secret, BaseURL: base, Mail: true,
		Log: slog.New(slog.NewTextHandler(s.logs, nil)),
	})
	s.check(err)
	s.server.Start()
	t.Cleanup(s.server.Close)
	s.post = jobs.Mailer{DB: db, Views: renderer, Sender: s.outbox, BaseURL: base}.SignWith(models.NewKeyring(secret))
	s.check(db.Write(t.Context(), func(tx *models.Tx) error {
		return settings.Set(t.Context(), tx, "comment.flood", "0")
	}))
	s.article, _, err = newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Strait opens <again>", Body: "It is open.", PublishedAt: clock.Now().Add(-time.Hour)})
	s.check(err)
	return s
}

func (s *mailSite) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// browser returns a client with its own cookies.
func (s *mailSite) browser() *http.Client {
	jar, err := cookiejar.New(nil)
	s.check(err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send posts a form and returns the status and where it leads.
func (s *mailSite) send(who *http.Client, address string, fields ...string) (status int, location string) {
	s.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := who.PostForm(s.absolute(address), form)
	s.check(err)
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

func (s *mailSite) absolute(address string) string {
	if strings.HasPrefix(address, "/") {
		return s.server.URL + address
	}
	return address
}

func (s *mailSite) get(who *http.Client, address string) (status int, body string) {
	s.Helper()
	resp, err := who.Get(s.absolute(address))
	s.check(err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	s.check(err)
	return resp.StatusCode, string(data)
}

// say posts a comment and returns its number.
func (s *mailSite) say(who *http.Client, name string, parent int64, text string, follow bool) int64 {
	s.Helper()
	fields := []string{
		"comment_post_ID", fmt.Sprint(s.article.ID), "comment_parent", fmt.Sprint(parent), "author", name, "email", strings.ToLower(name) + "@example.org", "comment", text,
	}
	if follow {
		fields = append(fields, "follow", "yes")
	}
	status, location := s.send(who, "/wp-comments-post.php", fields...)
	_, id, found := strings.Cut(location, "#comment-")
	if status != http.StatusSeeOther || !found {
		s.Fatalf("the comment was answered with %d to %q", status, location)
	}
	n, err := strconv.ParseInt(id, 10, 64)
	s.check(err)
	return n
}

func (s *mailSite) decide(action discussion.Action, id int64, reason string) {
	s.Helper()
	_, _, err := discussion.Decide(s.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{Action: action, Reason: reason})
	s.check(err)
}

// wait lets time pass and runs the tasks that are due.
func (s *mailSite) wait(d time.Duration) {
	s.Helper()
	s.clock.Advance(d)
	for {
		n, err := queue.WorkDue(s.Context(), s.db, s.post.Kinds())
		s.check(err)
		told, err := queue.WorkDue(s.Context(), s.db, s.post.CorrectionKinds())
		s.check(err)
		if n+told == 0 {
			return
		}
	}
}

// next returns the one mail that was sent since the last one looked at.
func (s *mailSite) next(to string) mail.Message {
	s.Helper()
	sent := s.outbox.Sent()
	if len(sent) != s.read+1 || sent[s.read].To != to {
		s.Fatalf("%d new mails instead of one to %s: %+v", len(sent)-s.read, to, sent[s.read:])
	}
	s.read++
	return sent[s.read-1]
}

func (s *mailSite) nothing() {
	s.Helper()
	if sent := s.outbox.Sent(); len(sent) != s.read {
		s.Fatalf("mail nobody should get: %+v", sent[s.read:])
	}
}

var anAddress = regexp.MustCompile(`http://\S+`)

// link returns the address in a mail that begins with a path.
func (s *mailSite) link(m mail.Message, path string) string {
	s.Helper()
	for _, address := range anAddress.FindAllString(m.Text, -1) {
		if strings.HasPrefix(address, s.server.URL+path) && !strings.HasSuffix(address, "/stop/") {
			return address
		}
	}
	s.Fatalf("no link to %s in\n%s", path, m.Text)
	return ""
}

func eachMailSite(t *testing.T, test func(*mailSite)) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) { test(newMailSite(t, db, clock)) })
}

func TestNoSecondMailBeforeConsent(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		anna, ben := s.browser(), s.browser()
		first := s.say(anna, "Anna", 0, "I was <b>there</b>.", true)
		s.wait(time.Hour)
		s.nothing() // it is held: a spammer's comment makes no mail
		s.decide(discussion.DoApprove, first, "")
		s.wait(time.Minute)
		s.nothing() // it could still be undone
		s.wait(2 * time.Minute)
		asked := s.next("anna@example.org")
		if strings.Contains(asked.Text+asked.HTML, "I was") || !strings.Contains(asked.HTML, "Strait opens &lt;again&gt;") {
			s.Errorf("the mail says\n%s\n%s", asked.Text, asked.HTML)
		}
		if asked.Unsubscribe != "" {
			s.Error("nothing was subscribed to yet")
		}
		second := s.say(anna, "Anna", 0, "And another one.", true)
		s.decide(discussion.DoApprove, second, "")
		s.decide(discussion.DoApprove, s.say(ben, "Ben", first, "Were you?", false), "")
		s.wait(time.Hour)
		s.nothing()

		// A mail scanner looks at the link; the owner presses the button.
		link := s.link(asked, "/mail/")
		if status, body := s.get(s.browser(), link); status != http.StatusOK || !strings.Contains(body, "Is this your address?") {
			s.Fatalf("%d: %s", status, body)
		}
		s.decide(discussion.DoApprove, s.say(ben, "Ben", first, "Really?", false), "")
		s.wait(time.Hour)
		s.nothing()
		if status, _ := s.send(anna, link, "do", "confirm", "when", "now"); status != http.StatusSeeOther {
			s.Fatalf("confirming was answered with %d", status)
		}
		reply := s.say(ben, "Ben", first, "Tell us more & more.", false)
		s.decide(discussion.DoApprove, reply, "")
		s.wait(2 * time.Minute)
		told := s.next("anna@example.org")
		if !strings.Contains(told.Text, "Tell us more & more.") || !strings.Contains(told.Text, fmt.Sprintf("%s/comment/%d/", s.server.URL, reply)) || told.Unsubscribe == "" {
			s.Errorf("the mail says\n%s", told.Text)
		}
		s.decide(discussion.DoHold, reply, "")
		s.decide(discussion.DoApprove, reply, "")
		s.wait(time.Hour)
		s.nothing() // told already
		s.decide(discussion.DoApprove, s.say(anna, "Anna", first, "I answer myself.", false), "")
		s.wait(time.Hour)
		s.nothing()

		// One click in the mail program: no page, no cookie, no question.
		resp, err := http.PostForm(told.Unsubscribe, url.Values{"List-Unsubscribe": {"One-Click"}})
		s.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			s.Fatalf("one click was answered with %d", resp.StatusCode)
		}
		s.decide(discussion.DoApprove, s.say(ben, "Ben", first, "Still there?", false), "")
		s.wait(time.Hour)
		s.nothing()
	})
}

func TestUndoneDecisionsAreNotMailed(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		anna := s.browser()
		s.check(people.ConfirmMail(s.Context(), s.db, "anna@example.org", false))
		id := s.say(anna, "Anna", 0, "Too early.", true)
		s.decide(discussion.DoApprove, id, "")
		s.wait(time.Minute)
		s.decide(discussion.DoHold, id, "")
		s.wait(time.Hour)
		s.nothing()
		s.decide(discussion.DoTrash, id, "irrelevant")
		s.wait(2 * time.Minute)
		if m := s.next("anna@example.org"); !strings.Contains(m.Text, "nothing to do with the story") {
			s.Errorf("the reason is missing:\n%s", m.Text)
		}
		// Restored and declined again, it can be undone for as long as before.
		s.decide(discussion.DoHold, id, "")
		s.decide(discussion.DoTrash, id, "irrelevant")
		s.wait(time.Minute)
		s.decide(discussion.DoHold, id, "")
		s.wait(30 * time.Second)
		_, _, err := discussion.Decide(s.Context(), s.db, models.Actor{Name: "test"}, []discussion.Versioned{{ID: id}}, discussion.Verdict{
			Action: discussion.DoTrash, Reason: "offensive", Words: "Not like <this>, please.",
		})
		s.check(err)
		s.wait(time.Minute)
		s.nothing()
		s.wait(time.Minute)
		m := s.next("anna@example.org")
		if !strings.Contains(m.Text, "found it offensive") || !strings.Contains(m.Text, "> Not like <this>, please.") || !strings.Contains(m.HTML, "Not like &lt;this&gt;") {
			s.Errorf("the reason or the words are missing:\n%s", m.Text)
		}
		// The address opens the page in every browser, and leads to the text.
		if status, body := s.get(s.browser(), s.link(m, fmt.Sprintf("/comment/%d/status/", id))); status != http.StatusOK || !strings.Contains(body, "Not like &lt;this&gt;") {
			s.Errorf("%d: %s", status, body)
		}
		again := strings.Replace(s.link(m, fmt.Sprintf("/comment/%d/status/", id)), "/status/", "/again/", 1)
		if status, body := s.get(s.browser(), again); status != http.StatusOK || !strings.Contains(body, ">Too early.</textarea>") {
			s.Errorf("%d: %s", status, body)
		}
		spam := s.say(anna, "Anna", 0, "Buy this.", true)
		s.decide(discussion.DoSpam, spam, "")
		s.wait(time.Hour)
		s.nothing()
	})
}

// The answer to an appeal is mailed when it can no longer be undone, and only that answer.
func TestTheAnswerToAnAppealIsMailed(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		u := s.hire("Otto", people.Editor, people.MailNever)
		s.check(people.ConfirmMail(s.Context(), s.db, "anna@example.org", false))
		anna := s.browser()
		id := s.say(anna, "Anna", 0, "The ferry is late.", true)
		stranger := s.say(s.browser(), "Zoe", 0, "So it is.", true)
		answer := func(comment int64, outcome appeals.Outcome) (op string) {
			s.decide(discussion.DoTrash, comment, "irrelevant")
			a, err := appeals.File(s.Context(), s.db, comment, "The strait.")
			s.check(err)
			c, err := discussion.ByID(s.Context(), s.db, comment)
			s.check(err)
			op, err = appeals.Decide(s.Context(), s.db, u, a.ID, appeals.Ruling{Outcome: outcome, Version: c.Version, Words: "Looked <again>."})
			s.check(err)
			return op
		}
		op := answer(id, appeals.Reversed)
		_, err := discussion.Undo(s.Context(), s.db, u.Actor(), op)
		s.check(err)
		s.wait(2 * time.Minute)
		if m := s.next("anna@example.org"); !strings.Contains(m.Subject, "was not published") {
			s.Errorf("after the undo of the answer the mail is about %q", m.Subject)
		}
		s.decide(discussion.DoApprove, id, "")
		s.wait(2 * time.Minute)
		s.next("anna@example.org")
		answer(id, appeals.Reversed)
		s.wait(2 * time.Minute)
		m := s.next("anna@example.org")
		if !strings.Contains(m.Text, "It is published now.") || !strings.Contains(m.Text, "Looked <again>.") || !strings.Contains(m.Text, fmt.Sprintf("/comment/%d/", id)) {
			s.Errorf("%s\n%s", m.Subject, m.Text)
		}
		answer(id, appeals.Upheld)
		s.wait(2 * time.Minute)
		sent := s.outbox.Sent()[s.read:]
		if len(sent) != 2 || !strings.Contains(sent[0].Text+sent[1].Text, "The decision stays") {
			s.Errorf("%d mails: %+v", len(sent), sent)
		}
		s.read += len(sent)
		// The owner of an address that is not confirmed learns nothing.
		answer(stranger, appeals.Upheld)
		s.wait(time.Hour)
		s.nothing()
	})
}

func TestOneMailADay(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		anna, ben := s.browser(), s.browser()
		s.check(people.ConfirmMail(s.Context(), s.db, "anna@example.org", true))
		first := s.say(anna, "Anna", 0, "Who was there?", true)
		s.decide(discussion.DoApprove, first, "")
		s.wait(time.Hour)
		if m := s.next("anna@example.org"); !strings.Contains(m.Subject, "published") {
			s.Error(m.Subject)
		}
		var last int64
		for _, text := range []string{"I was.", "So was I.", "Nobody was."} {
			last = s.say(ben, "Ben", first, text, false)
			s.decide(discussion.DoApprove, last, "")
			s.wait(time.Hour)
		}
		s.nothing()
		s.decide(discussion.DoSpam, last, "")
		s.wait(24 * time.Hour)
		daily := s.next("anna@example.org")
		if daily.Subject != "2 answers to what you wrote" || !strings.Contains(daily.Text, "So was I.") || strings.Contains(daily.Text, "Nobody was.") {
			s.Errorf("%s\n%s", daily.Subject, daily.Text)
		}
		s.wait(48 * time.Hour)
		s.nothing()
		resp, err := http.PostForm(daily.Unsubscribe, nil)
		s.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			s.Errorf("answered with %d", resp.StatusCode)
		}
		s.decide(discussion.DoApprove, s.say(ben, "Ben", first, "One more.", false), "")
		s.wait(48 * time.Hour)
		s.nothing()
	})
}

// A typed address is not trusted. An address that was verified by a mailed
// link is trusted, also in another browser.
func TestAVerifiedAddressIsTrusted(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		first := s.say(s.browser(), "Anna", 0, "My first one.", true)
		s.decide(discussion.DoApprove, first, "")
		s.wait(2 * time.Minute)
		link := s.link(s.next("anna@example.org"), "/mail/")

		state := func(id int64) discussion.State {
			c, err := discussion.ByID(s.Context(), s.db, id)
			s.check(err)
			return c.State
		}
		if got := state(s.say(s.browser(), "Anna", 0, "I only typed the address.", false)); got != discussion.Held {
			s.Errorf("a typed address made it %s", got)
		}
		phone := s.browser()
		if status, _ := s.send(phone, link, "do", "confirm", "when", "now"); status != http.StatusSeeOther {
			s.Fatal(status)
		}
		if got := state(s.say(phone, "Anna", 0, "This is my own telephone.", false)); got != discussion.Approved {
			s.Errorf("a verified address made it %s", got)
		}
		late := s.browser()
		s.clock.Advance(31 * 24 * time.Hour)
		if status, _ := s.send(late, link, "do", "confirm", "when", "now"); status != http.StatusSeeOther {
			s.Errorf("an old link of a confirmed address still chooses mail, but was answered with %d", status)
		}
		if got := state(s.say(late, "Anna", 0, "The link is a month old.", false)); got != discussion.Held {
			s.Errorf("an old link made it %s", got)
		}
		for _, forged := range []string{link[:len(link)-4] + "AAA/", strings.Replace(link, "/mail/", "/mail/x", 1), s.server.URL + "/mail/AAAA.1.AAAA/"} {
			if status, _ := s.send(s.browser(), forged, "do", "confirm"); status != http.StatusNotFound {
				s.Errorf("%s was answered with %d", forged, status)
			}
		}
	})
}

func TestOwnDataByMailedLink(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		first := s.say(s.browser(), "Anna", 0, "Written at work.", false)
		s.say(s.browser(), "Ben", 0, "Somebody else's.", false)
		s.decide(discussion.DoApprove, first, "")
		ask := func(email string) string {
			_, location := s.send(s.browser(), "/comments/mine/link/", "email", email)
			return location
		}
		if known, unknown := ask("anna@example.org"), ask("nobody@example.org"); known != unknown {
			s.Errorf("the answers tell whether an address is known: %q, %q", known, unknown)
		}
		s.wait(time.Second)
		m := s.next("anna@example.org")
		ask("ANNA@example.org ")
		s.wait(time.Minute)
		s.nothing() // one an hour
		link := s.link(m, "/comments/mine/")
		key := strings.TrimPrefix(link, s.server.URL+"/comments/mine/?key=")
		home := s.browser()
		if status, body := s.get(home, link); status != http.StatusOK || !strings.Contains(body, "Written at work.") || strings.Contains(body, "Somebody else") {
			s.Fatalf("%d: %s", status, body)
		}
		if _, lines := s.get(home, "/comments/mine/export/?key="+key); !strings.Contains(lines, `"email":"anna@example.org"`) || strings.Count(lines, `"text":`) != 1 {
			s.Errorf("taken along: %s", lines)
		}
		s.clock.Advance(time.Hour + time.Minute)
		if status, _ := s.get(home, link); status != http.StatusGone {
			s.Errorf("the link still opens after an hour: %d", status)
		}
		ask("anna@example.org")
		s.wait(time.Second)
		key, err := url.QueryUnescape(strings.TrimPrefix(s.link(s.next("anna@example.org"), "/comments/mine/"), s.server.URL+"/comments/mine/?key="))
		s.check(err)
		if status, _ := s.send(home, "/comments/mine/", "do", "remove", "key", key); status != http.StatusSeeOther {
			s.Errorf("answered with %d", status)
		}
		if status, _ := s.get(home, fmt.Sprintf("/comment/%d/", first)); status != http.StatusGone {
			s.Errorf("the comment still answers %d", status)
		}
		address, err := people.AddressOf(s.Context(), s.db, "anna@example.org")
		if err != nil || !address.LinkedAt.IsZero() {
			s.Errorf("the address is still known: %+v (%v)", address, err)
		}
	})
}

// For a forgotten password, addresses with an account get mail, at most three
// an hour. The link in the mail opens the account.
func TestMailForANewPassword(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newMailSite(t, db, clock)
		_, err := people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Ida", Email: "ida@example.org", Role: people.Editor, Password: "the old long password"})
		s.check(err)
		who := s.browser()
		ask := func(email string) {
			t.Helper()
			if status, to := s.send(who, "/password/forgot/", "email", email); status != http.StatusSeeOther || to != "/password/forgot/?done=sent" {
				t.Errorf("%s: %d to %q", email, status, to)
			}
			s.wait(time.Second)
		}
		ask("nobody@example.org")
		s.nothing()
		ask(" IDA@example.org")
		link := s.link(s.next("ida@example.org"), "/password/reset/")
		if status, body := s.get(who, link); status != http.StatusOK || !strings.Contains(body, "New password") {
			t.Fatalf("%d: %s", status, body)
		}
		u, err := url.Parse(link)
		s.check(err)
		key := u.Query().Get("key")
		if status, to := s.send(who, "/password/reset/", "key", key, "password", "the new long password"); status != http.StatusSeeOther || to != "/desk" {
			t.Fatalf("%d to %q", status, to)
		}
		if status, _ := s.get(who, "/desk/account/"); status != http.StatusOK {
			t.Errorf("not in: %d", status)
		}
		if status, _ := s.get(who, link); status != http.StatusGone {
			t.Errorf("the link works twice: %d", status)
		}
		s.wait(time.Second)
		s.next("ida@example.org") // that the password was changed
		ask("ida@example.org")
		s.next("ida@example.org")
		ask("ida@example.org")
		s.next("ida@example.org")
		ask("ida@example.org")
		s.nothing()
	})
}
