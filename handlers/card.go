package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// comment finds the comment of an address, unless it is outside of the
// moderator's sections.
func (mo *moderator) comment(c echo.Context) (*newsroom.Site, *discussion.Comment, error) {
	ctx := c.Request().Context()
	site, err := mo.site.Get(ctx)
	if err != nil {
		return nil, nil, err
	}
	m, err := discussion.ByID(ctx, mo.DB, idOf(c.Param("id")))
	if err != nil {
		return nil, nil, err
	}
	return site, m, mo.allowed(ctx, viewerOf(c), []discussion.Versioned{{ID: m.ID}})
}

// showCard shows one comment with all that is known around it.
func (mo *moderator) showCard(c echo.Context) error {
	ctx := c.Request().Context()
	site, m, err := mo.comment(c)
	if err != nil {
		return err
	}
	v := views.CardPage{BackURL: deskPlace(c.QueryParam("back"), queueAddress(moderation.QueueName(m.State)))}
	here := withBack(cardPath(m.ID), v.BackURL)
	if v.Page, err = mo.deskPage(c, site, mo.text(site, "card.title", "n", m.ID), here); err != nil {
		return err
	}
	replies, err := mo.replyChoices(ctx)
	if err != nil {
		return err
	}
	shown, err := mo.cards(c, site, []moderation.Card{{Comment: *m}}, shelf{string(m.State), here, v.BackURL, replies})
	if err != nil {
		return err
	}
	v.Card = shown[0]
	v.Card.Alone = true
	if err := mo.presentHistory(c, site, m, &v); err != nil {
		return err
	}
	return render(mo.server, c, views.CardsPage, v, answer{http.StatusOK, true})
}

// presentHistory adds what happened to a comment, and what is around it.
func (mo *moderator) presentHistory(c echo.Context, site *newsroom.Site, m *discussion.Comment, v *views.CardPage) error {
	ctx := c.Request().Context()
	around, err := moderation.SurroundingsOf(ctx, mo.DB, viewerOf(c).scope, m)
	if err == nil {
		v.Around, err = mo.presentAround(c, site, m, around, v.BackURL)
	}
	if err != nil {
		return err
	}
	versions, err := discussion.Versions(ctx, mo.DB, m.ID)
	if err != nil {
		return err
	}
	for _, old := range versions {
		v.Versions = append(v.Versions, views.CardVersion{At: local(site, old.At.Time), Text: old.Text})
	}
	log, err := decisionlog.List(ctx, mo.DB, m.ID, 0)
	v.Log = mo.logLines(site, log, v.BackURL)
	return err
}

// postText changes a comment's text.
func (mo *moderator) postText(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	_, m, err := mo.comment(c)
	if err == nil {
		err = discussion.Rewrite(r.Context(), mo.DB, viewerOf(c).actor(), m.ID, int(idOf(r.PostForm.Get("version"))), r.PostForm.Get("comment"))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, backWith(c, receipt{key: "edited"}))
}

// postAnswer publishes the moderator's answer to a comment.
func (mo *moderator) postAnswer(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	op := ""
	site, m, err := mo.comment(c)
	if err == nil {
		op, _, err = discussion.Answer(r.Context(), mo.DB, site, viewerOf(c).User, discussion.Versioned{ID: m.ID, Version: int(idOf(r.PostForm.Get("version")))}, r.PostForm.Get("comment"))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, backWith(c, receipt{key: "answer", op: op}))
}

// postFilter keeps a way to look at the queue, or forgets one.
func (mo *moderator) postFilter(c echo.Context) error {
	r, me := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := mo.site.Get(r.Context())
	if err != nil {
		return err
	}
	a := readQueue(site, me, r.PostForm)
	u, err := url.Parse(a.address())
	if err != nil {
		return err
	}
	if r.PostForm.Get("do") == "drop" {
		if err := moderation.DropFilter(r.Context(), mo.DB, me.ID, idOf(r.PostForm.Get("filter"))); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, backWith(c, receipt{key: "dropped"}))
	}
	if err := moderation.SaveFilter(r.Context(), mo.DB, me.ID, r.PostForm.Get("name"), u.RawQuery); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, a.address("done", "saved"))
}

