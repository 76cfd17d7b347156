package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/cmd/broadsheet/digests"
	"broadsheet/models"
	"broadsheet/models/digest"
	outgoing "broadsheet/models/mail"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"

	"github.com/emersion/go-smtp"
)

// A report that returns the Message-ID of a digest ends the subscription. A forged
// one, one about the content and one about a delay do not.
func TestBouncedMailEndsASubscription(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		for _, name := range []string{"anna", "ben"} {
			s.subscribe(name+"@example.org", subscription.Daily)
		}
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		s.run()
		idOf := func(name string) string {
			header, _, _ := s.parts(s.server.mails(name + "@example.org")[0])
			return header.Get("Message-Id")
		}
		report := func(id, action, status string) string {
			text := "Content-Type: multipart/report; report-type=delivery-status; boundary=cut\n\n--cut\nContent-Type: message/delivery-status\n\n" +
				"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; x@example.org\nAction: " + action + "\nStatus: " + status +
				"\n\n--cut\nContent-Type: text/rfc822-headers\n\nMessage-ID: " + id + "\n\n--cut--\n"
			var out bytes.Buffer
			s.check(digests.Bounce(s.Context(), s.db, s.post.Links, strings.NewReader(text), &out))
			return out.String()
		}
		bounced := func() int {
			counts, err := subscription.Count(s.Context(), s.db)
			s.check(err)
			return counts.Bounced
		}
		anna := idOf("anna")
		forged := "<digest." + people.NewLinks([]byte("another secret of more than thirty-two bytes")).Make(people.ForBounce, "1 1", s.clock.Now()) + "@x>"
		for name, said := range map[string]string{
			"forged":    report(forged, "failed", "5.1.1"),
			"no digest": report("<reply.7@courier.example>", "failed", "5.1.1"),
			"delayed":   report(anna, "delayed", "4.4.1"),
			"policy":    report(anna, "failed", "5.7.1"),
		} {
			if !strings.HasPrefix(said, "ignored: ") || bounced() != 0 {
				s.Errorf("%s: %q, %d given up", name, said, bounced())
			}
		}
		for range 3 { // the same report counts once
			if said := report(anna, "failed", "5.2.2"); !strings.HasPrefix(said, "counted") || bounced() != 0 {
				s.Errorf("a full mailbox: %q, %d given up", said, bounced())
			}
		}
		if said := report(idOf("ben"), "failed", "5.1.1"); !strings.Contains(said, "no more digests") || bounced() != 1 {
			s.Errorf("no such mailbox: %q, %d given up", said, bounced())
		}
		s.clock.Advance(31 * 24 * time.Hour)
		if said := report(anna, "failed", "5.1.1"); !strings.Contains(said, "too old") {
			s.Errorf("after a month: %q", said)
		}
	})
}

// Exported rows can be imported again. Rows with faults are reported one by one.
func TestSubscribersOutAndIn(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		s.publish("A story", "world/east", time.Hour)
		in := "email,frequency,sections,confirmed\nanna@example.org,daily,*,2024-05-01T10:00:00Z\nben@example.org,weekly,world world/east,\n"
		add := func(text string) (out, problems string, err error) {
			var o, p bytes.Buffer
			err = digests.Import(s.Context(), s.db, strings.NewReader(text), "form of 2024", &o, &p)
			return o.String(), p.String(), err
		}
		out, problems, err := add(in + "wrong,daily,*,\nc@example.org,hourly,*,\nd@example.org,daily,nowhere,\ne@example.org,daily\nf@example.org,daily,*,yesterday\nanna@example.org,daily,*,\n")
		if err == nil || !strings.HasPrefix(out, "2 added, 1 left out") || strings.Count(problems, "\n") != 5 {
			s.Errorf("%q, %q, %v", out, problems, err)
		}
		var exported bytes.Buffer
		s.check(digests.Export(s.Context(), s.db, &exported))
		want := strings.Replace(in, "east,\n", "east,"+s.clock.Now().Format(time.RFC3339)+"\n", 1)
		if exported.String() != want {
			s.Errorf("exported\n%s, want\n%s", exported.String(), want)
		}
		if _, _, err := add("name,mail\n"); err == nil {
			s.Error("another file was taken")
		}
		var list, preview bytes.Buffer
		s.check(digests.Preview(s.Context(), s.db, &preview, subscription.Weekly, "world/east"))
		if !strings.Contains(preview.String(), "A story\n/") {
			s.Errorf("the preview is\n%s", preview.String())
		}
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		s.run()
		s.check(digests.List(s.Context(), s.db, &list))
		if lines := strings.Split(list.String(), "\n"); len(lines) != 4 || !strings.Contains(list.String(), "weekly") {
			s.Errorf("the list is\n%s", list.String())
		}
	})
}

