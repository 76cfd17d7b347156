package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/handlers/jobs"
	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	outgoing "broadsheet/models/mail"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/settings"
	"broadsheet/models/subscription"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/html"
)

// mailServer is a real SMTP server that stores the mail for each recipient, and
// refuses the recipients that a test names.
type mailServer struct {
	mu      sync.Mutex
	got     map[string][]string
	refuse  map[string]*smtp.SMTPError // by recipient
	content *smtp.SMTPError            // for every message, nil for none
	tried   int                        // recipients
}

type mailSession struct {
	*mailServer
	to string
}

func (m *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &mailSession{mailServer: m}, nil
}
func (s *mailSession) Reset()                               {}
func (s *mailSession) Logout() error                        { return nil }
func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = to
	s.tried++
	if refusal := s.refuse[to]; refusal != nil {
		return refusal
	}
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.content != nil {
		return s.content
	}
	s.got[s.to] = append(s.got[s.to], string(data))
	return err
}

// mails returns the messages for an address.
func (m *mailServer) mails(to string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.got[to])
}

// set changes the addresses that the server refuses.
func (m *mailServer) set(content *smtp.SMTPError, refuse map[string]*smtp.SMTPError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.content, m.refuse = content, refuse
}

// openMailServer starts the server and returns its address for --smtp.
func openMailServer(t *testing.T) (m *mailServer, address string) {
	t.Helper()
	m = &mailServer{got: map[string][]string{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(m)
	server.Domain = "localhost"
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		<-ended
	})
	return m, "smtp://" + listener.Addr().String() + "?tls=none"
}

// digestSite is a site that sends digests to a real SMTP server.
type digestSite struct {
	*mailSite
	server *mailServer
}

func eachDigestSite(t *testing.T, test func(*digestSite)) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		server, address := openMailServer(s.T)
		sender, err := outgoing.NewSMTP(address, "news@courier.example")
		s.check(err)
		s.post.Sender = sender
		test(&digestSite{s, server})
	})
}

// publish saves an article that was published some time ago.
func (s *digestSite) publish(title, category string, ago time.Duration) *newsroom.Article {
	s.Helper()
	a, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: title, Standfirst: "What it is about.", Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: category}},
		PublishedAt: s.clock.Now().Add(-ago),
	})
	s.check(err)
	return a
}

// subscribe adds a confirmed subscriber to the whole paper.
func (s *digestSite) subscribe(email string, f subscription.Frequency) {
	s.Helper()
	in := subscription.Imported{Email: email, Choice: subscription.Choice{Lists: []int64{subscription.Paper}, Frequency: f}}
	s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
		_, err := subscription.Import(s.Context(), tx, func(int64) bool { return true }, in)
		return err
	}))
}

// run does the tasks of mail and all jobs that are due, as the server does.
func (s *digestSite) run() {
	s.Helper()
	for _, task := range jobs.MailTasks() {
		s.check(task.Run(s.Context(), s.db))
	}
	for _, kinds := range []queue.Kinds{s.post.Kinds(), s.post.DigestKinds()} {
		for {
			done, err := queue.WorkDue(s.Context(), s.db, kinds)
			if err != nil {
				s.Logf("jobs: %v", err)
			}
			if done == 0 {
				break
			}
		}
	}
}

// at moves the clock to a time of a zone, forwards.
func (s *digestSite) at(t time.Time) {
	s.Helper()
	d := t.Sub(s.clock.Now())
	if d < 0 {
		s.Fatalf("%s is in the past", t)
	}
	s.clock.Advance(d)
}

// issue returns the newest issue with recipients.
func (s *digestSite) issue() *digest.Issue {
	s.Helper()
	list, err := digest.Recent(s.Context(), s.db, 1)
	s.check(err)
	if len(list) == 0 {
		s.Fatal("there is no issue")
	}
	return &list[0]
}

// parts returns the header and the two forms of a message.
func (s *digestSite) parts(message string) (header mail.Header, text, htmlText string) {
	s.Helper()
	m, err := mail.ReadMessage(strings.NewReader(message))
	s.check(err)
	_, boundary, _ := strings.Cut(m.Header.Get("Content-Type"), "boundary=")
	boundary, _, _ = strings.Cut(boundary, ";")
	reader := multipart.NewReader(m.Body, strings.Trim(strings.TrimSpace(boundary), `"`))
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return m.Header, text, htmlText
		}
		s.check(err)
		data, err := io.ReadAll(quotedprintable.NewReader(part))
		s.check(err)
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			htmlText = string(data)
		} else {
			text = strings.ReplaceAll(string(data), "\r\n", "\n")
		}
	}
}

