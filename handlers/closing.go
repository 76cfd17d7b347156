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
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// closingStates are the ways in which an article takes comments, as the form
// offers them: open as the site's rules say, or open for good.
var closingStates = []string{"auto", "open", "premoderated", "closed"}

// storyCircles are those who may comment on a story; whether anybody may is
// told by its state.
var storyCircles = []models.Commenters{models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter}

// showClosing shows how an article takes comments.
func (k *keeper) showClosing(c echo.Context) error {
	a, err := k.discussed(c)
	if err != nil {
		return err
	}
	state := string(a.CommentStatus)
	if a.CommentStatus == newsroom.CommentsOpen && !a.CommentsByHand {
		state = "auto"
	}
	return k.renderClosing(c, a, closingForm{state, a.CommentPolicy()}, "")
}

// discussed returns the article that the request's address names. It returns
// errNoPage when the moderator may not know the article: an article that was
// never public is for editors only. It refuses an article outside the viewer's
// sections.
func (k *keeper) discussed(c echo.Context) (*newsroom.Article, error) {
	ctx, me := c.Request().Context(), viewerOf(c)
	a, err := newsroom.ByID(ctx, k.DB, idOf(c.Param("id")))
	if err == nil && !moderation.Knows(me.User, a) {
		err = errNoPage
	}
	if err == nil {
		err = me.scope.Article(ctx, k.DB, a.ID)
	}
	return a, err
}

// closingForm is the form as it is filled in.
type closingForm struct {
	state string // one of closingStates
	newsroom.CommentPolicy
}

// readClosing takes the fields of the form. One from before there was the
// question who may comment leaves the answer as it is.
func readClosing(form url.Values, a *newsroom.Article) closingForm {
	f := closingForm{form.Get("state"), a.CommentPolicy()}
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

// circles offers who may comment. now is who may at present, which can stay
// so even where it could not be chosen.
func (k *keeper) circles(now models.Commenters, of []models.Commenters) []views.RuleOption {
	var list []views.RuleOption
	for _, who := range of {
		option := views.RuleOption{Value: string(who), Name: "who." + string(who), Off: !k.offersCircle(who, now)}
		if who == models.VerifiedCommenter {
			option.Help = "who.help.verified"
			if !k.Mail {
				option.Help = "who.no-mail"
			}
		}
		list = append(list, option)
	}
	return list
}

// offersCircle reports whether somebody may be chosen: without mail, nobody
// can verify an address.
func (k *keeper) offersCircle(who, now models.Commenters) bool {
	return who != models.VerifiedCommenter || k.Mail || who == now
}

// postClosing opens or closes the comments of an article, or slows them down.
func (k *keeper) postClosing(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	a, err := k.discussed(c)
	if err != nil {
		return err
	}
	form := readClosing(r.PostForm, a)
	if !k.offersCircle(form.Who, a.CommentsWho) {
		return k.renderClosing(c, a, form, "closing.refused.mail")
	}
	err = newsroom.SetCommentPolicy(r.Context(), k.DB, viewerOf(c).actor(), a.ID, form.CommentPolicy)
	if models.KindOf(err) == models.Invalid {
		return k.renderClosing(c, a, form, "closing.refused")
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, withBack(closingPath(a.ID)+"?done=saved", deskPlace(r.PostForm.Get("back"), "")))
}

// closingPath is the address at which an article's comments are opened and
// closed.
func closingPath(id int64) string { return "/desk/comments/article/" + strconv.FormatInt(id, 10) }

func (k *keeper) renderClosing(c echo.Context, a *newsroom.Article, form closingForm, refused string) error {
	site, page, err := k.desk(c, "closing.title")
	if err != nil {
		return err
	}
	v := views.Closing{
		Back: deskPlace(cmp.Or(c.Request().PostForm.Get("back"), c.QueryParam("back")), "/desk/comments"),
		Page: page, Story: views.Link{Name: a.Title, URL: site.ArticlePath(a)}, Action: closingPath(a.ID), States: closingStates,
		State: form.state, Slow: max(0, form.Slow), MaxSlow: newsroom.MaxSlow, Who: cmp.Or(string(form.Who), "site"), SiteWho: string(site.CommentWho),
		Circles:       k.circles(a.CommentsWho, storyCircles),
		RecommendsOff: form.RecommendsOff, SiteRecommends: site.CommentRecommend, Refused: refused,
	}
	for _, n := range []struct {
		state discussion.State
		count int
	}{{discussion.Held, a.CommentsHold}, {discussion.Approved, a.CommentsApprove}, {discussion.Spam, a.CommentsSpam}, {discussion.Trashed, a.CommentsTrash}} {
		v.Counts = append(v.Counts, views.CardTotal{State: string(n.state), Count: n.count})
	}
	if closes := closesAt(site, a); !closes.IsZero() {
		v.Closes, v.Closed = local(site, closes), !closes.After(k.DB.Now())
	}
	if c.QueryParam("done") == "saved" {
		v.Done = "closing.saved"
	}
	code := http.StatusOK
	if refused != "" {
		code = http.StatusUnprocessableEntity
	}
	log, err := models.SettingChanges(c.Request().Context(), k.DB, string(newsroom.ArticleTag(a.ID)))
	if err != nil {
		return err
	}
	for _, change := range changes(site, log) {
		if change.Key == string(newsroom.ArticleTag(a.ID)) { // article:4 begins like article:42
			v.Changes = append(v.Changes, change)
		}
	}
	return render(k.server, c, views.ClosingPage, v, answer{code, true})
}

// closesAt is when an article's comments close, or have closed, by
// themselves; zero where they do not.
func closesAt(site *newsroom.Site, a *newsroom.Article) time.Time {
	if a.CommentStatus == newsroom.CommentsClosed || a.CommentsByHand || a.Status != newsroom.Published {
		return time.Time{}
	}
	at := a.CommentsClose.Time
	if site.CommentCloseAfter > 0 {
		if byAge := a.PublishedAt.AddDate(0, 0, site.CommentCloseAfter); at.IsZero() || byAge.Before(at) {
			at = byAge
		}
	}
	return at
}

// holdFor is how long the one button holds everything.
const holdFor = time.Hour

// postHoldHour holds every comment for an hour, or ends that.
func (k *keeper) postHoldHour(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	if err := viewerOf(c).scope.SiteWide(); err != nil {
		return err
	}
	until := ""
	switch r.PostForm.Get("do") {
	case "start":
		until = k.DB.Now().Add(holdFor).Format(time.RFC3339)
	case "end":
	default:
		return models.Errorf(models.Invalid, "there is no such action")
	}
	if err := models.SaveSettings(r.Context(), k.DB, viewerOf(c).actor(), models.AnySettingsVersion, map[string]string{"comment.hold-until": until}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, back(r))
}
