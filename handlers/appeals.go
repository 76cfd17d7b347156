package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// appealsPath is the address of the appeals at the desk.
const appealsPath = "/desk/appeals"

// sharesFor is the time for which the desk shows the share of reversed decisions.
const sharesFor = 365 * 24 * time.Hour

// errAppeals is the refusal of a network that appeals too often.
var errAppeals = &models.Error{
	Kind: models.TooMany, Code: "appeals", Safe: "too many appeals from this network", RetryAfter: time.Minute,
}

// postAppeal stores a commenter's appeal. A refused text is returned in the form.
func (cp *commenterPages) postAppeal(c *request) error {
	own, err := cp.findOwn(c, c.form.Get("key"))
	if err != nil {
		return err
	}
	text := c.form.Get("appeal")
	allowed, err := cp.limits.appeals.Allow(networkOf(cp.clients.address(c.Request())))
	switch {
	case err != nil:
	case !allowed:
		err = errAppeals
	default:
		_, err = appeals.File(c.ctx(), cp.db, own.ID, text)
	}
	if err == nil {
		return c.seeOther(withQuery(ownCommentPath(own.ID, "status", own.key), "do=appealed") + "#appeal")
	}
	shown, other := cp.refused(c, refusalsOf.appeal, err)
	if other != nil {
		return other
	}
	form := views.OwnAppeal{Refused: shown.key, Text: views.Field{Value: richtext.Normalize(text)}}
	inputs{"appeal": &form.Text}.mark(err)
	return cp.renderStatus(c, own, form, shown.status)
}

// addDecision adds the statement of reasons and the appeal to the status page. form has
// the fields of a refused form.
func (cp *commenterPages) addDecision(c *request, v *views.OwnComment, own *ownComment, form views.OwnAppeal) error {
	d, err := appeals.DecisionOn(c.ctx(), cp.db, own.Comment)
	if err != nil {
		return err
	}
	var a *appeals.Appeal
	if d == nil {
		// The answer to an appeal stays on the page while the comment is public.
		a, err = appeals.LatestOn(c.ctx(), cp.db, own.ID)
		if err != nil || a == nil || a.Outcome != appeals.Reversed {
			return err
		}
	} else {
		if v.Statement, err = cp.statement(c.ctx(), own, d); err != nil {
			return err
		}
		if a, err = appeals.Against(c.ctx(), cp.db, own.ID, d); err != nil {
			return err
		}
	}
	form.Key, form.Action = own.key, ownCommentAction(own.ID, "appeal")
	if a != nil {
		form = presentOwnAppeal(own, a)
		form.Sent = c.QueryParam("do") == "appealed"
	}
	v.Appeal = &form
	return nil
}

func presentOwnAppeal(own *ownComment, a *appeals.Appeal) views.OwnAppeal {
	v := views.OwnAppeal{
		At: inSiteZone(own.site, a.At.Time), Said: a.Text, Words: a.Words,
		Other: a.ModeratorID == nil || a.DecidedByID == nil || *a.ModeratorID != *a.DecidedByID,
	}
	if a.Outcome == appeals.Upheld || a.Outcome == appeals.Reversed {
		v.Outcome, v.EndedAt = "appeal."+string(a.Outcome), inSiteZone(own.site, a.DecidedAt.Time)
	}
	return v
}

// statement returns the statement of reasons for a decision.
func (cp *commenterPages) statement(ctx context.Context, own *ownComment, d *appeals.Decision) (*views.Statement, error) {
	v := &views.Statement{At: inSiteZone(own.site, d.At.Time), Ground: "statement.house", Law: d.Reason == "illegal"}
	if d.Reason != "" {
		v.Ground = "declined." + d.Reason
	}
	if d.Automated() {
		v.Ground = "statement.rule"
		v.Rule, _ = cp.views.Reason(own.site.Language, d.Rule, "")
	}
	cause, err := notices.CauseOf(ctx, cp.db, own.Comment, d.At)
	v.Report, v.Notice = cause.Reported, cause.Notice
	return v, err
}

// showAppeals lists the appeals that the viewer may see: those that wait, and the last
// that were answered.
func (mo *moderating) showAppeals(c *request) error {
	page, err := mo.deskPage(c, mo.text(c.site, "appeals.title"), appealsPath)
	if err != nil {
		return err
	}
	v := views.Appeals{Page: page}
	if err := mo.addAppeals(c, &v); err != nil {
		return err
	}
	return render(mo.pages, c, views.AppealsPage, v, personalAnswer(http.StatusOK))
}

