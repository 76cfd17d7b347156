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
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/targets"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/mail"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// Mailer sends the mails of the queue.
type Mailer struct {
	DB      *models.DB
	Views   *views.Renderer
	Sender  mail.Sender
	Links   *people.Links
	BaseURL *url.URL

	commentKeys *notify.CommentKeys
}

// SignWith returns the mailer with links that are signed with the site's session keys.
func (m Mailer) SignWith(keys *models.Keyring) *Mailer {
	m.Links, m.commentKeys = people.LinksOf(keys), notify.CommentKeysOf(keys)
	return &m
}

// Kinds returns the function for each kind of mail about comments and accounts.
func (m *Mailer) Kinds() queue.Kinds {
	return queue.Kinds{
		discussion.JobPublished: m.sendPublished,
		discussion.JobDeclined:  m.sendDeclined,
		discussion.JobReply:     m.sendReply,
		discussion.JobDaily:     m.sendDaily,
		discussion.JobLink:      m.sendCommentsLink,
		discussion.JobProof:     m.sendVerifyLink,
		people.JobPassword:      m.sendPasswordLink,
		invitations.JobInvite:   m.sendInvitation,
		people.JobSecurity:      m.sendSecurityNotice,
		people.JobEmail:         m.sendNewAddressLink,
		moderation.JobHeld:      m.sendHeld,
		targets.Job:             m.sendTarget,
		appeals.JobOutcome:      m.sendAppealOutcome,
		notices.Job:             m.sendNoticeEnded,
		subscription.JobAsk:     m.sendSubscriptionLink,
		digest.JobTest:          m.sendTestIssue,
		notes.Job:               m.sendReview,
	}
}

// Lanes returns the lanes of mail.
func (m *Mailer) Lanes() []Lane {
	return append(m.digestLanes(), Lane{Name: "mail", Kinds: m.Kinds()}, Lane{Name: "corrections", Kinds: m.CorrectionKinds()})
}

// dailyHour is the hour of the daily mail, in the site's time zone.
const dailyHour = 7

// quoteRunes is the length of a quoted comment in a mail, in runes.
const quoteRunes = 1500

// message is a mail that is being written.
type message struct {
	*Mailer
	site  *newsroom.Site
	email string
	view  views.Mail
	id    string
	stop  string // address of the one-click unsubscribe form
}

// newMessage begins a mail for a job.
func (m *Mailer) newMessage(ctx context.Context, email string, job *queue.Job) (*message, error) {
	site, err := newsroom.LoadSite(ctx, m.DB)
	if err != nil {
		return nil, err
	}
	msg := &message{Mailer: m, site: site, email: email, id: fmt.Sprintf("%s.%d.%d", job.Kind, job.ID, job.CreatedAt.UnixMicro())}
	msg.view.Site = views.Site{Name: site.Name, BaseURL: m.BaseURL.String(), Language: site.Language}
	return msg, nil
}

func (msg *message) text(key string, values ...any) string {
	return msg.Views.Text(msg.site.Language, key, values...)
}

// choiceURL returns the address of the page for mail preferences. With a comment
// the page also offers to stop mail about it. With stop the address is that of
// the unsubscribe form.
func (msg *message) choiceURL(comment int64, stop bool) string {
	token := msg.Links.Make(people.ForMail, msg.email+" "+strconv.FormatInt(comment, 10), msg.DB.Now())
	path := msg.BaseURL.String() + "/mail/" + token + "/"
	if stop {
		path += "stop/"
	}
	return path
}

// addQuote adds a comment to the mail.
func (msg *message) addQuote(by string, c *discussion.Comment, read views.Link, others ...views.Link) {
	text := richtext.Excerpt(richtext.CommentText(c.Text), quoteRunes)
	msg.view.Quotes = append(msg.view.Quotes, views.MailQuote{By: by, Text: text, Read: read, Others: others})
}

// statusURL returns the address of a comment's status page. Its key opens the page in
// every browser, so only the confirmed owner of the address may get it.
func (msg *message) statusURL(c *discussion.Comment) string {
	return fmt.Sprintf("%s/comment/%d/status/?key=%s", msg.BaseURL, c.ID, msg.commentKeys.Make(c.ID, c.TokenHash))
}

