package jobs

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendVerifyLink sends a link that verifies the address of a visitor, for an
// article where only verified commenters may comment.
func (m *Mailer) sendVerifyLink(ctx context.Context, job *queue.Job) error {
	email := job.Key
	id, err := discussion.ProofArticle(job)
	if err != nil {
		return err
	}
	article, err := newsroom.ByID(ctx, m.DB, id)
	if models.KindOf(err) == models.NotFound || err == nil && article.Status != newsroom.Published {
		return nil
	}
	if err != nil {
		return err
	}
	if job.Attempts == 0 {
		if may, err := people.AllowVerifyLink(ctx, m.DB, email); err != nil || !may {
			return err
		}
	}
	msg, err := m.newMessage(ctx, email, job)
	if err != nil {
		return err
	}
	msg.view.Subject = msg.text("mail.proof.subject", "site", msg.site.Name)
	msg.view.Intro = msg.text("mail.proof.intro", "story", article.Title)
	key := msg.Links.Make(people.ForProof, email+" "+strconv.FormatInt(id, 10), m.DB.Now())
	msg.view.Button = views.Link{Name: msg.text("mail.proof.button"), URL: msg.BaseURL.String() + "/comments/proof/" + key + "/"}
	msg.view.After = msg.text("mail.link.after")
	return msg.send(ctx)
}
