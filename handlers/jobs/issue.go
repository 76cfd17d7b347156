package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/mail"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/models/subscription"
	"broadsheet/views"

	"golang.org/x/time/rate"
)

const (
	// digestWorkers is how many digests are sent at the same time.
	digestWorkers = 3
	// digestsPerSecond bounds the digests of one instance, so that a mail server does
	// not take it for a flood.
	digestsPerSecond = 10
	// digestCommentRunes is the length of a comment in a digest, in runes.
	digestCommentRunes = 400
	// digestInterval is how often the task looks for a due issue.
	digestInterval = 10 * time.Second
	// jitter spreads the mails of an issue that waited for the mail server.
	jitter = 60
)

// digestPace is shared by the workers of this process.
var digestPace = rate.NewLimiter(digestsPerSecond, digestsPerSecond)

// sendDigests begins the issues that are due, and gives the subscribers their jobs.
func sendDigests(ctx context.Context, db *models.DB) error {
	if err := digest.Begin(ctx, db); err != nil {
		return err
	}
	return digest.Queue(ctx, db)
}

// DigestKinds returns the function for the jobs of digests.
func (m *Mailer) DigestKinds() queue.Kinds { return queue.Kinds{digest.JobIssue: m.sendIssue} }

// digestLanes returns the lanes of digests. Mails about comments do not wait for
// them.
func (m *Mailer) digestLanes() (lanes []Lane) {
	for n := range digestWorkers {
		lanes = append(lanes, Lane{Name: fmt.Sprint("digest ", n+1), Kinds: m.DigestKinds()})
	}
	return lanes
}

// sendIssue sends an issue to a subscriber, once. Whether the subscriber still takes
// mail, and what is public, is asked now.
func (m *Mailer) sendIssue(ctx context.Context, job *queue.Job) error {
	id, subscriber, err := digest.ParseKey(job.Key)
	if err != nil {
		return queue.Permanent(err)
	}
	issue, err := digest.ByID(ctx, m.DB, id)
	if err != nil || issue == nil {
		return err
	}
	record := func(o digest.Outcome) error { return digest.Record(ctx, m.DB, id, subscriber, o) }
	now := m.DB.Now()
	switch {
	case !issue.StoppedAt.IsZero() || issue.Expired(now):
		return record(digest.Failed)
	case now.Before(issue.HeldUntil.Time):
		return queue.Postpone(issue.HeldUntil.Add(time.Duration(subscriber%jitter) * time.Second))
	}
	s, err := subscription.ByID(ctx, m.DB, subscriber)
	if err != nil {
		return err
	}
	if s != nil && (s.LastIssue == id || s.LastFailed == id) {
		return nil // the process ended after the delivery was recorded
	}
	takes, err := subscription.TakesMail(ctx, m.DB, s)
	if err != nil {
		return err
	}
	if !takes || s.LastIssue > id {
		return record(digest.Skipped)
	}
	msg, content, err := m.writeIssue(ctx, issue, s, job)
	if err != nil {
		return err
	}
	if content.Empty() || !msg.site.DigestOpen {
		return record(digest.Skipped)
	}
	return msg.sendDigest(ctx, issue, s, content)
}

// writeIssue begins the mail of an issue and loads its content.
func (m *Mailer) writeIssue(
	ctx context.Context, issue *digest.Issue, s *subscription.Subscription, job *queue.Job,
) (*message, *digest.Content, error) {
	msg, err := m.newMessage(ctx, s.Email, job)
	if err != nil {
		return nil, nil, err
	}
	lists, err := subscription.ListsOf(ctx, m.DB, s.ID)
	if err != nil {
		return nil, nil, err
	}
	content, err := digest.ContentOf(ctx, m.DB, msg.site, issue, lists)
	return msg, content, err
}

