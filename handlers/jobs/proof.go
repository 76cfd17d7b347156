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

// sendProof sends a link by which the owner of an address shows that it is
// theirs, to whoever wants to comment where only such readers may.
func (p *Post) sendProof(ctx context.Context, job *queue.Job) error {
	email := job.Key
	article, err := discussion.ProofArticle(job)
	if err != nil {
		return err
	}
	story, err := newsroom.ByID(ctx, p.DB, article)
	if models.KindOf(err) == models.NotFound || err == nil && story.Status != newsroom.Published {
		return nil
	}
	if err != nil {
		return err
	}
	if job.Attempts == 0 {
		if may, err := people.AllowVerifyLink(ctx, p.DB, email); err != nil || !may {
			return err
		}
	}
	l, err := p.write(ctx, email, job)
	if err != nil {
		return err
	}
	l.view.Subject, l.view.Intro = l.text("mail.proof.subject", "site", l.site.Name), l.text("mail.proof.intro", "story", story.Title)
	key := l.Links.Make(people.ForProof, email+" "+strconv.FormatInt(article, 10), p.DB.Now())
	l.view.Button = views.Link{Name: l.text("mail.proof.button"), URL: l.BaseURL.String() + "/comments/proof/" + key + "/"}
	l.view.After = l.text("mail.link.after")
	return l.send(ctx)
}
