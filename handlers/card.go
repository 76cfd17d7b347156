package handlers

import (
	"net/http"
	"net/url"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/views"
)

// loadComment returns the comment of an address, unless it is outside of the
// moderator's categories.
func (mo *moderating) loadComment(c *request) (*newsroom.Site, *discussion.Comment, error) {
	ctx := c.ctx()
	m, err := discussion.ByID(ctx, mo.db, parseID(c.Param("id")))
	if err != nil {
		return nil, nil, err
	}
	return c.site, m, mo.checkScope(ctx, c.viewer, []discussion.Versioned{{ID: m.ID}})
}

// showCard shows one comment with its context.
func (mo *moderating) showCard(c *request) error {
	ctx := c.ctx()
	site, m, err := mo.loadComment(c)
	if err != nil {
		return err
	}
	v := views.CardPage{BackURL: deskOr(c.QueryParam("back"), queueAddress(moderation.QueueName(m.State)))}
	here := withBack(cardPath(m.ID), v.BackURL)
	if v.Page, err = mo.deskPage(c, mo.text(site, "card.title", "n", m.ID), here); err != nil {
		return err
	}
	replies, err := mo.replyChoices(ctx)
	if err != nil {
		return err
	}
	declines, err := mo.declineMenu(c)
	if err != nil {
		return err
	}
	on := cardList{state: string(m.State), here: here, back: v.BackURL, replies: replies, declines: declines}
	shown, err := mo.presentCards(c, []moderation.Card{{Comment: *m}}, on)
	if err != nil {
		return err
	}
	v.Card = shown[0]
	v.Card.Alone = true
	if err := mo.presentHistory(c, m, &v); err != nil {
		return err
	}
	return render(mo.pages, c, views.CardsPage, v, personalAnswer(http.StatusOK))
}

// presentHistory adds the comment's decisions, its earlier versions and its
// context.
func (mo *moderating) presentHistory(c *request, m *discussion.Comment, v *views.CardPage) error {
	ctx := c.ctx()
	around, err := moderation.SurroundingsOf(ctx, mo.db, c.viewer.scope, m)
	if err == nil {
		v.Around, err = mo.presentAround(c, m, around, v.BackURL)
	}
	if err != nil {
		return err
	}
	versions, err := discussion.Versions(ctx, mo.db, m.ID)
	if err != nil {
		return err
	}
	for i, old := range versions {
		next := m.Text
		if i+1 < len(versions) {
			next = versions[i+1].Text
		}
		v.Versions = append(v.Versions, views.CardVersion{
			At: inSiteZone(c.site, old.At.Time), Text: old.Text, Next: diffParts(old.Text, next),
		})
	}
	log, err := decisionlog.List(ctx, mo.db, m.ID, 0)
	v.Log = mo.logLines(c.site, log, v.BackURL)
	return err
}

// postText changes a comment's text.
func (mo *moderating) postText(c *request) error {
	_, m, err := mo.loadComment(c)
	if err == nil {
		err = discussion.Rewrite(c.ctx(), mo.db, c.viewer.actor(), m.ID, int(parseID(c.form.Get("version"))), c.form.Get("comment"))
	}
	if err != nil {
		return err
	}
	return mo.done(c, receipt{key: "edited"})
}

// postAnswer publishes the moderator's answer to a comment.
func (mo *moderating) postAnswer(c *request) error {
	op := ""
	_, m, err := mo.loadComment(c)
	if err == nil {
		op, _, err = discussion.Answer(
			c.ctx(), mo.db, c.viewer.User,
			discussion.Versioned{ID: m.ID, Version: int(parseID(c.form.Get("version")))}, c.form.Get("comment"),
		)
	}
	if err != nil {
		return err
	}
	return mo.done(c, receipt{key: "answer", op: op})
}

// done answers a form of a card: with JSON to the script, otherwise with the page that
// the form names as its origin.
func (mo *moderating) done(c *request, r receipt) error {
	if !wantsJSON(c.Request()) {
		return c.seeOther(c.backWith(r))
	}
	return mo.answerScript(c, r, outcome{operation: r.op})
}

// postFilter saves a search of the queue, or deletes one.
func (mo *moderating) postFilter(c *request) error {
	me := c.viewer
	a := readQueue(c.site, me, c.form)
	u, err := url.Parse(a.address())
	if err != nil {
		return err
	}
	if c.form.Get("do") == "drop" {
		if err := moderation.DropFilter(c.ctx(), mo.db, me.ID, parseID(c.form.Get("filter"))); err != nil {
			return err
		}
		return c.seeOther(c.backWith(receipt{key: "dropped"}))
	}
	if err := moderation.SaveFilter(c.ctx(), mo.db, me.ID, c.form.Get("name"), u.RawQuery); err != nil {
		return err
	}
	return c.seeOther(a.address("done", "saved"))
}

// showReplies lists the saved replies.
func (mo *moderating) showReplies(c *request) error {
	return mo.renderReplies(c, views.Replies{}, nil, nil)
}

// postReply saves a reply, or deletes one.
func (mo *moderating) postReply(c *request) error {
	if err := c.viewer.scope.SiteWide(); err != nil { // all moderators use them
		return err
	}
	if c.form.Get("do") == "drop" {
		if err := moderation.DropReply(c.ctx(), mo.db, parseID(c.form.Get("reply"))); err != nil {
			return err
		}
		return c.seeOther(withDone(repliesPath, "dropped"))
	}
	var v views.Replies
	inputs{"name": &v.Name, "text": &v.Text}.bind(c.form)
	if err := moderation.SaveReply(c.ctx(), mo.db, v.Name.Value, v.Text.Value); err != nil {
		return mo.renderReplies(c, v, nil, err)
	}
	return c.seeOther(withDone(repliesPath, "saved"))
}

// renderReplies shows the saved replies and the reasons for declining. After a refusal
// the form has its fields and errors; reasons are the sentences of a refused form.
func (mo *moderating) renderReplies(c *request, v views.Replies, reasons map[string]string, refused error) error {
	ctx, code := c.ctx(), http.StatusOK
	if refused != nil {
		if code = statusOf(refused); code != http.StatusUnprocessableEntity {
			return refused
		}
		inputs{"name": &v.Name, "text": &v.Text}.mark(refused)
	}
	var err error
	if v.Page, err = mo.deskPage(c, mo.text(c.site, "replies.title"), repliesPath); err != nil {
		return err
	}
	list, err := moderation.SavedReplies(ctx, mo.db)
	if err != nil {
		return err
	}
	for _, reply := range list {
		v.Replies = append(v.Replies, views.SavedText{ID: reply.ID, Name: reply.Name, Text: reply.Text})
	}
	if err := mo.addReasons(c, &v, reasons, refused); err != nil {
		return err
	}
	return render(mo.pages, c, views.RepliesPage, v, personalAnswer(code))
}