// A reader subscribes by the form, confirms by the mailed button, gets one digest at
// the hour on each side of a change of the clock, opens every link in it, and ends it
// with one click.
func TestADigestFromTheFormToTheLastClick(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		oslo, err := time.LoadLocation("Europe/Oslo")
		s.check(err)
		s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
			for key, value := range map[string]string{"site.timezone": "Europe/Oslo", "digest.hour": "2", "site.name": "The Courier"} {
				if err := settings.Set(s.Context(), tx, key, value); err != nil {
					return err
				}
			}
			return nil
		}))
		const anna = "anna@example.org"
		who := s.browser()
		if status, to := s.send(who, "/digest/", "email", anna, "list", "0", "when", "daily"); status != http.StatusSeeOther || to != "/digest/asked/" {
			s.Fatalf("%d to %q", status, to)
		}
		s.run()
		if got := s.server.mails(anna); len(got) != 1 {
			s.Fatalf("%d mails", len(got))
		}
		_, text, _ := s.parts(s.server.mails(anna)[0])
		link := regexp.MustCompile(`http://\S+/digest/\S+`).FindString(text)
		for range 3 { // a scanner
			if status, body := s.get(s.browser(), link); status != http.StatusOK || !strings.Contains(body, "Confirm your digest") {
				s.Fatalf("%d: %s", status, body)
			}
		}
		s.publish("Too early", "world", time.Hour)
		s.at(time.Date(2027, 3, 26, 2, 0, 0, 0, oslo))
		s.run()
		if got := s.server.mails(anna); len(got) != 1 {
			s.Fatalf("a digest before the confirmation: %q", got)
		}
		if status, to := s.send(who, link, "do", "save", "list", "0", "when", "daily"); status == http.StatusSeeOther || to != "" {
			s.Errorf("a link of four months ago confirms: %d", status)
		}
		s.check(subscription.Prune(s.Context(), s.db))
		s.send(who, "/digest/", "email", anna, "list", "0", "when", "daily")
		s.run()
		_, text, _ = s.parts(s.server.mails(anna)[1])
		link = regexp.MustCompile(`http://\S+/digest/\S+`).FindString(text)
		if status, to := s.send(who, link, "do", "save", "list", "0", "when", "daily"); status != http.StatusSeeOther || !strings.HasSuffix(to, "?done=confirmed") {
			s.Fatalf("%d to %q", status, to)
		}
		s.clock.Advance(time.Hour)
		// On 28 March the clock skips from 2 to 3. Each day gets its one digest.
		for day := 27; day <= 30; day++ {
			story := s.publish(fmt.Sprint("Story of day ", day), "world", time.Minute)
			in := discussion.Submission{ArticleID: story.ID, Author: "Ben <b>", Email: "ben@example.org", Text: fmt.Sprint("Well said, day ", day, " <script>"), Token: "t"}
			site, err := newsroom.LoadSite(s.Context(), s.db)
			s.check(err)
			c, err := discussion.Post(s.Context(), s.db, site, in)
			s.check(err)
			s.decide(discussion.DoApprove, c.ID, "")
			s.check(s.db.Write(s.Context(), func(tx *models.Tx) error {
				return tx.Query(s.Context()).Exec("UPDATE comments SET recommends = 3 WHERE id = ?", c.ID).Error
			}))
			for hour := 1; hour <= 8; hour++ {
				s.at(time.Date(2027, 3, day, hour, 10, 0, 0, oslo))
				s.run()
				s.run()
			}
			if got := s.server.mails(anna); len(got) != 2+day-26 {
				s.Fatalf("%d mails after day %d", len(got), day)
			}
			s.at(time.Date(2027, 3, day, 23, 0, 0, 0, oslo))
		}
		s.readDigest(s.server.mails(anna)[3], "Story of day 28", "Well said, day 28")
		header, _, _ := s.parts(s.server.mails(anna)[5])
		stop := strings.Trim(header.Get("List-Unsubscribe"), "<>")
		resp, err := http.PostForm(stop, url.Values{"List-Unsubscribe": {"One-Click"}})
		s.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			s.Errorf("one click was answered with %d", resp.StatusCode)
		}
		s.publish("After the end", "world", time.Minute)
		s.at(time.Date(2027, 3, 31, 2, 10, 0, 0, oslo))
		s.run()
		if got := s.server.mails(anna); len(got) != 6 {
			s.Errorf("%d mails after the end", len(got))
		}
		if status, body := s.get(s.browser(), strings.TrimSuffix(stop, "stop/")); status != http.StatusOK || !strings.Contains(body, "This subscription has ended") {
			s.Errorf("the link of an ended subscription: %d", status)
		}
		if left := modeltest.FindText(s.T, s.db, anna); slices.Contains(left, "digest_subscriptions.email") || slices.Contains(left, "jobs.key") {
			s.Errorf("the address is left in %v", left)
		}
	})
}