// postAppealAnswer stores a moderator's answer to an appeal. Words that are too long
// are returned in the form of the appeal.
func (mo *moderating) postAppealAnswer(c *request) error {
	ctx, me := c.ctx(), c.viewer
	a, err := appeals.ByID(ctx, mo.db, parseID(c.Param("id")))
	if err != nil {
		return errNoPage
	}
	if err := me.scope.Comments(ctx, mo.db, []int64{a.CommentID}); err != nil {
		return err
	}
	version, _ := strconv.Atoi(c.form.Get("version"))
	if version < 1 {
		version = -1 // no comment has this version: the form was changed by hand
	}
	ruling := appeals.Ruling{Outcome: appeals.Outcome(c.form.Get("do")), Version: version, Words: c.form.Get("words")}
	op, err := appeals.Decide(ctx, mo.db, me.User, a.ID, ruling)
	if refusal, ok := errors.AsType[*models.Error](err); ok && len(refusal.Fields) > 0 {
		return mo.renderAppealAgain(c, a.ID, ruling.Words, refusal)
	}
	key, ok := "appeal-"+string(ruling.Outcome), false
	if err != nil {
		if key, ok = appealConflicts[codeOf(err)]; !ok {
			return err
		}
	}
	return mo.answerReceipt(c, receipt{key: key, op: op}, appealsPath)
}

// appealConflicts are the messages about an answer that came too late.
var appealConflicts = map[string]string{"appeal-decided": "appeal-decided", "changed": "appeal-changed", "appeal-own": "appeal-own"}

// codeOf returns the code of a refusal, "" for another error.
func codeOf(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Code
	}
	return ""
}

// answerReceipt answers a form of the desk: a script gets the message as JSON, others a
// redirect to the page that shows it.
func (mo *moderating) answerReceipt(c *request, done receipt, page string) error {
	if !wantsJSON(c.Request()) {
		return c.seeOther(done.addTo(deskOr(c.form.Get("back"), page)))
	}
	message, err := mo.receiptText(c.ctx(), c.site, c.viewer, done)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, receiptJSON{Message: message, Operation: done.op})
}

// receiptJSON is the message about a form of the desk, for its script.
type receiptJSON struct {
	Message   string `json:"message"`
	Operation string `json:"operation,omitempty"`
}

// renderAppealAgain shows the appeals with refused words in the form of one of them.
func (mo *moderating) renderAppealAgain(c *request, id int64, words string, refusal *models.Error) error {
	v := views.Appeals{Page: mo.deskFrame(c, mo.text(c.site, "appeals.title"))}
	if err := mo.addAppeals(c, &v); err != nil {
		return err
	}
	for i := range v.Waiting {
		if item := &v.Waiting[i]; item.ID == id {
			item.Words.Value = richtext.Normalize(words)
			inputs{"words": &item.Words}.mark(refusal)
		}
	}
	return render(mo.pages, c, views.AppealsPage, v, personalAnswer(statusOf(refusal)))
}

// addAppeals adds the appeals and the shares of reversed decisions. A moderator gets
// the own share, an editor those of all.
func (mo *moderating) addAppeals(c *request, v *views.Appeals) error {
	ctx, me, now := c.ctx(), c.viewer, mo.db.Now().Add(time.Second)
	waiting, err := appeals.Waiting(ctx, mo.db, me.scope)
	if err != nil {
		return err
	}
	if v.Waiting, err = mo.presentAppeals(c, waiting, true); err != nil {
		return err
	}
	ended, err := appeals.Ended(ctx, mo.db, me.scope)
	if err != nil {
		return err
	}
	if v.Ended, err = mo.presentAppeals(c, ended, false); err != nil {
		return err
	}
	if !me.scope.Limited() {
		byReason, err := appeals.ByReason(ctx, mo.db, now.Add(-sharesFor), now)
		if err != nil {
			return err
		}
		for _, s := range byReason {
			v.ByReason = append(v.ByReason, presentShare(mo.groundName(c.site, s.Name), s))
		}
	}
	if me.may(people.Auditing) {
		v.ReportURL = transparencyPath
	}
	byModerator, err := appeals.ByModerator(ctx, mo.db, now.Add(-sharesFor), now)
	for _, s := range byModerator {
		if s.Account == me.ID || me.may(people.Auditing) {
			v.ByModerator = append(v.ByModerator, presentShare(s.Name, s))
		}
	}
	return err
}

func presentShare(name string, s appeals.Share) views.AppealShare {
	return views.AppealShare{Name: name, Ended: s.Ended, Reversed: s.Reversed, Percent: s.Percent()}
}
