package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
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
	return mo.renderHeld(c, set, heldForm{ask: heldAction(c.QueryParam("do"))})
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
	form := heldForm{choices: heldChoices(c.form)}
	form.done, err = moderation.DecideSet(c.ctx(), mo.db, set, form.choices)
	switch {
	case err != nil && codeOf(err) != "held-used":
		return err
	case err != nil:
		form.refusal, _ = errors.AsType[*models.Error](err)
	case len(form.done) == 0:
		form.refusal = models.Refusal(models.Invalid, "held-nothing", "choose what becomes of at least one comment")
	default:
		// Load the set again: the decisions have changed it.
		if set, err = mo.loadHeldSet(c); err != nil {
			return err
		}
	}
	return mo.renderHeld(c, set, form)
}

// heldForm is the state of the form on the page of a mail.
type heldForm struct {
	ask     discussion.Action // what the mail's link asks for, "" for nothing
	choices map[int64]discussion.Action
	done    []moderation.HeldDecision
	refusal *models.Error
}

// heldChoices reads the decisions of a form. The field "c" with the number of a comment
// has the action for it and for the ticked ones that are folded under it: they are in the
// field "with" with the same number. The field "all" has the action for the comments of
// the page without an action of their own.
func heldChoices(form url.Values) map[int64]discussion.Action {
	choices := map[int64]discussion.Action{}
	all := heldAction(form.Get("all"))
	for name := range form {
		if first, ok := strings.CutPrefix(name, "with"); ok {
			if action := cmp.Or(heldAction(form.Get("c"+first)), all); action != "" {
				for _, value := range form[name] {
					choices[parseID(value)] = action
				}
			}
		}
	}
	for name := range form {
		if action := heldAction(form.Get(name)); action != "" && name[0] == 'c' {
			choices[parseID(name[1:])] = action
		}
	}
	delete(choices, 0)
	return choices
}

// heldTextRunes is the length of a comment's text on the page.
const heldTextRunes = 5000

// renderHeld shows the set, and the result of the last form.
func (mo *moderating) renderHeld(c *request, set *moderation.HeldSet, form heldForm) error {
	ctx := c.ctx()
	v := views.Held{
		Page: mo.frame(c.site, mo.text(c.site, "held.title"), "/held/", nil), User: set.User.Name,
		Action: "/held/" + c.Param("key") + "/", Open: set.CountOpen(), Ask: string(form.ask),
	}
	v.NoIndex = true
	code := http.StatusOK
	if form.refusal != nil {
		code = statusOf(form.refusal)
		v.Refused, _ = mo.explain(c.site, refusalsOf.held, form.refusal)
	}
	err := mo.addHeldResult(c, set, form.done, &v)
	if err != nil {
		return err
	}
	if v.Items, err = mo.heldItems(ctx, c.site, set, form.choices); err != nil {
		return err
	}
	if v.Past, err = mo.heldPast(ctx, set); err != nil {
		return err
	}
	return render(mo.pages, c, views.HeldPage, v, personalAnswer(code))
}

// addHeldResult says in the desk's words what the form has done. The desk offers to undo
// it, because that takes a session: the link of a mail decides each comment once.
func (mo *moderating) addHeldResult(c *request, set *moderation.HeldSet, done []moderation.HeldDecision, v *views.Held) error {
	me := &viewer{User: set.User, scope: set.Scope}
	for _, d := range done {
		result := outcome{do: string(d.Action), operation: d.Operation, queue: moderation.Held, results: d.Results}.receipt()
		text, err := mo.receiptText(c.ctx(), c.site, me, result)
		if err != nil {
			return err
		}
		v.Done = append(v.Done, text)
		if d.Operation != "" {
			v.UndoURL = result.addTo(queuePath)
		}
	}
	return nil
}

// heldItems presents the comments of a set that still wait, each with those folded under
// it.
func (mo *moderating) heldItems(
	ctx context.Context, site *newsroom.Site, set *moderation.HeldSet, choices map[int64]discussion.Action,
) ([]views.HeldItem, error) {
	var comments []*discussion.Comment
	var cards []moderation.Card
	folds := set.Folds()
	for _, fold := range folds {
		comments = append(comments, &fold[0].Comment)
		cards = append(cards, moderation.Card{Comment: fold[0].Comment})
	}
	around, err := moderation.ContextOf(ctx, mo.db, comments)
	if err != nil {
		return nil, err
	}
	reports, err := moderation.Reports(ctx, mo.db, cards)
	if err != nil {
		return nil, err
	}
	var list []views.HeldItem
	for i, c := range comments {
		v := mo.heldItem(site, folds[i], around.Parents[c.ParentID])
		v.Why = mo.views.Why(site.Language, c.Reasons, presentReports(site, nil, reports[c.ID]), c.Reports)
		v.Choice = string(choices[c.ID])
		if article := around.Articles[c.ArticleID]; moderation.Knows(set.User, article) {
			v.Article = views.Link{Name: article.Title, URL: site.ArticlePath(article)}
		}
		list = append(list, v)
	}
	return list, nil
}

// heldItem presents one comment with those folded under it. parent is nil for a comment
// that answers none.
func (mo *moderating) heldItem(site *newsroom.Site, fold []moderation.HeldItem, parent *discussion.Comment) views.HeldItem {
	c := &fold[0].Comment
	v := views.HeldItem{
		ID: c.ID, Author: c.Author, Email: c.Email, Website: c.URL, Network: c.Network, At: inSiteZone(site, c.CreatedAt.Time),
		Waits: mo.views.Ago(site.Language, mo.db.Now().Sub(c.CreatedAt.Time)),
		Text:  richtext.Excerpt(richtext.CommentText(c.Text), heldTextRunes),
	}
	for i := range fold[1:] {
		other := &fold[1+i].Comment
		one := presentFolded(site, c, other)
		one.Value = strconv.FormatInt(other.ID, 10)
		v.Alike = append(v.Alike, one)
	}
	if parent != nil {
		v.ParentBy, v.ParentIs = parent.Author, commentExcerpt(parent)
	}
	return v
}

// heldPast presents the comments of a set that wait no longer, with the moderator whose
// decision gave each its state.
func (mo *moderating) heldPast(ctx context.Context, set *moderation.HeldSet) (list []views.HeldPast, err error) {
	var ids []int64
	for i := range set.Items {
		if !set.Items[i].Open() {
			ids = append(ids, set.Items[i].Comment.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	last, err := decisionlog.Latest(ctx, mo.db, ids...)
	for i := range set.Items {
		if set.Items[i].Open() {
			continue
		}
		c := &set.Items[i].Comment
		past := views.HeldPast{Author: c.Author, Excerpt: commentExcerpt(c), State: string(c.State)}
		if entry := last[c.ID]; entry != nil && entry.ToState == past.State {
			past.By = entry.Actor
		}
		list = append(list, past)
	}
	return list, err
}
