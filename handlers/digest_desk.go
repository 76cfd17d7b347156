package handlers

import (
	"strconv"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/models/subscription"
	"broadsheet/views"
)

// digesting has the editors' page of digests.
type digesting struct {
	*desk
	db *models.DB
}

const (
	// shownIssues and shownBounces are the lines of the page.
	shownIssues  = 20
	shownBounces = 50
	// shownCommentRunes is the length of a comment on the page, in runes.
	shownCommentRunes = 400
)

// typedOpening is a refused form.
type typedOpening struct {
	frequency subscription.Frequency
	text      string
	version   int
	err       error
}

// showDigests shows the next issues, the last ones, and the subscribers.
func (di *digesting) showDigests(c *request) error { return di.renderDigests(c, typedOpening{}) }

// postDigests stores the opening words of an issue, or mails it to the editor.
func (di *digesting) postDigests(c *request) error {
	typed := typedOpening{frequency: subscription.Frequency(c.form.Get("frequency")), text: c.form.Get("text")}
	typed.version, _ = strconv.Atoi(c.form.Get("version"))
	if typed.frequency != subscription.Daily && typed.frequency != subscription.Weekly {
		return models.Errorf(models.Invalid, "there is no such digest")
	}
	switch c.form.Get("do") {
	case "opening":
		typed.err = digest.SetOpening(c.ctx(), di.db, c.viewer.actor(), typed.frequency, typed.text, typed.version)
		if typed.err != nil {
			return di.renderDigests(c, typed)
		}
		return c.seeOther(withDone(digestDeskPath, "saved"))
	case "test":
		if !di.mail {
			return errNoPage
		}
		err := di.db.Write(c.ctx(), func(tx *models.Tx) error {
			key := string(typed.frequency) + " " + strconv.FormatInt(c.viewer.ID, 10)
			return queue.Add(c.ctx(), tx, digest.JobTest, key, struct{}{}, tx.Now)
		})
		if err != nil {
			return err
		}
		return c.seeOther(withDone(digestDeskPath, "test"))
	}
	return models.Errorf(models.Invalid, "there is no such action")
}

func (di *digesting) renderDigests(c *request, typed typedOpening) error {
	shown, other := di.refused(c, refusalsOf.opening, typed.err)
	if other != nil {
		return other
	}
	v := views.DigestDesk{
		Page: di.deskFrame(c, di.text(c.site, "digestdesk.title")), Mail: di.mail, Open: c.site.DigestOpen, Email: c.viewer.Email,
		Done: c.flash(digestDeskDone), Refused: shown.key,
	}
	for _, f := range subscription.Frequencies {
		next, err := di.presentNext(c, f)
		if err != nil {
			return err
		}
		if typed.err != nil && typed.frequency == f {
			// The version stays that of the form: a colleague's words are not overwritten
			// unseen.
			next.Opening.Value, next.Version = typed.text, typed.version
			inputs{"text": &next.Opening}.mark(typed.err)
		}
		v.Next = append(v.Next, next)
	}
	if err := di.addSubscribers(c, &v); err != nil {
		return err
	}
	issues, err := digest.Recent(c.ctx(), di.db, shownIssues)
	if err != nil {
		return err
	}
	for i := range issues {
		v.Issues = append(v.Issues, di.presentIssue(c.site, &issues[i]))
	}
	return render(di.pages, c, views.DigestDeskPage, v, personalAnswer(shown.status))
}

// addSubscribers adds the numbers of subscribers, and the addresses given up.
func (di *digesting) addSubscribers(c *request, v *views.DigestDesk) error {
	counts, err := subscription.Count(c.ctx(), di.db)
	if err != nil {
		return err
	}
	v.Counts = []views.DigestCount{
		{Name: "digestdesk.daily", Number: counts.Daily},
		{Name: "digestdesk.weekly", Number: counts.Weekly},
		{Name: "digestdesk.open", Number: counts.Open},
		{Name: "digestdesk.bounced", Number: counts.Bounced},
	}
	bounced, err := subscription.BouncedList(c.ctx(), di.db, shownBounces)
	for _, s := range bounced {
		v.Bounces = append(v.Bounces, views.DigestBounce{Email: s.Email, Status: s.Bounce, At: inSiteZone(c.site, s.BouncedAt.Time)})
	}
	return err
}

// presentNext presents the next issue of a frequency as subscribers to the whole
// paper would get it now.
func (di *digesting) presentNext(c *request, f subscription.Frequency) (views.DigestNext, error) {
	v := views.DigestNext{Frequency: string(f)}
	if c.site.DigestOpen && di.mail {
		v.At = digest.Next(&c.site.Settings, f, di.db.Now())
	}
	opening, err := digest.OpeningOf(c.ctx(), di.db, f)
	if err != nil {
		return v, err
	}
	v.Opening.Value, v.Version = opening.Text, opening.Version
	content, _, err := digest.Preview(c.ctx(), di.db, c.site, f, []int64{subscription.Paper})
	if err != nil {
		return v, err
	}
	for _, list := range content.Lists {
		part := views.DigestPart{Link: views.Link{Name: di.text(c.site, "mail.digest.paper")}}
		if list.Category != nil {
			part.Link = views.Link{Name: list.Category.Name, URL: permalink.CategoryPath(list.Category.Path)}
		}
		for i := range list.Stories {
			part.Stories = append(part.Stories, presentDigestStory(c.site, &list.Stories[i]))
		}
		v.Stories = append(v.Stories, part)
	}
	for i := range content.Comments {
		comment := &content.Comments[i]
		v.Comments = append(v.Comments, views.DigestComment{
			By:   di.text(c.site, "mail.digest.under", "author", comment.Author, "story", comment.Article.Title),
			Text: richtext.Excerpt(richtext.CommentText(comment.Text), shownCommentRunes), Read: views.Link{URL: commentPath(comment.ID)},
		})
	}
	return v, nil
}

func presentDigestStory(site *newsroom.Site, a *newsroom.Teaser) views.DigestStory {
	card := teaserCard(site, a)
	story := views.DigestStory{Link: views.Link{Name: card.Title, URL: card.URL}, Language: card.Language, Dir: card.Dir}
	if a.MainCategoryID != nil {
		if category := site.Categories.ByID(*a.MainCategoryID); category != nil && category.Path != taxonomy.UncategorizedSlug {
			story.Section = category.Name
		}
	}
	return story
}

// presentIssue presents an issue that was sent, or is being sent.
func (di *digesting) presentIssue(site *newsroom.Site, i *digest.Issue) views.DigestIssue {
	v := views.DigestIssue{
		Frequency: string(i.Frequency), At: inSiteZone(site, i.Until.Time), Recipients: i.Recipients, Waiting: i.Waiting(),
		Sent: i.Sent, Failed: i.Failed, Out: i.Skipped, State: "digestdesk.done", Error: i.Error,
	}
	switch {
	case !i.StoppedAt.IsZero():
		v.State = "digestdesk.stopped"
	case i.HeldUntil.After(di.db.Now()):
		v.State = "digestdesk.held"
	case i.QueuedAt.IsZero() || v.Waiting > 0:
		v.State = "digestdesk.sending"
	}
	return v
}
