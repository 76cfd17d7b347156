package jobs

import (
	"cmp"
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom/drafts"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/views"
)

// sendReview tells a writer that a story was sent back, or somebody that a note was
// answered. It sends nothing to an account that may not see the story any more.
func (m *Mailer) sendReview(ctx context.Context, job *queue.Job) error {
	var news notes.Mail
	if err := job.Read(&news); err != nil {
		return err
	}
	u, err := people.Authorize(ctx, m.DB, news.User, "")
	if unknown(err) {
		return nil
	}
	var d *drafts.Draft
	if err == nil {
		d, err = drafts.Open(ctx, m.DB, news.Article)
	}
	if unknown(err) {
		return nil
	}
	var access drafts.Access
	if err == nil {
		access, err = drafts.AccessOf(ctx, m.DB, u, d.Article)
	}
	if err != nil || !access.See {
		return err
	}
	msg, err := m.newMessage(ctx, u.Email, job)
	if err != nil {
		return err
	}
	title := cmp.Or(d.Text.Title, msg.text("edit.untitled"))
	key := "mail.review." + string(news.Event)
	msg.view.Subject = msg.text(key+".subject", "title", title)
	msg.view.Intro = msg.text(key, "name", u.Name, "by", news.By, "title", title)
	if news.Text != "" {
		msg.view.Quotes = []views.MailQuote{{By: news.By, Text: news.Text}}
	}
	address := msg.BaseURL.String() + "/desk/articles/" + strconv.FormatInt(news.Article, 10) + "#notes"
	msg.view.Button = views.Link{Name: msg.text("mail.review.button"), URL: address}
	return msg.send(ctx)
}

// unknown reports whether an account or an article is gone, or closed.
func unknown(err error) bool {
	kind := models.KindOf(err)
	return err != nil && (kind == models.NotFound || kind == models.Forbidden)
}
