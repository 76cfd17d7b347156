package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/targets"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
	"broadsheet/models/subscription"
)

// A commenter can type any address. Until its owner has confirmed it, mail to it
// holds no text from the commenter: not the name, the comment or the website.
func TestMailToAnUnconfirmedAddressHoldsNothingOfTheCommenter(t *testing.T) {
	t.Parallel()
	eachMailSite(t, func(s *mailSite) {
		const victim = "victim@example.org"
		eve := s.browser()
		say := func(text string) int64 {
			_, location := s.send(eve, "/wp-comments-post.php", "comment_post_ID", fmt.Sprint(s.article.ID), "author", "Cheap Pills", "email", victim,
				"url", "https://pills.example/", "comment", text+" Buy pills at https://pills.example/now", "follow", "yes")
			_, id, _ := strings.Cut(location, "#comment-")
			var n int64
			if _, err := fmt.Sscan(id, &n); err != nil {
				s.Fatalf("the comment was answered with %q", location)
			}
			return n
		}
		// Each kind of job, and the way to create it for the address.
		first := say("First.")
		causes := map[string]func(){
			discussion.JobPublished: func() { s.decide(discussion.DoApprove, first, "") },
			discussion.JobReply: func() {
				s.decide(discussion.DoApprove, s.say(s.browser(), "Ben", first, "Pills? No.", false), "")
			},
			discussion.JobDeclined: func() { s.decide(discussion.DoTrash, say("Second."), "advertising") },
			discussion.JobLink:     func() { s.send(eve, "/comments/mine/link/", "email", victim) },
			discussion.JobProof: func() {
				s.check(newsroom.SetCommentPolicy(s.Context(), s.db, models.Actor{Name: "test"}, s.article.ID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.VerifiedCommenter}))
				s.send(eve, "/comments/proof/", "comment_post_ID", fmt.Sprint(s.article.ID), "email", victim)
			},
			subscription.JobAsk: func() {
				s.send(eve, "/digest/", "email", victim, "list", "0", "when", "weekly", "name", "Cheap Pills", "text", "pills")
			},
			discussion.JobDaily:   nil, // only after the owner asked for it
			people.JobPassword:    nil, // only to accounts
			moderation.JobHeld:    nil, // only to accounts
			targets.Job:           nil, // only to accounts
			digest.JobTest:        nil, // only to accounts
			people.JobSecurity:    nil, // only to accounts
			invitations.JobInvite: nil, // only by an administrator
			people.JobEmail:       nil, // only by an account, and without its name
			appeals.JobOutcome:    nil, // only to confirmed addresses, as JobDeclined
			notes.Job:             nil, // only to accounts
			notices.Job:           nil, // only to addresses that the sender has proven
		}
		for kind := range s.post.CorrectionKinds() {
			if kind != notify.JobCorrected && kind != publictexts.JobNews {
				s.Errorf("a job of the kind %s is not looked at", kind) // these go to confirmed addresses only, see TestCorrectionsAreToldToThoseWhoAskedForIt
			}
		}
		for kind := range s.post.Kinds() {
			if _, known := causes[kind]; !known {
				s.Errorf("a job of the kind %s is not looked at", kind)
			}
		}
		for _, kind := range []string{discussion.JobPublished, discussion.JobReply, discussion.JobDeclined, discussion.JobLink, discussion.JobProof, subscription.JobAsk} {
			causes[kind]()
			s.wait(3 * time.Minute)
		}
		var kinds []string
		for _, m := range s.outbox.Sent() {
			kind, _, _ := strings.Cut(m.ID, ".")
			if m.To != victim {
				continue
			}
			kinds = append(kinds, kind)
			for _, word := range []string{"pills", "Pills", "First", "Second"} {
				if strings.Contains(m.Subject+m.Text+m.HTML, word) {
					s.Errorf("the mail %s says %q:\n%s", kind, word, m.Text)
				}
			}
		}
		slices.Sort(kinds)
		want := []string{discussion.JobLink, discussion.JobPublished, discussion.JobProof, subscription.JobAsk}
		slices.Sort(want)
		if !slices.Equal(kinds, want) {
			s.Errorf("mails %v were sent, want %v", kinds, want)
		}
	})
}
