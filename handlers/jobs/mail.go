package jobs

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/mail"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// Post is what sending mail needs.
type Post struct {
	DB      *models.DB
	Views   *views.Renderer
	Sender  mail.Sender
	Links   *people.Links
	BaseURL *url.URL
}

// Kinds says what is done with each kind of job in the queue.
func (p *Post) Kinds() queue.Kinds {
	return queue.Kinds{
		discussion.JobPublished: p.tellPublished,
		discussion.JobDeclined:  p.tellDeclined,
		discussion.JobReply:     p.tellReply,
		discussion.JobDaily:     p.tellDaily,
		discussion.JobLink:      p.sendLink,
		discussion.JobProof:     p.sendProof,
		people.JobPassword:      p.sendPassword,
		moderation.JobHeld:      p.sendHeld,
	}
}

// dailyHour is when the daily mail is due, by the site's clock.
const dailyHour = 7

// quoteRunes is how much of a comment a mail shows.
const quoteRunes = 1500

// letter is a mail in the making.
type letter struct {
	*Post
	site  *newsroom.Site
	email string
	view  views.Mail
	id    string
	stop  string // address of the one-click form
}

// write begins a mail about a site's matters.
func (p *Post) write(ctx context.Context, email string, job *queue.Job) (*letter, error) {
	site, err := newsroom.LoadSite(ctx, p.DB)
	if err != nil {
		return nil, err
	}
	l := &letter{Post: p, site: site, email: email, id: fmt.Sprintf("%s.%d.%d", job.Kind, job.ID, job.CreatedAt.UnixMicro())}
	l.view.Site = views.Site{Name: site.Name, BaseURL: p.BaseURL.String(), Language: site.Language}
	return l, nil
}

func (l *letter) text(key string, values ...any) string {
	return l.Views.Text(l.site.Language, key, values...)
}

// choose is the address of the page on which the reader chooses what mail is
// welcome, or with comment not 0 of the one that stops mail about it.
func (l *letter) choose(comment int64, stop bool) string {
	token := l.Links.Make(people.ForMail, l.email+" "+strconv.FormatInt(comment, 10), l.DB.Now())
	path := l.BaseURL.String() + "/mail/" + token + "/"
	if stop {
		path += "stop/"
	}
	return path
}

// quote puts a comment into the mail.
func (l *letter) quote(by string, c *discussion.Comment, read views.Link, others ...views.Link) {
	l.view.Quotes = append(l.view.Quotes, views.MailQuote{By: by, Text: richtext.Excerpt(richtext.CommentText(c.Text), quoteRunes), Read: read, Others: others})
}

// read is the link to a comment.
func (l *letter) read(c *discussion.Comment) views.Link {
	return views.Link{Name: l.text("mail.read"), URL: fmt.Sprintf("%s/comment/%d/", l.BaseURL, c.ID)}
}

// foot says why the mail was sent and how to get no more; comment is what it
// can be stopped for, 0 for a mail about several.
func (l *letter) foot(comment int64) {
	l.stop = l.choose(comment, true)
	l.view.Foot = append(l.view.Foot, views.MailFoot{Text: l.text("mail.foot.why")})
	if comment != 0 {
		l.view.Foot = append(l.view.Foot, views.MailFoot{Text: l.text("mail.foot.stop"), URL: l.stop})
	}
	l.view.Foot = append(l.view.Foot, views.MailFoot{Text: l.text("mail.foot.choose"), URL: l.choose(comment, false)})
}

func (l *letter) send(ctx context.Context) error {
	text, html, err := l.Views.Mail(l.view)
	if err != nil {
		return err
	}
	err = l.Sender.Send(ctx, mail.Message{
		ID: l.id, To: l.email, Name: l.site.Name, Subject: richtext.PlainLine(l.view.Subject), Text: text, HTML: html, Unsubscribe: l.stop,
	})
	if mail.IsPermanent(err) {
		return queue.Permanent(err)
	}
	return err
}

