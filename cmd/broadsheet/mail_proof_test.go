package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
)

// From "you may not" to a comment, by a mailed link: the text is given back at
// every step, and only the browser that says yes may write.
func TestVerifyLinkLetsAReaderComment(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		err := newsroom.SetCommentPolicy(s.Context(), s.db, models.Actor{Name: "test"}, s.article.ID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.VerifiedCommenter})
		s.check(err)
		anna, scanner, eve := s.browser(), s.browser(), s.browser()
		fields := []string{"comment_post_ID", fmt.Sprint(s.article.ID), "author", "Anna", "email", " Anna@Example.org", "comment", "A long thought."}
		if status, _ := s.send(anna, "/wp-comments-post.php", fields...); status != http.StatusForbidden {
			t.Fatalf("without a link: %d", status)
		}
		status, body := s.sendFor(anna, "/comments/proof/", fields...)
		if status != http.StatusOK || !strings.Contains(body, "A long thought.</textarea>") || !strings.Contains(body, "on its way to anna@example.org") {
			t.Fatalf("asking for the link: %d %s", status, body)
		}
		s.sendFor(anna, "/comments/proof/", fields...) // a second click
		s.wait(time.Second)
		mail := s.next("anna@example.org")
		if mail.Unsubscribe != "" || !strings.Contains(mail.Text, "Strait opens <again>") || !strings.Contains(mail.HTML, "Strait opens &lt;again&gt;") || strings.Contains(mail.HTML, "Strait opens <again>") {
			t.Errorf("%q\n%s\n%s", mail.Unsubscribe, mail.Text, mail.HTML)
		}
		link := s.link(mail, "/comments/proof/")
		if status, body := s.get(scanner, link); status != http.StatusOK || !strings.Contains(body, "Is this your address?") {
			t.Fatalf("the link: %d %s", status, body)
		}
		for name, who := range map[string]*http.Client{"anna, before yes": anna, "the scanner": scanner, "eve": eve} {
			if status, _ := s.send(who, "/wp-comments-post.php", fields...); status != http.StatusForbidden {
				t.Errorf("%s: %d", name, status)
			}
		}
		if status, back := s.send(anna, link); status != http.StatusSeeOther || !strings.HasSuffix(back, "/#respond") {
			t.Fatalf("yes: %d to %q", status, back)
		}
		id := s.say(anna, "Anna", 0, "A long thought.", false)
		if c, err := discussion.ByID(s.Context(), s.db, id); err != nil || !c.Verified || c.Email != "anna@example.org" {
			t.Errorf("%+v (%v)", c, err)
		}
		if status, _ := s.send(eve, "/wp-comments-post.php", fields...); status != http.StatusForbidden {
			t.Errorf("eve: %d", status)
		}
		// A stranger cannot fill a reader's mailbox.
		s.sendFor(eve, "/comments/proof/", fields...)
		s.wait(time.Minute)
		s.nothing()
		s.wait(time.Hour)
		s.sendFor(eve, "/comments/proof/", fields...)
		s.wait(time.Second)
		s.next("anna@example.org")
		// An article that is not public any more gets no mail sent.
		s.wait(2 * time.Hour)
		s.sendFor(eve, "/comments/proof/", fields...)
		s.check(discussion.SetArticleStatus(s.Context(), s.db, models.ActorCommand, s.article.ID, newsroom.Withdrawn, ""))
		s.wait(time.Second)
		s.nothing()
	})
}

// sendFor posts a form and returns the page that answers it.
func (s *mailSite) sendFor(who *http.Client, address string, fields ...string) (status int, body string) {
	s.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := who.PostForm(s.absolute(address), form)
	s.check(err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	s.check(err)
	return resp.StatusCode, string(data)
}
