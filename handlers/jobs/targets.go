package jobs

import (
	"context"

	"broadsheet/models/discussion/targets"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendTarget tells one of the staff that a target of the desk is missed, or met again.
func (m *Mailer) sendTarget(ctx context.Context, job *queue.Job) error {
	news, err := targets.LoadMail(ctx, m.DB, job.Key)
	if err != nil || news == nil {
		return err
	}
	msg, err := m.newMessage(ctx, news.User.Email, job)
	if err != nil {
		return err
	}
	key := "mail.target." + news.Name + ".ends"
	if news.Begins {
		key = "mail.target." + news.Name + ".begins"
	}
	msg.view.Subject = msg.Views.Count(msg.site.Language, key, news.Limit)
	msg.view.Intro = msg.text("mail.target.at", "at", news.At.In(msg.site.TimeZone).Format("15:04"), "site", msg.site.Name)
	msg.view.Button = views.Link{Name: msg.text("mail.target.button"), URL: msg.BaseURL.String() + "/desk/comments"}
	msg.view.Foot = []views.MailFoot{
		{Text: msg.text("mail.target.why")},
		{Text: msg.text("mail.held.choose"), URL: msg.BaseURL.String() + "/desk/mail"},
	}
	return msg.send(ctx)
}
