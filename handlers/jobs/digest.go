package jobs

import (
	"context"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// heldEvery is how often it is looked whether comments are held that somebody
// wants to hear of.
const heldEvery = 10 * time.Second

// MailTasks lists the periodic work of a site that sends mail.
func MailTasks() []Task {
	return []Task{{"mail about held comments", heldEvery, true, moderation.MailHeld}}
}

// Bounds of a mail about held comments, in characters.
const (
	heldRunes      = 5000   // of one comment: enough to decide
	leastHeldRunes = 400    // of each of many
	heldMailRunes  = 40_000 // of all comments of a mail together
)

// sendHeld asks a moderator to decide a set of held comments. What was
// decided in the meantime is left out, and nobody is asked who may no longer
// decide.
func (p *Post) sendHeld(ctx context.Context, job *queue.Job) error {
	set, err := moderation.OpenSet(ctx, p.DB, job.Key)
	switch models.KindOf(err) {
	case models.NotFound, models.Gone, models.Forbidden:
		return nil
	}
	if err != nil || set.Open() == 0 {
		return err
	}
	wish, err := people.MailPreferenceOf(ctx, p.DB, set.User.ID)
	if err != nil || wish == people.MailNever {
		return err
	}
	l, err := p.write(ctx, set.User.Email, job)
	if err != nil {
		return err
	}
	link := l.BaseURL.String() + "/held/" + l.Links.Make(people.ForHeld, set.Link(), p.DB.Now()) + "/"
	if err := l.describe(ctx, set, link); err != nil {
		return err
	}
	held, err := set.Scope.Waiting(ctx, p.DB)
	if err != nil {
		return err
	}
	waiting := l.Views.Count(l.site.Language, "mail.held.waiting", held)
	l.view.Intro += " " + waiting
	l.view.After = l.text("mail.held.after")
	l.view.Foot = []views.MailFoot{{Text: l.text("mail.held.why-you")}, {Text: l.text("mail.held.choose"), URL: l.BaseURL.String() + "/desk/mail"}}
	return l.send(ctx)
}

// describe puts the held comments into the mail, with all that is needed to
// decide them.
func (l *letter) describe(ctx context.Context, set *moderation.HeldSet, link string) error {
	open, single := set.Open(), len(set.Items) == 1
	folds := set.Folds()
	var list []discussion.Comment
	var articles []int64
	for _, fold := range folds {
		list, articles = append(list, fold[0].Comment), append(articles, fold[0].Comment.ArticleID)
	}
	runes := min(heldRunes, max(leastHeldRunes, heldMailRunes/max(1, len(folds))))
	stories, err := newsroom.ByIDs(ctx, l.DB, articles)
	if err != nil {
		return err
	}
	parents, err := moderation.Parents(ctx, l.DB, list)
	if err != nil {
		return err
	}
	title := ""
	for i := range list {
		c := &list[i]
		quote := views.MailQuote{By: c.Author, Text: richtext.Excerpt(richtext.CommentText(c.Text), runes)}
		about := func(key, text string) {
			if text != "" {
				quote.About = append(quote.About, l.text(key)+": "+strings.Join(strings.Fields(text), " "))
			}
		}
		if story := stories[c.ArticleID]; moderation.Knows(set.User, story) {
			title = story.Title
			about("mail.held.story", title+" – "+l.BaseURL.String()+l.site.ArticlePath(story))
		}
		about("mail.held.from", joined(c.Email, c.URL, c.Network))
		if parent := parents[c.ParentID]; parent != nil {
			about("mail.held.parent", parent.Author+", "+l.read(parent).URL)
		}
		about("mail.held.why", l.Views.ReasonLine(l.site.Language, c.Reasons))
		if more := len(folds[i]) - 1; more > 0 {
			quote.About = append(quote.About, l.Views.Count(l.site.Language, "card.alike", more))
		}
		if single {
			for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash} {
				quote.Others = append(quote.Others, views.Link{Name: l.text("mail.held." + string(action)), URL: link + "?do=" + string(action)})
			}
		}
		l.view.Quotes = append(l.view.Quotes, quote)
	}
	if single {
		l.view.Subject, l.view.Intro = l.text("mail.held.subject", "story", title), l.text("mail.held.intro")
	} else {
		l.view.Subject, l.view.Intro = l.Views.Count(l.site.Language, "mail.held.subject.many", open), l.text("mail.held.intro.many")
		l.view.Button = views.Link{Name: l.text("mail.held.button"), URL: link}
	}
	l.view.Subject = "[" + l.site.Name + "] " + l.view.Subject
	return nil
}

func joined(parts ...string) string {
	line := ""
	for _, p := range parts {
		if p != "" && line != "" {
			line += ", "
		}
		line += p
	}
	return line
}
