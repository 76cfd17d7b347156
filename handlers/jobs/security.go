package jobs

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"broadsheet/handlers/agents"
	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendSecurityNotice tells the owner of an account about a change of it or a sign-in
// from a new browser. It sends nothing about an account that was closed, and nothing
// that is old, because the mail would only alarm.
func (m *Mailer) sendSecurityNotice(ctx context.Context, job *queue.Job) error {
	var n people.SecurityNotice
	if err := job.Read(&n); err != nil || m.DB.Now().Sub(job.CreatedAt.Time) > people.SecurityMailAge {
		return err
	}
	u, err := people.Authorize(ctx, m.DB, n.User, "")
	switch models.KindOf(err) {
	case models.NotFound, models.Forbidden:
		return nil
	}
	if err != nil {
		return err
	}
	msg, err := m.newMessage(ctx, n.Email, job)
	if err != nil {
		return err
	}
	key := "mail.security." + string(n.Event)
	detail := n.Detail
	if n.Event == people.RoleChanged {
		detail = msg.text("role." + n.Detail)
	}
	msg.view.Subject = msg.text(key+".subject", "site", msg.site.Name)
	msg.view.Intro = msg.text(key, "name", u.Name, "detail", detail)
	msg.view.Quotes = []views.MailQuote{{By: msg.text("mail.security.where"), Text: msg.circumstances(job, &n)}}
	link := msg.Links.Make(people.ForTheft, fmt.Sprintf("%d %s", n.User, n.Email), m.DB.Now())
	msg.view.Button = msg.button("mail.security.button", "/password/theft/", link)
	msg.view.After = msg.text("mail.security.after")
	return msg.send(ctx)
}

// button returns the main link of a mail, to a page that a signed key opens.
func (msg *message) button(name, path, key string) views.Link {
	return views.Link{Name: msg.text(name), URL: msg.BaseURL.String() + path + "?key=" + url.QueryEscape(key)}
}

// circumstances returns the lines about time, device and network of an event. A change
// by an administrator or at the command line has the name in place of the device.
func (msg *message) circumstances(job *queue.Job, n *people.SecurityNotice) string {
	lines := []string{msg.Views.DateTime(msg.site.Language, job.CreatedAt.In(msg.site.TimeZone))}
	switch {
	case n.By == models.ActorShell.Name:
		lines = append(lines, msg.text("mail.security.shell"))
	case n.By != "":
		lines = append(lines, msg.text("mail.security.by", "name", n.By))
	default:
		if device := agents.Name(n.Agent); device != "" {
			lines = append(lines, msg.text("mail.security.device", "device", device))
		}
		if n.Network != "" && n.Network != people.UnknownNetwork {
			lines = append(lines, msg.text("mail.security.network", "network", n.Network))
		}
	}
	return strings.Join(lines, "\n")
}

// sendNewAddressLink sends the link that confirms a new address of an account. It sends
// nothing when the account has changed since, or another account has the address.
func (m *Mailer) sendNewAddressLink(ctx context.Context, job *queue.Job) error {
	var r people.EmailRequest
	if err := job.Read(&r); err != nil {
		return err
	}
	u, err := people.AuthorizeLink(ctx, m.DB, r.User, r.Stamp, "")
	switch models.KindOf(err) {
	case models.NotFound, models.Forbidden, models.Gone:
		return nil
	}
	taken := false
	if err == nil {
		taken, err = people.HasEmail(ctx, m.DB, r.Email)
	}
	if err != nil || taken {
		return err
	}
	msg, err := m.newMessage(ctx, r.Email, job)
	if err != nil {
		return err
	}
	key := msg.Links.Make(people.ForEmail, fmt.Sprintf("%d %s %s", u.ID, r.Stamp, r.Email), m.DB.Now())
	msg.view.Subject = msg.text("mail.newaddress.subject", "site", msg.site.Name)
	msg.view.Intro = msg.text("mail.newaddress.intro", "name", u.Name)
	msg.view.Button = msg.button("mail.newaddress.button", "/login/email/", key)
	msg.view.After = msg.text("mail.newaddress.after")
	return msg.send(ctx)
}
