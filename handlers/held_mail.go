package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/decisionlog"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/targets"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// showHeldMail shows the viewer's choice about mails for held comments.
func (mo *moderating) showHeldMail(c *request) error {
	page := mo.deskFrame(c, mo.text(c.site, "heldmail.title"))
	wish, err := people.MailPreferenceOf(c.ctx(), mo.db, c.viewer.ID)
	if err != nil {
		return err
	}
	asked, err := targets.Asked(c.ctx(), mo.db, c.viewer.ID)
	if err != nil {
		return err
	}
	v := views.HeldMail{Page: page, Mail: mo.mail, Wish: string(wish), Targets: asked, Done: c.flash(heldMailDone)}
	for _, w := range people.MailPreferences {
		v.Wishes = append(v.Wishes, string(w))
	}
	return render(mo.pages, c, views.HeldMailPage, v, personalAnswer(http.StatusOK))
}

// postHeldMail stores the viewer's choice about mails for held comments.
func (mo *moderating) postHeldMail(c *request) error {
	if err := people.SetMailPreference(c.ctx(), mo.db, c.viewer.ID, people.MailPreference(c.form.Get("wish"))); err != nil {
		return err
	}
	if err := targets.Ask(c.ctx(), mo.db, c.viewer.ID, c.form.Get("targets") != ""); err != nil {
		return err
	}
	return c.seeOther(withDone(heldMailPath, "yes"))
}

// errHeldLink is the refusal of a forged or incomplete link.
var errHeldLink = models.Refusal(models.NotFound, "held-link", "the link is not one of ours, or incomplete")

// loadHeldSet returns the comments of a mailed link. Each time it checks again that
// the account that got the mail may still decide them.
func (mo *moderating) loadHeldSet(c *request) (*moderation.HeldSet, error) {
	subject, age, ok := mo.links.Read(people.ForHeld, c.Param("key"), mo.db.Now())
	switch {
	case !ok:
		return nil, errHeldLink
	case age > people.LinkRules[people.ForHeld].Lifetime:
		return nil, moderation.ErrHeldOld
	}
	return moderation.LoadLinkedSet(c.ctx(), mo.db, subject)
}

// showHeld shows the comments of a mail with the actions. A GET decides
// nothing, because mail scanners open every link.
func (mo *moderating) showHeld(c *request) error {
	set, err := mo.loadHeldSet(c)
	if err != nil {
		return err
	}
	choices := map[int64]discussion.Action{}
	if action := heldAction(c.QueryParam("do")); action != "" && len(set.Items) == 1 {
		choices[set.Items[0].Comment.ID] = action
	}
	return mo.renderHeld(c, set, choices, nil, nil)
}

// heldAction returns the action of a form's value, or "" when the page does not
// offer it.
func heldAction(name string) discussion.Action {
	switch action := discussion.Action(name); action {
	case discussion.DoApprove, discussion.DoSpam, discussion.DoTrash:
		return action
	}
	return ""
}

// postHeld decides the comments of a mail.
func (mo *moderating) postHeld(c *request) error {
	set, err := mo.loadHeldSet(c)
	if err != nil {
		return err
	}
	choices := heldChoices(c.form, set)
	results, err := moderation.DecideSet(c.ctx(), mo.db, set, choices)
	refusal, _ := errors.AsType[*models.Error](err)
	switch {
	case err != nil && (refusal == nil || refusal.Code != "held-used"):
		return err
	case err == nil && len(results) == 0:
		refusal = models.Refusal(models.Invalid, "held-nothing", "choose what becomes of at least one comment")
	case err == nil:
		// Load the set again: the decisions have changed it.
		if set, err = mo.loadHeldSet(c); err != nil {
			return err
		}
	}
	return mo.renderHeld(c, set, choices, results, refusal)
}

// heldChoices reads the decisions of a form. A choice for a comment also applies
// to the comments folded under it. A choice for all applies to the comments that
// have none of their own.
func heldChoices(form url.Values, set *moderation.HeldSet) map[int64]discussion.Action {
	choices := map[int64]discussion.Action{}
	for name := range form {
		action := heldAction(form.Get(name))
		if action == "" || name[0] != 'c' {
			continue
		}
		choices[parseID(name[1:])] = action
		for other := range strings.SplitSeq(form.Get("with"+name[1:]), ",") {
			choices[parseID(other)] = action
		}
	}
	delete(choices, 0)
	if all := heldAction(form.Get("all")); all != "" {
		for _, item := range set.Items {
			if _, chosen := choices[item.Comment.ID]; !chosen && item.Open() {
				choices[item.Comment.ID] = all
			}
		}
	}
	return choices
}