// readLink returns the link to a comment.
func (msg *message) readLink(c *discussion.Comment) views.Link {
	return views.Link{Name: msg.text("mail.read"), URL: fmt.Sprintf("%s/comment/%d/", msg.BaseURL, c.ID)}
}

// addFoot adds the reason for the mail and the links to stop it. comment is the
// comment that it can be stopped for; 0 for a mail about several.
func (msg *message) addFoot(comment int64) {
	msg.stop = msg.choiceURL(comment, true)
	msg.view.Foot = append(msg.view.Foot, views.MailFoot{Text: msg.text("mail.foot.why")})
	if comment != 0 {
		msg.view.Foot = append(msg.view.Foot, views.MailFoot{Text: msg.text("mail.foot.stop"), URL: msg.stop})
	}
	msg.view.Foot = append(msg.view.Foot, views.MailFoot{Text: msg.text("mail.foot.choose"), URL: msg.choiceURL(comment, false)})
}

// send renders and sends the mail. An error that no retry can cure is a permanent
// error of the queue.
func (msg *message) send(ctx context.Context) error {
	text, html, err := msg.Views.Mail(msg.view)
	if err != nil {
		return err
	}
	err = msg.Sender.Send(ctx, mail.Message{
		ID: msg.id, To: msg.email, Name: msg.site.Name, Subject: richtext.PlainLine(msg.view.Subject), Text: text,
		HTML: html, Unsubscribe: msg.stop,
	})
	if mail.IsPermanent(err) {
		return queue.Permanent(err)
	}
	return err
}

// recipient is the owner of a comment, for a mail about a comment.
type recipient struct {
	comment *discussion.Comment // of the job
	article *newsroom.Article   // of the comment
	follow  *discussion.Follow
	address *people.Address
}

// own selects the comment itself: its owner gets mail about it.
func own(c *discussion.Comment) int64 { return c.ID }

// parent selects the comment's parent: its owner gets mail about the reply.
func parent(c *discussion.Comment) int64 { return c.ParentID }

