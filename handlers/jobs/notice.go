package jobs

import (
	"context"
	"fmt"

	"broadsheet/models/discussion/notices"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendNoticeEnded tells the sender of a notice what became of it. The mail has nothing
// of the comment, because the sender need not be its writer.
func (m *Mailer) sendNoticeEnded(ctx context.Context, job *queue.Job) error {
	n, err := notices.OfJob(ctx, m.DB, job)
	if err != nil || n == nil {
		return err
	}
	address, err := people.AddressOf(ctx, m.DB, n.Email)
	if err != nil || address != nil && !address.StoppedAt.IsZero() {
		return err
	}
	msg, err := m.newMessage(ctx, n.Email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.notice.subject", "number", fmt.Sprint(n.ID))
	msg.view.Intro = msg.text("receipt." + string(n.Outcome()))
	if ground := n.Ground(); ground != "" {
		msg.view.Intro += " " + msg.text("mail.notice.ground", "ground", msg.text("reason."+ground))
	}
	key := m.Links.Make(people.ForReceipt, fmt.Sprint(n.ID, " ", n.CommentID), m.DB.Now())
	msg.view.Button = views.Link{Name: msg.text("mail.declined.button"), URL: msg.BaseURL.String() + "/comments/report/" + key + "/"}
	msg.view.After = msg.text("receipt.ways")
	msg.view.Foot = []views.MailFoot{{Text: msg.text("mail.notice.why")}}
	return msg.send(ctx)
}