// heldTextRunes is the length of a comment's text on the page.
const heldTextRunes = 5000

// renderHeld shows the set, and the result of the last form.
func (mo *moderating) renderHeld(
	c *request, set *moderation.HeldSet, choices map[int64]discussion.Action, results []discussion.DecisionResult,
	refusal *models.Error,
) error {
	ctx := c.ctx()
	v := views.Held{
		Page: mo.frame(c.site, mo.text(c.site, "held.title"), "/held/", nil), User: set.User.Name,
		Action: "/held/" + c.Param("key") + "/", Open: set.CountOpen(), Decided: len(results) > 0,
	}
	v.NoIndex = true
	code := http.StatusOK
	if refusal != nil {
		code = statusOf(refusal)
		v.Refused, _ = mo.explain(c.site, refusalsOf.held, refusal)
	}
	for _, d := range results {
		switch {
		case d.Conflict || d.Refused:
			v.Late++
		case !d.Missing:
			v.Done++
		}
	}
	var err error
	if v.Items, err = mo.heldItems(ctx, c.site, set, choices); err != nil {
		return err
	}
	return render(mo.pages, c, views.HeldPage, v, personalAnswer(code))
}

// heldItems presents the comments of a set, each with those folded under it.
func (mo *moderating) heldItems(
	ctx context.Context, site *newsroom.Site, set *moderation.HeldSet, choices map[int64]discussion.Action,
) ([]views.HeldItem, error) {
	var comments []*discussion.Comment
	for i := range set.Items {
		comments = append(comments, &set.Items[i].Comment)
	}
	around, err := moderation.ContextOf(ctx, mo.db, comments)
	if err != nil {
		return nil, err
	}
	alike, folded := groupFolds(set)
	var list []views.HeldItem
	for i := range set.Items {
		c := &set.Items[i].Comment
		if folded[c.ID] {
			continue
		}
		v := mo.heldItem(site, &set.Items[i], around.Parents[c.ParentID], alike[c.ID])
		v.Choice = string(choices[c.ID])
		if article := around.Articles[c.ArticleID]; moderation.Knows(set.User, article) {
			v.Article = views.Link{Name: article.Title, URL: site.ArticlePath(article)}
		}
		if !v.Open {
			if v.By, err = mo.decidedBy(ctx, c); err != nil {
				return nil, err
			}
		}
		list = append(list, v)
	}
	return list, nil
}

// groupFolds returns the comments that are folded under each first one, and the
// numbers of all folded comments.
func groupFolds(set *moderation.HeldSet) (alike map[int64][]moderation.HeldItem, folded map[int64]bool) {
	alike, folded = map[int64][]moderation.HeldItem{}, map[int64]bool{}
	for _, fold := range set.Folds() {
		alike[fold[0].Comment.ID] = fold[1:]
		for _, item := range fold[1:] {
			folded[item.Comment.ID] = true
		}
	}
	return alike, folded
}

// heldItem presents one comment. parent is nil for a comment that answers none.
func (mo *moderating) heldItem(
	site *newsroom.Site, item *moderation.HeldItem, parent *discussion.Comment, alike []moderation.HeldItem,
) views.HeldItem {
	c := &item.Comment
	v := views.HeldItem{
		ID: c.ID, Author: c.Author, Email: c.Email, Website: c.URL, Network: c.Network, At: inSiteZone(site, c.CreatedAt.Time),
		Text: richtext.Excerpt(richtext.CommentText(c.Text), heldTextRunes), Why: mo.reasonLine(site, c.Reasons),
		Open: item.Open(), State: string(c.State),
	}
	for _, other := range alike {
		v.With = strings.TrimPrefix(fmt.Sprint(v.With, ",", other.Comment.ID), ",")
		v.Alike = append(v.Alike, views.HeldLine{Author: other.Comment.Author, Excerpt: commentExcerpt(&other.Comment)})
	}
	if parent != nil {
		v.ParentBy, v.ParentIs = parent.Author, commentExcerpt(parent)
	}
	return v
}

// decidedBy returns the name in the log of the decision that gave a comment its
// state, "" for none.
func (mo *moderating) decidedBy(ctx context.Context, c *discussion.Comment) (string, error) {
	log, err := decisionlog.List(ctx, mo.db, c.ID, 0)
	if i := slices.IndexFunc(log, func(d decisionlog.Entry) bool { return d.ToState == string(c.State) }); i >= 0 {
		return log[i].Actor, err
	}
	return "", err
}