// recipient loads the comment of a job and the owner of the followed comment. It
// returns nil when there is no mail to send: the comment is in another state,
// its article is not public any more, the comment has no follower, or the owner
// of the address wants no mail.
func (m *Mailer) recipient(
	ctx context.Context, job *queue.Job, state discussion.State, followed func(*discussion.Comment) int64,
) (*recipient, error) {
	id, err := discussion.JobComment(job)
	if err != nil {
		return nil, err
	}
	c, err := discussion.ByID(ctx, m.DB, id)
	if models.KindOf(err) == models.NotFound || err == nil && c.State != state {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return m.recipientOf(ctx, c, followed)
}

// recipientOf is [Mailer.recipient] for a comment in any state.
func (m *Mailer) recipientOf(
	ctx context.Context, c *discussion.Comment, followed func(*discussion.Comment) int64,
) (*recipient, error) {
	a, err := newsroom.ByID(ctx, m.DB, c.ArticleID)
	if models.KindOf(err) == models.NotFound || err == nil && a.Status != newsroom.Published {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := notify.FollowOf(ctx, m.DB, followed(c))
	if err != nil || f == nil {
		return nil, err
	}
	address, err := people.AddressOf(ctx, m.DB, f.Email)
	if err != nil || !address.StoppedAt.IsZero() {
		return nil, err
	}
	return &recipient{c, a, f, address}, nil
}

// sendPublished tells a commenter that a comment is public. If the address is not
// confirmed, the same mail asks whether it is the commenter's.
func (m *Mailer) sendPublished(ctx context.Context, job *queue.Job) error {
	r, err := m.recipient(ctx, job, discussion.Approved, own)
	if err != nil || r == nil || r.follow.PublishedTold() {
		return err
	}
	// A comment that was public at once needs no mail to a confirmed address.
	if r.address.Confirmed() && r.comment.Version == 1 {
		return nil
	}
	if !r.address.Confirmed() {
		if ask, err := notify.AllowConsentMail(ctx, m.DB, r.follow); err != nil || !ask {
			return err
		}
	}
	msg, err := m.newMessage(ctx, r.follow.Email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.published.subject", "story", r.article.Title)
	msg.view.Intro = msg.text("mail.published.intro", "story", r.article.Title)
	if r.address.Confirmed() {
		msg.addQuote(r.comment.Author, r.comment, msg.readLink(r.comment))
		msg.addFoot(r.comment.ID)
	} else {
		// The commenter may have typed another person's address: the mail contains
		// no text by the commenter.
		msg.view.Button = views.Link{Name: msg.text("mail.published.button"), URL: msg.choiceURL(r.comment.ID, false)}
		msg.view.After = msg.text("mail.published.ask")
	}
	if err := msg.send(ctx); err != nil {
		return err
	}
	return notify.RecordPublished(ctx, m.DB, r.comment.ID)
}

// sendDeclined tells a commenter why a comment will not be published.
func (m *Mailer) sendDeclined(ctx context.Context, job *queue.Job) error {
	r, err := m.recipient(ctx, job, discussion.Trashed, own)
	if err != nil || r == nil || !r.address.TakesMail() {
		return err
	}
	// The comment may have been declined, restored and declined again: the last
	// decision can be undone for as long as the first.
	if due := r.comment.StateAt.Add(discussion.MailPause); due.After(m.DB.Now()) {
		return queue.Postpone(due)
	}
	outcome, err := thread.ModerationOutcomeOf(ctx, m.DB, r.comment)
	if err != nil || outcome.Removed {
		return err
	}
	msg, err := m.newMessage(ctx, r.follow.Email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.declined.subject", "story", r.article.Title)
	msg.view.Intro = msg.text("mail.declined.intro", "story", r.article.Title)
	if err := msg.addReason(ctx, outcome.Reason); err != nil {
		return err
	}
	if outcome.Words != "" {
		msg.view.Quotes = append(msg.view.Quotes, views.MailQuote{By: msg.text("mail.declined.words"), Text: outcome.Words})
	}
	msg.addQuote(msg.text("mail.yours"), r.comment, views.Link{})
	if r.comment.TokenHash != "" {
		msg.view.Button = views.Link{Name: msg.text("mail.declined.button"), URL: msg.statusURL(r.comment)}
		msg.view.After = msg.text("mail.declined.after")
	}
	msg.addFoot(r.comment.ID)
	return msg.send(ctx)
}

// addReason adds the sentence of a reason for declining, and the newsroom's own one.
func (msg *message) addReason(ctx context.Context, reason string) error {
	if reason == "" {
		return nil
	}
	msg.view.Intro += " " + msg.text("declined."+reason)
	house, err := declinetexts.Of(ctx, msg.DB, msg.site.Language, reason)
	if house != "" {
		msg.view.Intro += " " + house
	}
	return err
}

// sendReply tells a commenter of a reply, or schedules it for the next daily mail.
// It sends nothing about a reply by the same address, and nothing twice.
func (m *Mailer) sendReply(ctx context.Context, job *queue.Job) error {
	r, err := m.recipient(ctx, job, discussion.Approved, parent)
	if err != nil || r == nil || r.follow.Email == r.comment.Email || !r.address.TakesMail() {
		return err
	}
	reply := r.comment
	known, err := notify.ReplyRecorded(ctx, m.DB, r.follow, reply.ID)
	if err != nil || known {
		return err
	}
	msg, err := m.newMessage(ctx, r.follow.Email, job)
	if err != nil {
		return err
	}
	if r.address.Daily {
		return notify.QueueForDaily(ctx, m.DB, r.follow, reply.ID, nextDaily(m.DB.Now().In(msg.site.TimeZone)))
	}
	own, err := discussion.ByID(ctx, m.DB, reply.ParentID)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.reply.subject", "author", reply.Author, "story", r.article.Title)
	msg.view.Intro = msg.text("mail.reply.intro", "author", reply.Author, "story", r.article.Title)
	msg.addQuote(reply.Author, reply, msg.readLink(reply))
	msg.addQuote(msg.text("mail.yours"), own, views.Link{})
	msg.addFoot(r.follow.CommentID)
	if err := msg.send(ctx); err != nil {
		return err
	}
	return notify.RecordReply(ctx, m.DB, r.follow, reply.ID)
}

// nextDaily returns the next time of the daily mail after now.
func nextDaily(now time.Time) time.Time {
	at := time.Date(now.Year(), now.Month(), now.Day(), dailyHour, 0, 0, 0, now.Location())
	if !at.After(now) {
		at = time.Date(now.Year(), now.Month(), now.Day()+1, dailyHour, 0, 0, 0, now.Location())
	}
	return at
}

// sendDaily sends the replies since the last daily mail to an address.
func (m *Mailer) sendDaily(ctx context.Context, job *queue.Job) error {
	email := job.Key
	address, err := people.AddressOf(ctx, m.DB, email)
	if err != nil || !address.TakesMail() {
		return err
	}
	list, err := notify.DueReplies(ctx, m.DB, email)
	if err != nil || len(list) == 0 {
		return err
	}
	var ids []int64
	for _, c := range list {
		ids = append(ids, c.ArticleID)
	}
	articles, err := newsroom.ByIDs(ctx, m.DB, ids)
	if err != nil {
		return err
	}
	msg, err := m.newMessage(ctx, email, job)
	if err != nil {
		return err
	}
	msg.id += "." + strconv.FormatInt(list[len(list)-1].ID, 10)
	msg.view.Subject = msg.Views.Count(msg.site.Language, "mail.daily.subject", len(list))
	msg.view.Intro = msg.text("mail.daily.intro")
	slices.SortStableFunc(list, func(a, b discussion.Comment) int { return cmp.Compare(a.ArticleID, b.ArticleID) })
	for i := range list {
		by := list[i].Author
		if article := articles[list[i].ArticleID]; article != nil {
			by += ", " + article.Title
		}
		msg.addQuote(by, &list[i], msg.readLink(&list[i]))
	}
	msg.addFoot(0)
	if err := msg.send(ctx); err != nil {
		return err
	}
	return notify.RecordDaily(ctx, m.DB, email, list)
}

// sendCommentsLink sends a link to the comments of an address to its owner.
func (m *Mailer) sendCommentsLink(ctx context.Context, job *queue.Job) error {
	email := job.Key
	written, err := privacy.CommentsBy(ctx, m.DB, privacy.Commenter{Email: email}, 0)
	if err != nil || len(written) == 0 {
		return err
	}
	if job.Attempts == 0 {
		if may, err := notify.AllowCommentsLink(ctx, m.DB, email); err != nil || !may {
			return err
		}
	}
	msg, err := m.newMessage(ctx, email, job)
	if err != nil {
		return err
	}
	msg.view.Subject, msg.view.Intro = msg.text("mail.link.subject"), msg.text("mail.link.intro")
	msg.view.Button = views.Link{
		Name: msg.text("mail.link.button"),
		URL:  msg.BaseURL.String() + "/comments/mine/?key=" + url.QueryEscape(msg.Links.Make(people.ForComments, email, m.DB.Now())),
	}
	msg.view.After = msg.text("mail.link.after")
	return msg.send(ctx)
}

// sendPasswordLink sends a link for a new password to the owner of an account. It
// sends nothing to an address without an account, and at most a few mails an
// hour to one with an account.
func (m *Mailer) sendPasswordLink(ctx context.Context, job *queue.Job) error {
	email := job.Key
	u, err := people.AllowResetMail(ctx, m.DB, email)
	if err != nil || u == nil {
		return err
	}
	msg, err := m.newMessage(ctx, email, job)
	if err != nil {
		return err
	}
	key := msg.Links.Make(people.ForPassword, email+" "+u.Stamp(), m.DB.Now())
	msg.view.Subject, msg.view.Intro = msg.text("mail.password.subject", "site", msg.site.Name), msg.text("mail.password.intro")
	link := msg.BaseURL.String() + "/password/reset/?key=" + url.QueryEscape(key)
	msg.view.Button = views.Link{Name: msg.text("mail.password.button"), URL: link}
	msg.view.After = msg.text("mail.password.after")
	return msg.send(ctx)
}
