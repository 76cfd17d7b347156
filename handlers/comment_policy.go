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
	"broadsheet/models/newsroom"
	"broadsheet/models/settings"
	"broadsheet/views"
)

// policyStates are the states on the form. "auto" is open under the site's
// rules, "open" is always open.
var policyStates = []string{"auto", "open", "premoderated", "closed"}

// offeredCommenters are the groups that the form offers. CommentStatus, another
// setting, says whether the article's comments are open at all.
var offeredCommenters = []models.Commenters{models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}

// showCommentPolicy shows the comment policy of an article.
func (mo *moderating) showCommentPolicy(c *request) error {
	a, err := mo.loadDiscussed(c)
	if err != nil {
		return err
	}
	state := string(a.CommentStatus)
	if a.CommentStatus == newsroom.CommentsOpen && !a.CommentsByHand {
		state = "auto"
	}
	return mo.renderCommentPolicy(c, a, policyForm{state, a.CommentPolicy()}, "")
}

// loadDiscussed returns the article that the request's address names. It returns
// errNoPage when the moderator may not know the article: an article that was
// never public is for editors only. It refuses an article outside the viewer's
// categories.
func (mo *moderating) loadDiscussed(c *request) (*newsroom.Article, error) {
	ctx, me := c.ctx(), c.viewer
	a, err := newsroom.ByID(ctx, mo.db, parseID(c.Param("id")))
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
	newsroom.CommentPolicy
}

// readPolicy reads the form. Forms from before the field for commenters leave
// that setting unchanged.
func readPolicy(form url.Values, a *newsroom.Article) policyForm {
	f := policyForm{form.Get("state"), a.CommentPolicy()}
	f.Status, f.ByHand = newsroom.CommentStatus(f.state), f.state == "open" || f.state == "premoderated"
	if f.state == "auto" {
		f.Status = newsroom.CommentsOpen
	}
	var err error
	if f.Slow, err = strconv.Atoi(models.PlainDigits(strings.TrimSpace(form.Get("slow")))); err != nil {
		f.Slow = -1
	}
	if form.Has("who") {
		f.Who, f.RecommendsOff = models.Commenters(form.Get("who")), form.Get("recommends-off") != ""
		if f.Who == "site" {
			f.Who = ""
		}
	}
	return f
}

// commenterOptions returns the groups as options of the form. current is the group that
// is set, which may stay even when it cannot be chosen.
func (d *desk) commenterOptions(current models.Commenters, groups []models.Commenters) []views.RuleOption {
	var list []views.RuleOption
	for _, who := range groups {
		option := views.RuleOption{Value: string(who), Name: "who." + string(who), Off: !d.offersCommenters(who, current)}
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
	a, err := mo.loadDiscussed(c)
	if err != nil {
		return err
	}
	form := readPolicy(c.form, a)
	if !mo.offersCommenters(form.Who, a.CommentsWho) {
		return mo.renderCommentPolicy(c, a, form, "closing.refused.mail")
	}
	err = newsroom.SetCommentPolicy(c.ctx(), mo.db, c.viewer.actor(), a.ID, form.CommentPolicy)
	if models.KindOf(err) == models.Invalid {
		return mo.renderCommentPolicy(c, a, form, "closing.refused")
	}
	if err != nil {
		return err
	}
	if story := c.backToStory(form.Status == newsroom.CommentsClosed); story != "" {
		return c.seeOther(story)
	}
	return c.seeOther(withBack(withDone(commentPolicyPath(a.ID), "saved"), deskOr(c.form.Get("back"), "")))
}

func (mo *moderating) renderCommentPolicy(c *request, a *newsroom.Article, form policyForm, refused string) error {
	page := mo.deskFrame(c, mo.text(c.site, "closing.title"))
	v := views.Closing{
		Back: deskOr(cmp.Or(c.form.Get("back"), c.QueryParam("back")), queuePath),
		Page: page, Article: views.Link{Name: a.Title, URL: c.site.ArticlePath(a)}, Action: commentPolicyPath(a.ID), States: policyStates,
		State: form.state, Slow: max(0, form.Slow), MaxSlow: newsroom.MaxSlow, Who: cmp.Or(string(form.Who), "site"),
		SiteWho:       string(c.site.CommentWho),
		Circles:       mo.commenterOptions(a.CommentsWho, offeredCommenters),
		RecommendsOff: form.RecommendsOff, SiteRecommends: c.site.CommentRecommend, Refused: refused,
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
	v.Done = c.flash(policyDone)
	code := http.StatusOK
	if refused != "" {
		code = http.StatusUnprocessableEntity
	}
	log, err := newsroom.CommentPolicyChanges(c.ctx(), mo.db, a.ID)
	if err != nil {
		return err
	}
	v.Changes = presentChanges(c.site, log)
	for i := range v.Changes {
		v.Changes[i].Key = "article:" + strconv.FormatInt(a.ID, 10)
	}
	return render(mo.pages, c, views.ClosingPage, v, personalAnswer(code))
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
