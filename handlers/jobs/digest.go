package jobs

import (
	"context"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// heldInterval is how often the task looks for held comments to send mail about.
const heldInterval = 10 * time.Second

// MailTasks lists the periodic work of a site that sends mail.
func MailTasks() []Task {
	return []Task{
		{Name: "mail about held comments", Every: heldInterval, OneInstance: true, Run: moderation.MailHeld},
		{Name: "mail about notices that have ended", Every: time.Minute, OneInstance: true, Run: notices.Tell},
		{Name: "send digests", Every: digestInterval, OneInstance: true, Run: sendDigests},
		{Name: "forget old digests", Every: time.Hour, OneInstance: true, Run: digest.Prune},
	}
}

// Limits of a mail about held comments, in runes.
const (
	heldRunes      = 5000   // of one comment: enough to decide
	leastHeldRunes = 400    // of each of many
	heldMailRunes  = 40_000 // of all comments of a mail together
)

// sendHeld asks a moderator to decide a set of held comments. It leaves out
// comments that were decided in the meantime, and sends nothing when the
// moderator may no longer decide.
func (m *Mailer) sendHeld(ctx context.Context, job *queue.Job) error {
	set, err := moderation.LoadHeldSet(ctx, m.DB, job.Key)
	switch models.KindOf(err) {
	case models.NotFound, models.Gone, models.Forbidden:
		return nil
	}
	if err != nil || set.CountOpen() == 0 {
		return err
	}
	wish, err := people.MailPreferenceOf(ctx, m.DB, set.User.ID)
	if err != nil || wish == people.MailNever {
		return err
	}
	msg, err := m.newMessage(ctx, set.User.Email, job)
	if err != nil {
		return err
	}
	link := msg.BaseURL.String() + "/held/" + msg.Links.Make(people.ForHeld, set.Link(), m.DB.Now()) + "/"
	if err := msg.addHeldComments(ctx, set, link); err != nil {
		return err
	}
	held, err := set.Scope.Waiting(ctx, m.DB)
	if err != nil {
		return err
	}
	msg.view.Intro += " " + msg.Views.Count(msg.site.Language, "mail.held.waiting", held)
	msg.view.After = msg.text("mail.held.after")
	msg.view.Foot = []views.MailFoot{
		{Text: msg.text("mail.held.why-you")},
		{Text: msg.text("mail.held.choose"), URL: msg.BaseURL.String() + "/desk/mail"},
	}
	return msg.send(ctx)
}

// addHeldComments adds the held comments to the mail, with everything that a
// moderator needs for a decision. link is the address of the page for them.
func (msg *message) addHeldComments(ctx context.Context, set *moderation.HeldSet, link string) error {
	folds := set.Folds()
	var list []*discussion.Comment
	var cards []moderation.Card
	for _, fold := range folds {
		list, cards = append(list, &fold[0].Comment), append(cards, moderation.Card{Comment: fold[0].Comment})
	}
	around, err := moderation.ContextOf(ctx, msg.DB, list)
	if err != nil {
		return err
	}
	reports, err := moderation.Reports(ctx, msg.DB, cards)
	if err != nil {
		return err
	}
	title := ""
	runes := min(heldRunes, max(leastHeldRunes, heldMailRunes/max(1, len(folds))))
	for i, c := range list {
		article := around.Articles[c.ArticleID]
		if !moderation.Knows(set.User, article) {
			article = nil
		} else {
			title = article.Title
		}
		quote := msg.heldQuote(c, article, around.Parents[c.ParentID], runes)
		if why := msg.whyHeld(c, reports[c.ID]); why != "" {
			quote.About = append(quote.About, msg.text("mail.held.why")+": "+why)
		}
		if more := len(folds[i]) - 1; more > 0 {
			quote.About = append(quote.About, msg.Views.Count(msg.site.Language, "card.alike", more))
		}
		msg.view.Quotes = append(msg.view.Quotes, quote)
	}
	msg.setHeldSubject(set.CountOpen(), len(folds), title, link)
	return nil
}

// setHeldSubject sets the subject, the introduction and the links for a number of
// comments, shown in a number of quotes. title is the title of the article when there is
// one quote.
func (msg *message) setHeldSubject(comments, quotes int, title, link string) {
	key := "held.all."
	if comments == 1 {
		msg.view.Intro, key = msg.text("mail.held.intro"), "do."
	} else {
		msg.view.Intro = msg.text("mail.held.intro.many")
	}
	if quotes == 1 {
		msg.view.Subject = msg.text("mail.held.subject", "story", title)
	} else {
		msg.view.Subject = msg.Views.Count(msg.site.Language, "mail.held.subject.many", comments)
		msg.view.Button = views.Link{Name: msg.text("mail.held.button"), URL: link}
	}
	for _, action := range []discussion.Action{discussion.DoApprove, discussion.DoSpam, discussion.DoTrash} {
		msg.view.Links = append(msg.view.Links, views.Link{Name: msg.text(key + string(action)), URL: link + "?do=" + string(action)})
	}
	msg.view.Subject = "[" + msg.site.Name + "] " + msg.view.Subject
}

// whyHeld returns the sentence of the desk's cards why a comment is held.
func (msg *message) whyHeld(c *discussion.Comment, reports []moderation.Report) string {
	var shown []views.CardReport
	for _, r := range reports {
		shown = append(shown, views.CardReport{Reason: "report.reason." + r.Reason})
	}
	return msg.Views.Why(msg.site.Language, c.Reasons, shown, c.Reports)
}

// heldQuote quotes a held comment of at most so many runes. article is nil when
// the moderator may not see it; parent is nil for a comment that is not a reply.
func (msg *message) heldQuote(c *discussion.Comment, article *newsroom.Article, parent *discussion.Comment, runes int) views.MailQuote {
	quote := views.MailQuote{By: c.Author, Text: richtext.Excerpt(richtext.CommentText(c.Text), runes)}
	about := func(key, text string) {
		if text != "" {
			quote.About = append(quote.About, msg.text(key)+": "+strings.Join(strings.Fields(text), " "))
		}
	}
	if article != nil {
		about("mail.held.story", article.Title+" – "+msg.BaseURL.String()+msg.site.ArticlePath(article))
	}
	about("mail.held.from", joinNonEmpty(c.Email, c.URL, c.Network))
	if parent != nil {
		about("mail.held.parent", parent.Author+", "+msg.readLink(parent).URL)
	}
	return quote
}

// joinNonEmpty joins the parts that are not empty by commas.
func joinNonEmpty(parts ...string) string {
	line := ""
	for _, p := range parts {
		if p != "" && line != "" {
			line += ", "
		}
		line += p
	}
	return line
}