// about is a job's comment with the story it stands under; nil where one of
// them is gone.
func (p *Post) about(ctx context.Context, job *queue.Job) (*discussion.Comment, *newsroom.Article, error) {
	id, err := discussion.JobComment(job)
	if err != nil {
		return nil, nil, err
	}
	c, err := discussion.ByID(ctx, p.DB, id)
	if models.KindOf(err) == models.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	a, err := newsroom.ByID(ctx, p.DB, c.ArticleID)
	if models.KindOf(err) == models.NotFound || err == nil && a.Status != newsroom.Published {
		return nil, nil, nil
	}
	return c, a, err
}

// tellPublished tells a writer that a comment is public. Somebody who has
// never confirmed the address is asked in the same mail whether it is theirs.
func (p *Post) tellPublished(ctx context.Context, job *queue.Job) error {
	c, story, err := p.about(ctx, job)
	if err != nil || c == nil || c.State != discussion.Approved {
		return err
	}
	f, err := discussion.FollowOf(ctx, p.DB, c.ID)
	if err != nil || f == nil || f.PublishedTold() {
		return err
	}
	address, err := people.AddressOf(ctx, p.DB, f.Email)
	if err != nil {
		return err
	}
	// A comment that was public at once needs no mail to say so.
	told := c.Version == 1
	switch {
	case !address.StoppedAt.IsZero() || address.Confirmed() && told:
		return nil
	case !address.Confirmed():
		if ask, err := discussion.AskFollower(ctx, p.DB, f); err != nil || !ask {
			return err
		}
	}
	l, err := p.write(ctx, f.Email, job)
	if err != nil {
		return err
	}
	l.view.Subject = l.text("mail.published.subject", "story", story.Title)
	l.view.Intro = l.text("mail.published.intro", "story", story.Title)
	if address.Confirmed() {
		l.quote(c.Author, c, l.read(c))
		l.foot(c.ID)
	} else {
		// The address may be a stranger's, typed by the commenter: the mail holds
		// nothing that the commenter wrote.
		l.view.Button = views.Link{Name: l.text("mail.published.button"), URL: l.choose(c.ID, false)}
		l.view.After = l.text("mail.published.ask")
	}
	if err := l.send(ctx); err != nil {
		return err
	}
	return discussion.TellPublished(ctx, p.DB, c.ID)
}

// tellDeclined tells a writer why a comment will not be public.
func (p *Post) tellDeclined(ctx context.Context, job *queue.Job) error {
	c, story, err := p.about(ctx, job)
	if err != nil || c == nil || c.State != discussion.Trashed {
		return err
	}
	f, err := discussion.FollowOf(ctx, p.DB, c.ID)
	if err != nil || f == nil {
		return err
	}
	address, err := people.AddressOf(ctx, p.DB, f.Email)
	if err != nil || !address.TakesMail() {
		return err
	}
	fate, err := discussion.ModerationOutcomeOf(ctx, p.DB, c)
	if err != nil || fate.Removed {
		return err
	}
	l, err := p.write(ctx, f.Email, job)
	if err != nil {
		return err
	}
	l.view.Subject = l.text("mail.declined.subject", "story", story.Title)
	l.view.Intro = l.text("mail.declined.intro", "story", story.Title)
	if fate.Reason != "" {
		l.view.Intro += " " + l.text("declined."+fate.Reason)
	}
	l.quote(l.text("mail.yours"), c, views.Link{})
	l.foot(c.ID)
	return l.send(ctx)
}

// tellReply tells a writer of an answer: at once, or with the next daily
// mail. Nobody is told of an answer that is no longer public, of their own,
// or twice.
func (p *Post) tellReply(ctx context.Context, job *queue.Job) error {
	reply, story, err := p.about(ctx, job)
	if err != nil || reply == nil || reply.State != discussion.Approved || reply.ParentID == 0 {
		return err
	}
	f, err := discussion.FollowOf(ctx, p.DB, reply.ParentID)
	if err != nil || f == nil || f.Email == reply.Email {
		return err
	}
	address, err := people.AddressOf(ctx, p.DB, f.Email)
	if err != nil || !address.TakesMail() {
		return err
	}
	known, err := discussion.News(ctx, p.DB, f, reply.ID)
	if err != nil || known {
		return err
	}
	l, err := p.write(ctx, f.Email, job)
	if err != nil {
		return err
	}
	if address.Daily {
		return discussion.TellDaily(ctx, p.DB, f, reply.ID, nextDaily(p.DB.Now().In(l.site.TimeZone)))
	}
	own, err := discussion.ByID(ctx, p.DB, reply.ParentID)
	if err != nil {
		return err
	}
	l.view.Subject = l.text("mail.reply.subject", "author", reply.Author, "story", story.Title)
	l.view.Intro = l.text("mail.reply.intro", "author", reply.Author, "story", story.Title)
	l.quote(reply.Author, reply, l.read(reply))
	l.quote(l.text("mail.yours"), own, views.Link{})
	l.foot(f.CommentID)
	if err := l.send(ctx); err != nil {
		return err
	}
	return discussion.TellReply(ctx, p.DB, f, reply.ID)
}

