package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/stories"
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/views"
	"broadsheet/views/moderate"
)

// policyStates are the states on the form. "auto" is open under the site's
// rules, "open" is always open.
var policyStates = []string{"auto", "open", "premoderated", "closed"}

// offeredCommenters are the groups that the form offers. CommentStatus, another
// setting, says whether the article's comments are open at all.
var offeredCommenters = []models.Commenters{models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}

// showCommentPolicy shows the comment policy of an article.
func (mo *moderating) showCommentPolicy(c *request) error {
	a, err := mo.loadDiscussed(c, parseID(c.Param("id")))
	if err != nil {
		return err
	}
	return mo.renderCommentPolicy(c, a, policyOf(c.site, a), "")
}

// loadDiscussed returns an article. It returns errNoPage when the viewer may not know
// the article: an article that was never public is for editors only. It refuses an
// article outside the viewer's scope.
func (mo *moderating) loadDiscussed(c *request, id int64) (*newsroom.Article, error) {
	ctx, me := c.ctx(), c.viewer
	a, err := newsroom.ByID(ctx, mo.db, id)
	if err == nil && !moderation.Knows(me.User, a) {
		err = errNoPage
	}
	if err == nil {
		err = me.scope.Article(ctx, mo.db, a.ID)
	}
	return a, err
}

// policyForm holds the fields of the form.
type policyForm struct {
	state string // one of policyStates
	close string // the wall clock of the site, as in closeLayout
	newsroom.CommentPolicy
}

// closeLayout is the form of a closing date in a field of the type datetime-local.
const closeLayout = "2006-01-02T15:04"

// policyOf returns the form with an article's present settings.
func policyOf(site *newsroom.Site, a *newsroom.Article) policyForm {
	f := policyForm{state: stateOf(a.CommentPolicy()), CommentPolicy: a.CommentPolicy()}
	if !f.Close.IsZero() {
		f.close = f.Close.In(site.TimeZone).Format(closeLayout)
	}
	return f
}

// stateOf returns the state on the form.
func stateOf(p newsroom.CommentPolicy) string {
	if p.Status == newsroom.CommentsOpen && !p.ByHand {
		return "auto"
	}
	return string(p.Status)
}

// readPolicy reads the form. It leaves a setting unchanged whose field is missing. The
// buttons that only open or close the comments send no field.
func readPolicy(site *newsroom.Site, form url.Values, a *newsroom.Article, now time.Time) policyForm {
	f := policyOf(site, a)
	switch form.Get("do") {
	case "close":
		f.state = "closed"
	case "open":
		f.CommentPolicy = stories.OpenComments(f.CommentPolicy)
		// Neither a date nor the age of the article closes them at once again.
		f.ByHand = f.ByHand || site.CommentCloseAfter != 0 && !a.PublishedAt.AddDate(0, 0, site.CommentCloseAfter).After(now)
		f.state = stateOf(f.CommentPolicy)
	default:
		f.readFields(site, form)
	}
	if f.state == "closed" {
		f.CommentPolicy = stories.CloseComments(f.CommentPolicy)
	} else {
		f.Status, f.ByHand, f.Reopen = newsroom.CommentStatus(f.state), f.state == "open" || f.state == "premoderated", ""
	}
	if f.state == "auto" {
		f.Status = newsroom.CommentsOpen
	}
	if f.Close.Equal(a.CommentsClose.Time) && f.Status != newsroom.CommentsClosed && !f.Close.After(now) {
		f.Close, f.close = models.Time{}, "" // opened again after that date
	}
	return f
}

// readFields reads the fields of the form.
func (f *policyForm) readFields(site *newsroom.Site, form url.Values) {
	var err error
	f.state = form.Get("state")
	if f.Slow, err = strconv.Atoi(models.PlainDigits(strings.TrimSpace(form.Get("slow")))); err != nil {
		f.Slow = -1
	}
	if form.Has("who") {
		f.Who, f.RecommendsOff = models.Commenters(form.Get("who")), form.Get("recommends-off") != ""
		if f.Who == "site" {
			f.Who = ""
		}
	}
	if !form.Has("close") || form.Get("close") == f.close {
		return
	}
	f.close = strings.TrimSpace(form.Get("close"))
	f.Close = models.Time{}
	if at, err := time.ParseInLocation(closeLayout, models.PlainDigits(f.close), site.TimeZone); err == nil {
		f.Close = models.At(at)
	}
}