// readDigest checks the headers and both forms of a digest, and opens every link.
func (s *digestSite) readDigest(message string, parts ...string) {
	s.Helper()
	header, text, htmlText := s.parts(message)
	for name, want := range map[string]string{
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Precedence": "bulk", "Auto-Submitted": "auto-generated",
		"List-Id": "<digest.127.0.0.1>",
	} {
		if got := header.Get(name); got != want {
			s.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, part := range parts {
		if !strings.Contains(text, part) || !strings.Contains(htmlText, part) {
			s.Errorf("the digest lacks %q:\n%s", part, text)
		}
	}
	doc, err := html.Parse(strings.NewReader(htmlText))
	s.check(err)
	own := []string{"html", "head", "meta", "title", "body", "div", "p", "a", "bdi", "h1", "h2"}
	links := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(own, n.Data) {
			s.Errorf("an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "href" && strings.HasPrefix(a.Val, s.mailSite.server.URL+"/"):
				links[a.Val] = true
			case a.Key == "href" || a.Key == "src" || a.Key == "background" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url("):
				s.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	for _, address := range anAddress.FindAllString(text, -1) {
		if !links[address] {
			s.Errorf("%s is in the text alone", address)
		}
	}
	if len(links) < 4 {
		s.Errorf("only the links %v", links)
	}
	for address := range links {
		resp, err := http.Get(address) // follows redirects, runs no script
		s.check(err)
		body, err := io.ReadAll(resp.Body)
		s.check(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("<h1")) && !bytes.Contains(body, []byte("at-front")) {
			s.Errorf("%s: %d", address, resp.StatusCode)
		}
	}
}

// Two instances work on the same issue: each subscriber gets one mail.
func TestTwoInstancesSendEachDigestOnce(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		const readers = 30
		for i := range readers {
			s.subscribe(fmt.Sprintf("r%d@example.org", i), subscription.Daily)
		}
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for _, task := range jobs.MailTasks() {
					if err := task.Run(s.Context(), s.db); err != nil {
						s.Error(err)
					}
				}
				for {
					done, err := queue.WorkDue(s.Context(), s.db, s.post.DigestKinds())
					if err != nil {
						s.Error(err)
					}
					if done == 0 {
						return
					}
				}
			})
		}
		both.Wait()
		s.run()
		for i := range readers {
			if got := s.server.mails(fmt.Sprintf("r%d@example.org", i)); len(got) != 1 {
				s.Errorf("reader %d got %d mails", i, len(got))
			}
		}
		if issue := s.issue(); issue.Recipients != readers || issue.Sent != readers || issue.Waiting() != 0 {
			s.Errorf("%+v", issue)
		}
	})
}

// An address that does not exist is given up at once; a full mailbox is tried again
// and stays. A server that refuses the content says nothing about the addresses.
func TestRefusalsOfDigests(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		for _, name := range []string{"good", "gone", "full", "late"} {
			s.subscribe(name+"@example.org", subscription.Daily)
		}
		s.server.set(nil, map[string]*smtp.SMTPError{
			"gone@example.org": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user gone@example.org"},
			"full@example.org": {Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"},
			"late@example.org": {Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "greylisted"},
		})
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		s.run()
		s.server.set(nil, nil)
		s.clock.Advance(5 * time.Minute)
		s.run()
		for name, want := range map[string]int{"good": 1, "gone": 0, "full": 0, "late": 1} {
			if got := s.server.mails(name + "@example.org"); len(got) != want {
				s.Errorf("%s got %d mails, want %d", name, len(got), want)
			}
		}
		if issue := s.issue(); issue.Sent != 2 || issue.Failed != 2 || issue.Waiting() != 0 {
			s.Errorf("%+v", issue)
		}
		counts, err := subscription.Count(s.Context(), s.db)
		if err != nil || counts.Bounced != 1 || counts.Daily != 3 {
			s.Errorf("%+v (%v)", counts, err)
		}

		// The next day the server refuses the content.
		s.publish("Of the next day", "world", time.Minute)
		s.server.set(&smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "spam"}, nil)
		s.at(time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC))
		for range 30 {
			s.run()
			s.clock.Advance(2 * time.Minute)
		}
		if issue := s.issue(); issue.Sent != 0 || issue.Failed != 0 || issue.HeldUntil.IsZero() || issue.Waiting() != 3 || issue.Error != "5.7.1" {
			s.Errorf("while the content is refused: %+v", issue)
		}
		s.server.set(nil, nil)
		s.clock.Advance(3 * time.Hour)
		s.run()
		if issue := s.issue(); issue.Sent != 3 || !issue.HeldUntil.IsZero() {
			s.Errorf("after the server takes it again: %+v", issue)
		}
	})
}