// sendDigest sends the mail, and records the outcome or the answer of the mail server.
func (msg *message) sendDigest(ctx context.Context, issue *digest.Issue, s *subscription.Subscription, content *digest.Content) error {
	if err := digestPace.Wait(ctx); err != nil {
		return err
	}
	view := msg.presentDigest(issue, content)
	msg.stop = msg.subscriptionURL(s.ID, true)
	view.Foot = []views.MailFoot{
		{Text: msg.text("mail.digest.why")},
		{Text: msg.text("mail.digest.choose"), URL: msg.subscriptionURL(s.ID, false)},
	}
	// The ID is the same at each try. A bounce returns it, see [ReadBounce].
	token := msg.Links.Make(people.ForBounce, fmt.Sprint(issue.ID, " ", s.ID), issue.Until.Time)
	err := msg.deliverDigest(ctx, view, digest.JobIssue+"."+token)
	if err == nil {
		return digest.Record(ctx, msg.DB, issue.ID, s.ID, digest.Sent)
	}
	refusal, answered := mail.RefusalOf(err)
	switch {
	case answered && refusal.Policy():
		// The server refuses the issue, not the address: the mail waits for its turn.
		if err := digest.RecordRefusal(ctx, msg.DB, issue.ID, refusal.Text()); err != nil {
			return err
		}
		return queue.Postpone(msg.DB.Now().Add(time.Minute))
	case mail.IsPermanent(err):
		return digest.RecordBounce(ctx, msg.DB, issue.ID, s.ID, refusal.Dead(), refusal.Text())
	case !answered:
		return errors.Join(err, digest.RecordSilence(ctx, msg.DB, issue.ID))
	}
	return err
}

// deliverDigest renders a digest and hands it to the mail server.
func (msg *message) deliverDigest(ctx context.Context, view views.DigestMail, id string) error {
	text, html, err := msg.Views.DigestMail(view)
	if err != nil {
		return err
	}
	return msg.Sender.Send(ctx, mail.Message{
		ID: id, To: msg.email, Name: msg.site.Name, Subject: richtext.PlainLine(view.Subject), Text: text, HTML: html,
		Unsubscribe: msg.stop, List: "digest." + msg.BaseURL.Hostname(),
	})
}

// presentDigest returns a digest without its foot.
func (msg *message) presentDigest(issue *digest.Issue, content *digest.Content) views.DigestMail {
	site := msg.site
	view := views.DigestMail{
		Site: msg.view.Site, Kicker: msg.text("mail.digest." + string(issue.Frequency)), Best: msg.text("mail.digest.best"),
	}
	for paragraph := range strings.SplitSeq(issue.Opening, "\n\n") {
		if p := strings.TrimSpace(paragraph); p != "" {
			view.Opening = append(view.Opening, p)
		}
	}
	for _, list := range content.Lists {
		part := views.DigestPart{Link: views.Link{Name: msg.text("mail.digest.paper")}}
		if len(content.Lists) == 1 && list.Category == nil {
			part.Name = ""
		}
		if c := list.Category; c != nil {
			part.Link = views.Link{Name: c.Name, URL: msg.BaseURL.String() + permalink.CategoryPath(c.Path)}
		}
		for i := range list.Stories {
			part.Stories = append(part.Stories, msg.presentStory(&list.Stories[i], list.Category))
		}
		view.Lists = append(view.Lists, part)
	}
	first := content.Lists[0].Stories
	view.Subject = msg.text("mail.digest.subject", "site", site.Name, "story", first[0].Title)
	view.Preview = first[0].Standfirst
	if len(first) > 1 {
		view.Preview = first[1].Title
	}
	for i := range content.Comments {
		c := &content.Comments[i]
		view.Comments = append(view.Comments, views.DigestComment{
			By:   msg.text("mail.digest.under", "author", c.Author, "story", c.Article.Title),
			Text: richtext.Excerpt(richtext.CommentText(c.Text), digestCommentRunes),
			Read: views.Link{Name: msg.text("mail.digest.read"), URL: msg.readLink(&c.Comment).URL},
		})
	}
	return view
}

// presentStory returns an article of a list. It names the section where that is not
// the list's own.
func (msg *message) presentStory(a *newsroom.Teaser, list *taxonomy.Category) views.DigestStory {
	site := msg.site
	story := views.DigestStory{
		Link: views.Link{Name: a.Title, URL: msg.BaseURL.String() + site.TeaserPath(a)}, Standfirst: a.Standfirst, Byline: a.Byline,
	}
	if a.Language != site.Language {
		story.Language = a.Language
	}
	if dir := views.ArticleDir(a.Language, site.Language, a.Title); dir != views.DirOf(site.Language) {
		story.Dir = dir
	}
	if a.MainCategoryID != nil {
		c := site.Categories.ByID(*a.MainCategoryID)
		if c != nil && c != list && c.Path != taxonomy.UncategorizedSlug {
			story.Section = c.Name
		}
	}
	return story
}