// refusal returns the key of the message that refuses the form, "" for none.
func (mo *moderating) refusal(f policyForm, a *newsroom.Article) string {
	switch {
	case !mo.offersCommenters(f.Who, a.CommentsWho):
		return "closing.refused.mail"
	case f.close != "" && f.Close.IsZero():
		return "closing.refused.close"
	case !f.Close.IsZero() && !f.Close.Equal(a.CommentsClose.Time) && !f.Close.After(mo.db.Now()):
		return "closing.refused.past"
	}
	return ""
}

// commenterOptions returns the groups as options of the form. current is the group that
// is set, which may stay even when it cannot be chosen.
func (d *desk) commenterOptions(current models.Commenters, groups []models.Commenters) []moderate.RuleOption {
	var list []moderate.RuleOption
	for _, who := range groups {
		option := moderate.RuleOption{Value: string(who), Name: "who." + string(who), Off: !d.offersCommenters(who, current)}
		if who == models.VerifiedCommenter {
			option.Help = "who.help.verified"
			if !d.mail {
				option.Help = "who.no-mail"
			}
		}
		list = append(list, option)
	}
	return list
}

// offersCommenters reports whether the form offers a group. Without mail no
// address can be verified.
func (d *desk) offersCommenters(who, current models.Commenters) bool {
	return who != models.VerifiedCommenter || d.mail || who == current
}

// postCommentPolicy opens or closes the comments of an article, or slows them down.
func (mo *moderating) postCommentPolicy(c *request) error {
	a, err := mo.loadDiscussed(c, parseID(c.Param("id")))
	if err != nil {
		return err
	}
	form := readPolicy(c.site, c.form, a, mo.db.Now())
	refused := mo.refusal(form, a)
	if refused == "" {
		err = newsroom.SetCommentPolicy(c.ctx(), mo.db, c.viewer.actor(), a.ID, form.CommentPolicy)
		if models.KindOf(err) == models.Invalid {
			refused, err = "closing.refused", nil
		}
	}
	switch {
	case err != nil:
		return err
	case refused != "" && wantsJSON(c.Request()):
		return c.JSON(http.StatusUnprocessableEntity, policyJSON{Message: mo.text(c.site, refused)})
	case refused != "":
		return mo.renderCommentPolicy(c, a, form, refused)
	}
	return mo.answerPolicy(c, a, form)
}

// policyJSON is the answer to the desk's script.
type policyJSON struct {
	Message   string `json:"message"`
	Operation string `json:"operation,omitempty"`
	Story     int64  `json:"story,omitempty"`
}

// answerPolicy tells what was set. The buttons that only open or close lead back to
// the page that they were reached from.
func (mo *moderating) answerPolicy(c *request, a *newsroom.Article, form policyForm) error {
	done, op := receipt{key: "saved"}, ""
	if form.CommentPolicy.String() != a.CommentPolicy().String() {
		op = storyOperation{a.ID, a.CommentPolicy(), form.CommentPolicy}.String()
	}
	switch c.form.Get("do") {
	case "close":
		done.key = "story-closed"
	case "open":
		done.key = "story-opened"
	}
	done.op = op
	back := deskOr(c.form.Get("back"), "")
	switch {
	case wantsJSON(c.Request()):
		message := mo.text(c.site, "done.named."+done.key, "story", a.Title)
		c.Response().Header().Set("Cache-Control", "private, no-store")
		return c.JSON(http.StatusOK, policyJSON{message, op, a.ID})
	case c.backToStory(form.Status == newsroom.CommentsClosed) != "":
		return c.seeOther(c.backToStory(form.Status == newsroom.CommentsClosed))
	case done.key == "saved" || back == "":
		return c.seeOther(withBack(done.addTo(commentPolicyPath(a.ID)), back))
	}
	return c.seeOther(done.addTo(back))
}

