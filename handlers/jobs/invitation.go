package jobs

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
	"broadsheet/models/queue"
)

// sendInvitation mails the link of an invitation. It sends nothing when the invitation
// was accepted, revoked or sent again since, or is too old.
func (m *Mailer) sendInvitation(ctx context.Context, job *queue.Job) error {
	i, err := invitations.BySubject(ctx, m.DB, job.Key, m.DB.Now())
	if models.KindOf(err) == models.Gone {
		return nil
	}
	if err != nil {
		return err
	}
	msg, err := m.newMessage(ctx, i.Email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.invitation.subject", "site", msg.site.Name)
	msg.view.Intro = msg.text("mail.invitation.intro",
		"name", i.Name, "by", i.InvitedBy, "site", msg.site.Name, "role", msg.text("role."+string(i.Role)))
	msg.view.Button = msg.button("mail.invitation.button", "/login/invitation/", msg.Links.Make(people.ForInvite, i.Subject(), m.DB.Now()))
	msg.view.After = msg.text("mail.invitation.after")
	return msg.send(ctx)
}
