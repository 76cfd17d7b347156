package jobs

import (
	"context"
	"fmt"

	"broadsheet/models/digest"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// sendTestIssue mails the next issue, as it would be now, to an editor.
func (m *Mailer) sendTestIssue(ctx context.Context, job *queue.Job) error {
	var frequency string
	var id int64
	if _, err := fmt.Sscan(job.Key, &frequency, &id); err != nil {
		return queue.Permanent(err)
	}
	u, err := people.ByID(ctx, m.DB, id)
	if err != nil || u.Closed() || !u.May(people.Editing) {
		return err
	}
	return m.SendPreview(ctx, job, u.Email, subscription.Frequency(frequency), []int64{subscription.Paper})
}

// SendPreview mails the next issue for some lists, as it would be now, to an address.
// It sends nothing while there is no new story. It counts for no subscriber.
func (m *Mailer) SendPreview(ctx context.Context, job *queue.Job, email string, f subscription.Frequency, lists []int64) error {
	msg, err := m.newMessage(ctx, email, job)
	if err != nil {
		return err
	}
	content, issue, err := digest.Preview(ctx, m.DB, msg.site, f, lists)
	if err != nil || content.Empty() {
		return err
	}
	view := msg.presentDigest(issue, content)
	view.Foot = []views.MailFoot{{Text: msg.text("mail.digest.test")}}
	return msg.deliverDigest(ctx, view, msg.id)
}
