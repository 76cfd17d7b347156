package jobs

import (
	"context"

	"broadsheet/models/discussion/notify"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/publictexts"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// CorrectionKinds returns the jobs that tell commenters of corrections. They have a lane of
// their own: an article can have thousands of commenters, and a link for a new password
// must not wait for them.
func (m *Mailer) CorrectionKinds() queue.Kinds {
	return queue.Kinds{publictexts.JobNews: m.tellOfCorrection, notify.JobCorrected: m.sendCorrection}
}

// tellOfCorrection queues the mails about a correction.
func (m *Mailer) tellOfCorrection(ctx context.Context, job *queue.Job) error {
	c, err := publictexts.NewsOf(job)
	if err != nil || m.isOldNews(c) {
		return err
	}
	return notify.TellOfCorrection(ctx, m.DB, c)
}

// isOldNews reports whether a correction is too old for a mail, for example after a long
// time without a mail server.
func (m *Mailer) isOldNews(c publictexts.News) bool {
	return m.DB.Now().Sub(c.Time().Time) > notify.CorrectionNewsFor
}

// sendCorrection tells a commenter of a correction. The mail has the correction as it is
// now.
func (m *Mailer) sendCorrection(ctx context.Context, job *queue.Job) error {
	what, err := notify.CorrectionMailOf(job)
	if err != nil || m.isOldNews(what.News) {
		return err
	}
	comment, err := notify.CommenterToTell(ctx, m.DB, what)
	if err != nil || comment == nil {
		return err
	}
	correction, err := notify.PublicCorrection(ctx, m.DB, what.News)
	if err != nil || correction == nil {
		return err
	}
	article, err := newsroom.ByID(ctx, m.DB, what.Article)
	if err != nil {
		return err
	}
	msg, err := m.newMessage(ctx, comment.Email, job)
	if err != nil {
		return err
	}
	kind := msg.text("corrections." + correction.Kind)
	msg.view.Subject = msg.text("mail.correction.subject", "kind", kind, "story", article.Title)
	msg.view.Intro = msg.text("mail.correction.intro", "story", article.Title)
	read := msg.BaseURL.String() + msg.site.ArticlePath(article) + "#corrections"
	msg.view.Quotes = []views.MailQuote{{
		By: kind, Text: correction.Text, Read: views.Link{Name: msg.text("mail.correction.read"), URL: read},
	}}
	page := msg.BaseURL.String() + "/mail/" + msg.Links.Make(people.ForMail, comment.Email+" "+people.CorrectionMail, m.DB.Now()) + "/"
	msg.stop = page + "stop/"
	msg.view.Foot = []views.MailFoot{
		{Text: msg.text("mail.correction.why")},
		{Text: msg.text("mail.correction.stop"), URL: msg.stop},
		{Text: msg.text("mail.foot.choose"), URL: page},
	}
	return msg.send(ctx)
}