// showReplies lists the newsroom's words for declining.
func (mo *moderator) showReplies(c echo.Context) error {
	return mo.renderReplies(c, views.Replies{}, nil)
}

// postReply keeps words for declining, or forgets some.
func (mo *moderator) postReply(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	if err := viewerOf(c).scope.SiteWide(); err != nil { // all moderators use them
		return err
	}
	if r.PostForm.Get("do") == "drop" {
		if err := moderation.DropReply(r.Context(), mo.DB, idOf(r.PostForm.Get("reply"))); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/desk/replies?done=dropped")
	}
	v := views.Replies{Name: views.Field{Value: r.PostForm.Get("name")}, Text: views.Field{Value: r.PostForm.Get("text")}}
	if err := moderation.SaveReply(r.Context(), mo.DB, v.Name.Value, v.Text.Value); err != nil {
		return mo.renderReplies(c, v, err)
	}
	return c.Redirect(http.StatusSeeOther, "/desk/replies?done=saved")
}

// renderReplies shows the replies, with the form as it came back when it was
// refused.
func (mo *moderator) renderReplies(c echo.Context, v views.Replies, refused error) error {
	ctx, code := c.Request().Context(), http.StatusOK
	site, err := mo.site.Get(ctx)
	if err != nil {
		return err
	}
	if refused != nil {
		if code = status(refused); code != http.StatusUnprocessableEntity {
			return refused
		}
		for _, f := range fieldsOf(refused) {
			field := map[string]*views.Field{"name": &v.Name, "text": &v.Text}[f.Field]
			field.Error, field.Limit = f.Code, f.Limit
		}
	}
	if v.Page, err = mo.deskPage(c, site, mo.text(site, "replies.title"), "/desk/replies"); err != nil {
		return err
	}
	list, err := moderation.SavedReplies(ctx, mo.DB)
	if err != nil {
		return err
	}
	for _, reply := range list {
		v.Replies = append(v.Replies, views.SavedText{ID: reply.ID, Name: reply.Name, Text: reply.Text})
	}
	return render(mo.server, c, views.RepliesPage, v, answer{code, true})
}

// showLog shows what was decided, the newest first.
func (mo *moderator) showLog(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := mo.site.Get(ctx)
	if err != nil {
		return err
	}
	comment := idOf(c.QueryParam("comment"))
	list, err := decisionlog.List(ctx, mo.DB, comment, idOf(c.QueryParam("before")))
	if err != nil {
		return err
	}
	v := views.Log{Page: mo.deskFrame(c, site, mo.text(site, "log.title")), Lines: mo.logLines(site, list, c.Request().URL.RequestURI())}
	if len(list) == decisionlog.PageSize {
		q := url.Values{"before": {strconv.FormatInt(list[len(list)-1].ID, 10)}}
		if comment != 0 {
			q.Set("comment", strconv.FormatInt(comment, 10))
		}
		v.Next = "/desk/log?" + q.Encode()
	}
	return render(mo.server, c, views.LogPage, v, answer{http.StatusOK, true})
}

// exportLog sends the whole log, one JSON object a line, oldest first.
func (mo *moderator) exportLog(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Type", "application/jsonl; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="decisions.jsonl"`)
	h.Set("Cache-Control", "private, no-store")
	if err := decisionlog.Export(c.Request().Context(), mo.DB, json.NewEncoder(c.Response()).Encode); err != nil {
		return err
	}
	c.Response().WriteHeader(http.StatusOK) // of an empty log too
	return nil
}

// fieldsOf returns the fields that an error is about.
func fieldsOf(err error) []models.FieldError {
	if e, ok := err.(*models.Error); ok {
		return e.Fields
	}
	return nil
}
