package handlers

import (
	"net/http"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/discussion/thread"
	"broadsheet/views"
)

// ownFrame returns the frame of a page for the commenter of a comment.
func (cp *commenterPages) ownFrame(own *ownComment, title, page string) views.OwnComment {
	path := threadPath(own.ID)
	w := commentPresenter{site: own.site, path: own.path, page: path}
	v := views.OwnComment{
		Page: cp.frame(own.site, cp.text(own.site, title), ownCommentPath(own.ID, page, own.key), nil), Key: own.key,
		Article: views.Link{Name: own.article.Title, URL: own.path}, Comment: withoutActions(w.presentComment(own.Comment)),
		StatusURL: ownCommentPath(own.ID, "status", own.key), EditURL: ownCommentPath(own.ID, "edit", own.key),
		RemoveURL: ownCommentAction(own.ID, "remove"),
	}
	v.NoIndex = true
	v.Language, v.ArticleDir = articleLanguage(own.site, own.article.Language, own.article.Title)
	v.Warning = cp.findWarning(own.site, nil, own.Comment, v.StatusURL)
	return v
}

// renderStatus shows the state of a comment. appeal has the fields of a refused form.
func (cp *commenterPages) renderStatus(c *request, own *ownComment, appeal views.OwnAppeal, status int) error {
	ctx := c.ctx()
	result, err := thread.ModerationOutcomeOf(ctx, cp.db, own.Comment)
	if err != nil {
		return err
	}
	until, editable, err := discussion.EditableUntil(ctx, cp.db, own.site, own.Comment, cp.db.Now())
	if err != nil {
		return err
	}
	v := cp.ownFrame(own, "own.status.title", "status")
	v.Editable, v.Until = editable, inSiteZone(own.site, until)
	v.AskURL, v.Ask = v.StatusURL+"&do=remove#status-title", editable && c.QueryParam("do") == "remove"
	switch {
	case result.State == discussion.Approved:
		v.Status, v.ReadURL = "own.published", commentPath(parseID(c.Param("id")))
	case result.State == discussion.Held:
		v.Status, v.Waiting, v.Ahead = "own.waiting", true, result.Ahead
		v.Many = result.Ahead >= thread.MaxAhead
	case result.Removed:
		v.Status = "own.removed"
	default:
		v.Status = "own.declined"
		if result.Reason != "" {
			v.Reason, v.Words = "declined."+result.Reason, result.Words
			if v.House, err = declinetexts.Of(ctx, cp.db, own.site.Language, result.Reason); err != nil {
				return err
			}
		}
		if canWriteAgain(own.Comment, result) {
			v.AgainURL = ownCommentPath(own.ID, "again", own.key) + "#respond"
		}
	}
	if err := cp.addDecision(c, &v, own, appeal); err != nil {
		return err
	}
	prependMessage(&v.Page, cp.text(own.site, v.Status))
	return render(cp.pages, c, views.StatusPage, v, personalAnswer(status))
}

func (cp *commenterPages) renderEdit(c *request, own *ownComment, text string, version int, refusal *models.Error) error {
	v := cp.ownFrame(own, "own.edit.title", "edit")
	v.Text.Value, v.Version, v.PostURL = text, version, ownCommentAction(own.ID, "edit")
	code := http.StatusOK
	if refusal != nil {
		code = statusOf(refusal)
		v.Refused, _ = cp.explain(c.site, refusalsOf.comment, refusal)
		for _, f := range refusal.Fields {
			v.Text.Error, v.Text.Limit = f.Code, f.Limit
		}
		v.TooLate = refusal.Code == "edit-window"
	}
	return render(cp.pages, c, views.EditPage, v, personalAnswer(code))
}