// nextDaily is the next time the daily mail is due.
func nextDaily(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), dailyHour, 0, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()+1, dailyHour, 0, 0, 0, now.Location())
	}
	return at
}

// tellDaily sends an address the answers since the last such mail.
func (p *Post) tellDaily(ctx context.Context, job *queue.Job) error {
	email := job.Key
	address, err := people.AddressOf(ctx, p.DB, email)
	if err != nil || !address.TakesMail() {
		return err
	}
	list, err := discussion.DueNews(ctx, p.DB, email)
	if err != nil || len(list) == 0 {
		return err
	}
	var ids []int64
	for _, c := range list {
		ids = append(ids, c.ArticleID)
	}
	stories, err := newsroom.ByIDs(ctx, p.DB, ids)
	if err != nil {
		return err
	}
	l, err := p.write(ctx, email, job)
	if err != nil {
		return err
	}
	l.id += "." + strconv.FormatInt(list[len(list)-1].ID, 10)
	l.view.Subject = l.Views.Count(l.site.Language, "mail.daily.subject", len(list))
	l.view.Intro = l.text("mail.daily.intro")
	slices.SortStableFunc(list, func(a, b discussion.Comment) int { return cmp.Compare(a.ArticleID, b.ArticleID) })
	for i := range list {
		by := list[i].Author
		if story := stories[list[i].ArticleID]; story != nil {
			by += ", " + story.Title
		}
		l.quote(by, &list[i], l.read(&list[i]))
	}
	l.foot(0)
	if err := l.send(ctx); err != nil {
		return err
	}
	return discussion.DailyTold(ctx, p.DB, email, list)
}

// sendLink sends the owner of an address a link to what was written with it.
func (p *Post) sendLink(ctx context.Context, job *queue.Job) error {
	email := job.Key
	written, err := discussion.CommentsBy(ctx, p.DB, discussion.Commenter{Email: email}, 0)
	if err != nil || len(written) == 0 {
		return err
	}
	if job.Attempts == 0 {
		if may, err := discussion.LinkAllowed(ctx, p.DB, email); err != nil || !may {
			return err
		}
	}
	l, err := p.write(ctx, email, job)
	if err != nil {
		return err
	}
	l.view.Subject, l.view.Intro = l.text("mail.link.subject"), l.text("mail.link.intro")
	l.view.Button = views.Link{
		Name: l.text("mail.link.button"),
		URL:  l.BaseURL.String() + "/comments/mine/?key=" + url.QueryEscape(l.Links.Make(people.ForComments, email, p.DB.Now())),
	}
	l.view.After = l.text("mail.link.after")
	return l.send(ctx)
}

// sendPassword sends the owner of an account a link to a new password.
// Nobody else gets mail, and the owner not more than a few an hour.
func (p *Post) sendPassword(ctx context.Context, job *queue.Job) error {
	email := job.Key
	u, err := people.AllowResetMail(ctx, p.DB, email)
	if err != nil || u == nil {
		return err
	}
	l, err := p.write(ctx, email, job)
	if err != nil {
		return err
	}
	key := l.Links.Make(people.ForPassword, email+" "+u.Stamp(), p.DB.Now())
	l.view.Subject, l.view.Intro = l.text("mail.password.subject", "site", l.site.Name), l.text("mail.password.intro")
	l.view.Button = views.Link{Name: l.text("mail.password.button"), URL: l.BaseURL.String() + "/password/reset/?key=" + url.QueryEscape(key)}
	l.view.After = l.text("mail.password.after")
	return l.send(ctx)
}
