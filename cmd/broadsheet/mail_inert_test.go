package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/mail"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"

	"golang.org/x/net/html"
)

// Markup in a name, in a headline and in a text is inert in every mail that
// quotes it, also where it comes escaped, and no name makes a new header.
func TestMarkupIsInertInEveryMail(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		const attack = `&lt;img src=x onerror=alert(1)&gt;<svg onload=alert(2)>"'&amp;`
		s.hire("Mona", people.Moderator, people.MailAtOnce)
		article, _, err := newsroom.Save(s.Context(), s.db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Title: "Strait </title>" + attack, Body: "Open.", PublishedAt: s.clock.Now().Add(-time.Hour)})
		s.check(err)
		s.article = article
		say := func(who *http.Client, email string, parent int64, text string) int64 {
			fields := []string{"comment_post_ID", fmt.Sprint(article.ID), "comment_parent", fmt.Sprint(parent), "email", email, "comment", text, "follow", "yes", "author", "Eve\r\nBcc: all@example.org\r\n" + attack}
			_, location := s.send(who, "/wp-comments-post.php", fields...)
			_, id, _ := strings.Cut(location, "#comment-")
			n, err := strconv.ParseInt(id, 10, 64)
			s.check(err)
			return n
		}
		say(s.browser(), "before@example.org", 0, "From before anybody listened.")
		s.tick(time.Minute) // from now on Mona is told
		anna, eve := s.browser(), s.browser()
		first := say(anna, "anna@example.org", 0, "A thought "+attack)
		s.tick(time.Minute) // held: to Mona
		s.decide(discussion.DoApprove, first, "")
		s.wait(3 * time.Minute) // published: to Anna, who says yes
		sent := s.outbox.Sent()
		s.send(anna, s.link(sent[len(sent)-1], "/mail/"), "do", "confirm", "when", "now")
		s.decide(discussion.DoApprove, say(eve, "eve@example.org", first, "An answer "+attack), "")
		s.wait(3 * time.Minute) // answered
		sent = s.outbox.Sent()
		s.send(anna, s.link(sent[len(sent)-1], "/mail/"), "do", "confirm", "when", "daily")
		s.decide(discussion.DoApprove, say(s.browser(), "ed@example.org", first, "Another answer "+attack), "")
		s.wait(3 * time.Minute)
		s.wait(24 * time.Hour)                                                                           // the day's answers
		s.decide(discussion.DoTrash, say(anna, "anna@example.org", 0, "Once more "+attack), "offensive") // declined
		s.wait(3 * time.Minute)
		err = newsroom.SetCommentPolicy(s.Context(), s.db, models.Actor{Name: "test"}, article.ID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.VerifiedCommenter})
		s.check(err)
		s.send(eve, "/comments/proof/", "comment_post_ID", fmt.Sprint(article.ID), "email", "eve@example.org") // a link
		s.wait(time.Second)
		kinds := map[string]bool{}
		for _, m := range s.outbox.Sent() {
			kind, _, _ := strings.Cut(m.ID, ".")
			kinds[kind] = true
			s.inert(m)
		}
		for _, kind := range []string{"comment-published", "comment-declined", "comment-reply", "comment-daily", discussion.JobProof} {
			if !kinds[kind] {
				s.Errorf("no mail of kind %s was sent; there were %v", kind, kinds)
			}
		}
		if len(kinds) < 6 {
			s.Errorf("only mails of these kinds: %v", kinds)
		}
	})
}

// inert fails for a mail with an element or attribute that is not the form's
// own.
func (s *mailSite) inert(m mail.Message) {
	s.Helper()
	if strings.ContainsAny(m.Subject, "\r\n") || strings.ContainsAny(m.To, "\r\n ") {
		s.Errorf("a header of two lines: %q to %q", m.Subject, m.To)
	}
	doc, err := html.Parse(strings.NewReader(m.HTML))
	s.check(err)
	own := []string{"html", "head", "meta", "title", "body", "div", "p", "a", "bdi"}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(own, n.Data) {
			s.Errorf("%s: an element <%s>", m.ID, n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, s.server.URL+"/") {
				s.Errorf("%s: <%s %s=%q>", m.ID, n.Data, a.Key, a.Val)
			}
		}
	}
	if strings.Contains(m.HTML, "alert(1)") != strings.Contains(m.Text, "alert(1)") {
		s.Errorf("%s: the two forms do not say the same", m.ID)
	}
}