// An editor gets the next digest by mail. No subscriber does, and it counts for
// none.
func TestAnEditorGetsATestDigest(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		ida := s.hire("Ida", people.Editor, people.MailNever)
		s.run() // the issue of this day, without subscribers
		s.subscribe("anna@example.org", subscription.Daily)
		s.clock.Advance(time.Hour)
		s.publish("The next <story>", "world", time.Minute)
		s.check(queueTest(s, "daily", ida.ID))
		s.run()
		got := s.server.mails("ida@courier.example")
		if len(got) != 1 {
			s.Fatalf("%d mails", len(got))
		}
		header, text, _ := s.parts(got[0])
		if !strings.Contains(text, "The next <story>") || !strings.Contains(text, "a test for editors") || header.Get("List-Unsubscribe") != "" {
			s.Errorf("%v\n%s", header, text)
		}
		mona := s.hire("Mona", people.Moderator, people.MailNever)
		s.check(queueTest(s, "daily", mona.ID))
		s.run()
		if n := len(s.server.mails("mona@courier.example")) + len(s.server.mails("anna@example.org")); n != 0 {
			s.Errorf("%d other mails", n)
		}
	})
}

func queueTest(s *digestSite, frequency string, account int64) error {
	return s.db.Write(s.Context(), func(tx *models.Tx) error {
		return queue.Add(s.Context(), tx, digest.JobTest, fmt.Sprint(frequency, " ", account), struct{}{}, tx.Now)
	})
}

// A mistyped address leaves no job behind, and no second mail is tried at once. A
// mail server that does not answer is not asked for each mail.
func TestMistypedAddressesAndASilentServer(t *testing.T) {
	eachDigestSite(t, func(s *digestSite) {
		s.server.set(nil, map[string]*smtp.SMTPError{
			"typo@example.org": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"},
		})
		for range 3 {
			s.send(s.browser(), "/digest/", "email", "typo@example.org", "list", "0", "when", "daily")
			s.run()
		}
		stuck, err := queue.StuckMail(s.Context(), s.db)
		if err != nil || stuck.Dead != 0 || stuck.Retried != 0 || s.server.tried != 1 {
			s.Errorf("%+v, %d tries (%v)", stuck, s.server.tried, err)
		}
		s.clock.Advance(time.Hour)
		s.publish("The story", "world", time.Minute)
		const readers = 20
		for i := range readers {
			s.subscribe(fmt.Sprintf("r%d@example.org", i), subscription.Daily)
		}
		real, silent := s.post.Sender, &silentSender{}
		s.post.Sender = silent
		s.at(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC))
		s.run()
		if silent.tried != 1 || s.issue().Waiting() != readers {
			s.Errorf("%d tries, %+v", silent.tried, s.issue())
		}
		s.post.Sender = real
		for range 3 {
			s.clock.Advance(2 * time.Minute)
			s.run()
		}
		if issue := s.issue(); issue.Sent != readers {
			s.Errorf("after the silence: %+v", issue)
		}
	})
}

// silentSender is a mail server that does not answer.
type silentSender struct{ tried int }

func (s *silentSender) Send(context.Context, outgoing.Message) error {
	s.tried++
	return errors.New("dial failed: no answer")
}