// policyFields returns the fields of the form for a page.
func (mo *moderating) policyFields(c *request, a *newsroom.Article, form policyForm) views.PolicyFields {
	return views.PolicyFields{
		Action: commentPolicyPath(a.ID), States: policyStates,
		State: form.state, Slow: max(0, form.Slow), MaxSlow: newsroom.MaxSlow, Who: cmp.Or(string(form.Who), "site"),
		SiteWho: string(c.site.CommentWho), Circles: mo.commenterOptions(a.CommentsWho, offeredCommenters),
		RecommendsOff: form.RecommendsOff, SiteRecommends: c.site.CommentRecommend, CloseAt: form.close,
		Takes: c.site.TakesComments(a, models.At(mo.db.Now())),
	}
}

func (mo *moderating) renderCommentPolicy(c *request, a *newsroom.Article, form policyForm, refused string) error {
	back := localOr(cmp.Or(c.form.Get("back"), c.QueryParam("back")), queuePath)
	page, err := mo.storyFrame(c, mo.text(c.site, "closing.title"), withBack(commentPolicyPath(a.ID), back))
	if err != nil {
		return err
	}
	v := views.Closing{
		Back: back, ToStory: deskOr(back, "") == "", Page: page, Article: views.Link{Name: a.Title, URL: c.site.ArticlePath(a)},
		PolicyFields: mo.policyFields(c, a, form), Refused: refused,
	}
	for _, n := range []struct {
		state discussion.State
		count int
	}{
		{discussion.Held, a.CommentsHold},
		{discussion.Approved, a.CommentsApprove},
		{discussion.Spam, a.CommentsSpam},
		{discussion.Trashed, a.CommentsTrash},
	} {
		v.Counts = append(v.Counts, views.CardTotal{State: string(n.state), Count: n.count})
	}
	if closes := c.site.CommentsEnd(a); !closes.IsZero() {
		v.Closes, v.Closed = inSiteZone(c.site, closes.Time), !closes.After(mo.db.Now())
	}
	code := http.StatusOK
	if refused != "" {
		code = http.StatusUnprocessableEntity
	}
	log, err := stories.PolicyChanges(c.ctx(), mo.db, a.ID)
	if err != nil {
		return err
	}
	for _, change := range log {
		v.Changes = append(v.Changes, views.PolicyChange{
			At: inSiteZone(c.site, change.At.Time), Actor: change.Actor,
			Before: policyWords(c.site, change.Before), After: policyWords(c.site, change.After),
		})
	}
	return render(mo.pages, c, views.ClosingPage, v, personalAnswer(code))
}

// policyWords converts a policy in the audit. An unknown text is shown as it is.
func policyWords(site *newsroom.Site, text string) views.PolicyWords {
	p, ok := stories.ParsePolicy(text)
	if !ok {
		return views.PolicyWords{Text: text}
	}
	w := views.PolicyWords{State: stateOf(p), Slow: p.Slow, Who: string(p.Who), RecommendsOff: p.RecommendsOff, Reopens: string(p.Reopen)}
	if !p.Close.IsZero() {
		w.Closes = inSiteZone(site, p.Close.Time)
	}
	return w
}

// holdFor is how long the button holds every comment.
const holdFor = time.Hour

// postHoldHour holds every comment for an hour, or ends that.
func (mo *moderating) postHoldHour(c *request) error {
	if err := c.viewer.scope.SiteWide(); err != nil {
		return err
	}
	until := ""
	switch c.form.Get("do") {
	case "start":
		until = mo.db.Now().Add(holdFor).Format(time.RFC3339)
	case "end":
	default:
		return models.Errorf(models.Invalid, "there is no such action")
	}
	values := map[string]string{"comment.hold-until": until}
	if err := settings.Save(c.ctx(), mo.db, c.viewer.actor(), settings.AnyVersion, values); err != nil {
		return err
	}
	return c.seeOther(localOr(c.form.Get("back"), deskPath))
}
