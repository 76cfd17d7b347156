package handlers

import (
	"net/http"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// closingStates are the ways in which an article takes comments, as the form
// offers them: open as the site's rules say, or open for good.
var closingStates = []string{"auto", "open", "premoderated", "closed"}

// showClosing shows how an article takes comments.
func (k *keeper) showClosing(c echo.Context) error {
	a, err := newsroom.ByID(c.Request().Context(), k.DB, idOf(c.Param("id")))
	if err != nil {
		return err
	}
	state := string(a.CommentStatus)
	if a.CommentStatus == newsroom.CommentsOpen && !a.CommentsByHand {
		state = "auto"
	}
	return k.renderClosing(c, a, state, a.CommentsSlow, false)
}

// postClosing opens or closes the comments of an article, or slows them down.
func (k *keeper) postClosing(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	id, state := idOf(c.Param("id")), r.PostForm.Get("state")
	slow, err := strconv.Atoi(r.PostForm.Get("slow"))
	if err != nil {
		slow = -1
	}
	d := newsroom.Discussable{Status: newsroom.CommentStatus(state), Slow: slow, ByHand: state == "open" || state == "premoderated"}
	if state == "auto" {
		d.Status = newsroom.CommentsOpen
	}
	err = newsroom.SetDiscussable(r.Context(), k.DB, viewerOf(c).who(), id, d)
	if models.KindOf(err) == models.Invalid {
		a, err := newsroom.ByID(r.Context(), k.DB, id)
		if err != nil {
			return err
		}
		return k.renderClosing(c, a, state, max(0, slow), true)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, closingPath(id)+"?done=saved")
}

// closingPath is the address at which an article's comments are opened and
// closed.
func closingPath(id int64) string { return "/desk/comments/article/" + strconv.FormatInt(id, 10) }

func (k *keeper) renderClosing(c echo.Context, a *newsroom.Article, state string, slow int, refused bool) error {
	site, page, err := k.desk(c, "closing.title")
	if err != nil {
		return err
	}
	v := views.Closing{
		Page: page, Story: views.Link{Name: a.Title, URL: site.ArticlePath(a)}, Action: closingPath(a.ID), States: closingStates,
		State: state, Slow: slow, MaxSlow: newsroom.MaxSlow,
	}
	for _, n := range []struct {
		state discussion.State
		count int
	}{{discussion.Hold, a.CommentsHold}, {discussion.Approve, a.CommentsApprove}, {discussion.Spam, a.CommentsSpam}, {discussion.Trash, a.CommentsTrash}} {
		v.Counts = append(v.Counts, views.CardTotal{State: string(n.state), Count: n.count})
	}
	if closes := closesAt(site, a); !closes.IsZero() {
		v.Closes, v.Closed = local(site, closes), !closes.After(k.DB.Now())
	}
	if c.QueryParam("done") == "saved" {
		v.Done = "closing.saved"
	}
	code := http.StatusOK
	if refused {
		code, v.Refused = http.StatusUnprocessableEntity, "closing.refused"
	}
	log, err := models.SettingLog(c.Request().Context(), k.DB, newsroom.ArticleTag(a.ID))
	if err != nil {
		return err
	}
	for _, change := range changes(site, log) {
		if change.Key == newsroom.ArticleTag(a.ID) { // article:4 begins like article:42
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
	until := ""
	switch r.PostForm.Get("do") {
	case "start":
		until = k.DB.Now().Add(holdFor).Format(time.RFC3339)
	case "end":
	default:
		return models.Errorf(models.Invalid, "there is no such action")
	}
	if err := models.SaveSettings(r.Context(), k.DB, viewerOf(c).who(), models.AnyRules, map[string]string{"comment.hold-until": until}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, back(r))
}
