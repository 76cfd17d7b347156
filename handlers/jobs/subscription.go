package jobs

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/mail"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// subscriptionURL returns the address of the page for a subscription. With stop it
// is that of the one-click form.
func (msg *message) subscriptionURL(id int64, stop bool) string {
	token := msg.Links.Make(people.ForDigest, strconv.FormatInt(id, 10), msg.DB.Now())
	path := msg.BaseURL.String() + "/digest/" + token + "/"
	if stop {
		path += "stop/"
	}
	return path
}

// sendSubscriptionLink asks the owner of an address to confirm a subscription, or
// sends a subscriber the link to change it. Somebody else may have typed the
// address, so the mail holds nothing that the form sent.
func (m *Mailer) sendSubscriptionLink(ctx context.Context, job *queue.Job) error {
	id, err := strconv.ParseInt(job.Key, 10, 64)
	if err != nil {
		return queue.Permanent(err)
	}
	s, err := subscription.ByID(ctx, m.DB, id)
	if err != nil || s == nil {
		return err
	}
	// A further try of an allowed mail needs no permission.
	if job.Attempts == 0 || s.MayMail(models.At(m.DB.Now())) {
		if s, err = subscription.AllowMail(ctx, m.DB, id); err != nil || s == nil {
			return err
		}
	}
	msg, err := m.newMessage(ctx, s.Email, job)
	if err != nil {
		return err
	}
	name := "mail.digest.ask."
	if s.Confirmed() {
		name = "mail.digest.link."
	}
	msg.view.Subject, msg.view.Intro = msg.text(name+"subject", "site", msg.site.Name), msg.text(name+"intro", "site", msg.site.Name)
	msg.view.Button = views.Link{Name: msg.text(name + "button"), URL: msg.subscriptionURL(id, false)}
	msg.view.After = msg.text(name + "after")
	err = msg.send(ctx)
	if refusal, ok := mail.RefusalOf(err); ok && refusal.Dead() {
		return subscription.Refused(ctx, m.DB, id, refusal.Text()) // many mistype their address
	}
	return err
}
