package jobs

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendAppealOutcome tells a commenter what became of an appeal. It sends nothing if the
// answer was undone or the comment has changed since.
func (m *Mailer) sendAppealOutcome(ctx context.Context, job *queue.Job) error {
	id, _ := strconv.ParseInt(job.Key, 10, 64)
	a, err := appeals.ByID(ctx, m.DB, id)
	if models.KindOf(err) == models.NotFound || err == nil && a.Outcome != appeals.Upheld && a.Outcome != appeals.Reversed {
		return nil
	}
	if err != nil {
		return err
	}
	if due := a.DecidedAt.Add(discussion.MailPause); due.After(m.DB.Now()) {
		return queue.Postpone(due) // undone and answered again
	}
	c, err := discussion.ByID(ctx, m.DB, a.CommentID)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err != nil || (c.State == discussion.Approved) != (a.Outcome == appeals.Reversed) || c.Gone() {
		return err
	}
	r, err := m.recipientOf(ctx, c, own)
	if err != nil || r == nil || !r.address.TakesMail() {
		return err
	}
	return m.writeAppealOutcome(ctx, job, a, r)
}

// writeAppealOutcome writes and sends the mail about an appeal.
func (m *Mailer) writeAppealOutcome(ctx context.Context, job *queue.Job, a *appeals.Appeal, r *recipient) error {
	c := r.comment
	msg, err := m.newMessage(ctx, r.follow.Email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.appeal.subject", "story", r.article.Title)
	msg.view.Intro = msg.text("mail.appeal."+string(a.Outcome), "story", r.article.Title)
	if a.Words != "" {
		msg.view.Quotes = append(msg.view.Quotes, views.MailQuote{By: msg.text("mail.declined.words"), Text: a.Words})
	}
	read := views.Link{}
	if a.Outcome == appeals.Reversed {
		read = msg.readLink(c)
	}
	msg.addQuote(msg.text("mail.yours"), c, read)
	if c.TokenHash != "" {
		msg.view.Button = views.Link{Name: msg.text("mail.declined.button"), URL: msg.statusURL(c)}
	}
	msg.addFoot(c.ID)
	return msg.send(ctx)
}