// A dead mail server delays the digests and nothing else: the queue of digests
// is its own, and a mail about a comment is sent at once.
func TestDigestsDoNotDelayOtherMail(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		const readers = 40
		for i := range readers {
			s.subscribe(fmt.Sprintf("r%d@example.org", i), subscription.Daily)
		}
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		for _, task := range jobs.MailTasks() {
			s.check(task.Run(s.Context(), s.db))
		}
		s.send(s.browser(), "/comments/mine/link/", "email", "nobody@example.org")
		s.send(s.browser(), "/digest/", "email", "new@example.org", "list", "0", "when", "daily")
		for {
			done, err := queue.WorkDue(s.Context(), s.db, s.post.Kinds())
			s.check(err)
			if done == 0 {
				break
			}
		}
		if len(s.server.mails("new@example.org")) != 1 || s.server.tried != 1 || s.issue().Waiting() != readers {
			s.Errorf("%d recipients were tried, %d digests wait", s.server.tried, s.issue().Waiting())
		}
	})
}

// The process dies after the mail server took a mail and before that was recorded:
// that mail alone is sent again, with the same Message-ID.
func TestACrashRepeatsOneDigestAtMost(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		const readers = 12
		for i := range readers {
			s.subscribe(fmt.Sprintf("r%02d@example.org", i), subscription.Daily)
		}
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		for _, task := range jobs.MailTasks() {
			s.check(task.Run(s.Context(), s.db))
		}
		crashing := &crashingSender{Sender: s.post.Sender, left: 5}
		ctx, cancel := context.WithCancel(s.Context())
		crashing.crash = cancel
		dying := *s.post
		dying.Sender = crashing
		for {
			done, err := queue.WorkDue(ctx, s.db, dying.DigestKinds())
			if err != nil || done == 0 {
				break
			}
		}
		cancel()
		s.clock.Advance(queue.Lease + time.Second)
		s.run()
		twice := 0
		for i := range readers {
			got := s.server.mails(fmt.Sprintf("r%02d@example.org", i))
			switch len(got) {
			case 1:
			case 2:
				twice++
				first, _, _ := s.parts(got[0])
				second, _, _ := s.parts(got[1])
				if id := first.Get("Message-Id"); id == "" || id != second.Get("Message-Id") {
					s.Errorf("the two have the IDs %q and %q", id, second.Get("Message-Id"))
				}
			default:
				s.Errorf("reader %d got %d mails", i, len(got))
			}
		}
		if twice != 1 {
			s.Errorf("%d digests were sent twice, want the one of the crash", twice)
		}
		if issue := s.issue(); issue.Sent != readers {
			s.Errorf("%+v", issue)
		}
	})
}

// crashingSender ends the process, as far as the test can, after a number of mails.
type crashingSender struct {
	outgoing.Sender
	left  int
	crash func()
}

func (c *crashingSender) Send(ctx context.Context, m outgoing.Message) error {
	err := c.Sender.Send(ctx, m)
	if c.left--; c.left == 0 {
		c.crash()
	}
	return err
}

// The wish for no mail at all ends digests, too.
func TestNoDigestAfterAWishForNoMail(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		s.subscribe("anna@example.org", subscription.Daily)
		s.check(people.StopMail(s.Context(), s.db, "anna@example.org"))
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		s.run()
		if got := s.server.mails("anna@example.org"); len(got) != 0 {
			s.Errorf("%d mails", len(got))
		}
		if issue := s.issue(); issue.Skipped != 1 {
			s.Errorf("%+v", issue)
		}
	})
}
