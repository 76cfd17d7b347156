package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/handlers/pagecache"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/nudge"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"

	"github.com/labstack/echo/v4"
)

// commenting accepts comments, and requests for links that verify an address.
type commenting struct {
	*discussions
	db      *models.DB
	reading *reading // shows the article with a refused comment
	auth    *authenticator
	clients *clients
	limits  *limits
	cookies *cookies
	links   *people.Links
	cache   *pagecache.Cache
	log     *slog.Logger
	mail    bool // the site can send mail
}

// formState is the reply form with its fields and errors.
type formState struct {
	parent   *discussion.Comment // the comment it answers, if any
	parentID int64
	author   string
	email    string
	url      string
	text     string
	remember bool
	follow   bool
	err      *models.Error // nil: nothing is wrong
	sent     bool
	preview  *discussion.Comment // the rendered comment
	nudges   []nudge.Nudge
	stamp    string // of the preview
	linkSent string // the address that a link was sent to
}

// postComment accepts a comment under WordPress's field names. A refused
// comment is returned in the form on the article's page.
func (co *commenting) postComment(c *request) error {
	form, articleID := readForm(c.Request())
	who := c.commenter
	if who == nil {
		who = &commenter{Token: newToken(), Fresh: true}
	}
	in := co.submission(c, who, form, articleID)
	account, err := co.auth.resume(c)
	if err != nil {
		return co.refuse(c, articleID, form, err)
	}
	if account != nil {
		in.User = account.User
		in.Foreign = models.KindOf(account.scope.Article(c.ctx(), co.db, articleID)) == models.Forbidden
	}
	if c.form.Get("preview") != "" {
		return co.preview(c, in, form)
	}
	comment, err := co.post(c, in)
	if err != nil {
		return co.refuse(c, articleID, form, err)
	}
	if err := co.cookies.commenters.set(c.Response(), c.Request(), rememberedCommenter(who, form, comment)); err != nil {
		// The comment is stored, so the answer must not be an error.
		co.log.WarnContext(c.ctx(), "the cookie of a commenter was not set", "error", err.Error())
	}
	asked, _, _ := strings.Cut(localAddress(c.form.Get("redirect_to"), co.baseURL.Host), "#")
	return co.redirectToComment(c, comment, c.commenter == nil, asked)
}

// submission returns the comment of a form, without the account.
func (co *commenting) submission(c *request, who *commenter, form formState, articleID int64) discussion.Submission {
	r := c.Request()
	in := discussion.Submission{
		ArticleID: articleID, ParentID: form.parentID, Author: form.author, Email: form.email, URL: form.url, Text: form.text,
		IP: co.clients.address(r), Agent: r.UserAgent(), Host: co.baseURL.Hostname(), Follow: form.follow && co.mail,
		VerifiedEmail: who.Verified, HiddenField: c.form.Get(hiddenField) != "",
	}
	in.Token, in.NewToken = who.tokens()
	in.Took = cmp.Or(co.cookies.commenters.ageOfStamp(form.stamp, co.db.Now()), parseSeconds(c.form.Get("took")))
	return in
}

// rememberedCommenter returns the cookie of a commenter after a comment was stored. It
// has the fields as they were stored: cleaned, and short enough for a cookie. An
// account's comment has the account's name, so the fields of the form are taken.
func rememberedCommenter(who *commenter, form formState, comment *discussion.Comment) commenter {
	next := commenter{
		Token: who.Token, Verified: who.Verified, VerifiedAt: who.VerifiedAt,
		Remember: form.remember, Author: form.author, Email: form.email, URL: form.url,
	}
	if comment.Verified {
		next.Email = comment.Email // the form may not have asked for it
	}
	if comment.UserID == nil {
		next.Author, next.Email, next.URL = comment.Author, comment.Email, comment.URL
	}
	return next
}

// post stores a comment unless its network sends too many.
func (co *commenting) post(c *request, in discussion.Submission) (*discussion.Comment, error) {
	if allowed, err := co.limits.comments.Allow(networkOf(in.IP)); err != nil {
		return nil, err
	} else if !allowed {
		refusal := models.Refusal(models.TooMany, "flood", "too many comments from this network")
		refusal.RetryAfter = 10 * time.Second
		return nil, refusal
	}
	return discussion.Post(c.ctx(), co.db, c.site, in)
}

// errPreviews is returned to a network that asks for previews too often.
var errPreviews = &models.Error{
	Kind: models.TooMany, Code: "flood", Safe: "too many previews from this network", RetryAfter: 10 * time.Second,
}

// preview shows the article with the rendered comment above the form.
func (co *commenting) preview(c *request, in discussion.Submission, form formState) error {
	if allowed, err := co.limits.previews.Allow(networkOf(in.IP)); err != nil {
		return err
	} else if !allowed {
		return co.refuse(c, in.ArticleID, form, errPreviews)
	}
	comment, reasons, err := discussion.Preview(c.ctx(), co.db, c.site, in, co.db.Now())
	if err != nil {
		return co.refuse(c, in.ArticleID, form, err)
	}
	form.preview, form.nudges = comment, nudge.Of(comment, reasons, in.Host)
	if form.stamp == "" || co.cookies.commenters.ageOfStamp(form.stamp, co.db.Now()) == 0 {
		form.stamp = co.cookies.commenters.signTime(co.db.Now())
	}
	return co.giveBack(c, in.ArticleID, form, http.StatusOK, nil)
}

// hiddenField is the field of the reply form that people do not see.
const hiddenField = "subject"

// parseSeconds returns the time that the commenter took to write, as the page's
// script counted it. It returns 0 for other input.
func parseSeconds(seconds string) time.Duration {
	n, err := strconv.ParseFloat(seconds, 64)
	if err != nil || !(n > 0 && n < 1e6) {
		return 0
	}
	return time.Duration(n * float64(time.Second))
}

// readForm reads the fields of the reply form.
func readForm(r *http.Request) (form formState, articleID int64) {
	number := func(name string) int64 {
		v := strings.TrimSpace(r.PostForm.Get(name))
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil && v != "" || n < 0 {
			return -1 // no article or comment has this number
		}
		return n
	}
	form = formState{
		parentID: number("comment_parent"), author: r.PostForm.Get("author"), email: r.PostForm.Get("email"),
		url: r.PostForm.Get("url"), text: r.PostForm.Get("comment"),
		remember: r.PostForm.Get("wp-comment-cookies-consent") != "", follow: r.PostForm.Get("follow") != "", sent: true,
		stamp: r.PostForm.Get("stamp"),
	}
	return form, number("comment_post_ID")
}

// refuse shows the article with the form and its errors.
func (co *commenting) refuse(c *request, articleID int64, form formState, err error) error {
	if isClientGone(c.Request(), err) {
		return err
	}
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok {
		refusal = &models.Error{Kind: models.KindOf(err), Code: "not-saved", Cause: err}
	}
	if statusOf(refusal) >= http.StatusInternalServerError {
		co.log.ErrorContext(c.ctx(), "comment not saved", "error", err.Error())
	}
	form.err = refusal
	setRetryAfter(c.Response().Header(), err)
	return co.giveBack(c, articleID, form, statusOf(refusal), err)
}

// giveBack shows the article with the form. When the article cannot be shown,
// it answers with err.
func (co *commenting) giveBack(c *request, articleID int64, form formState, status int, err error) error {
	page, pageErr := newsroom.LoadPageByID(c.ctx(), co.db, c.site, articleID)
	if pageErr != nil {
		return cmp.Or(err, pageErr)
	}
	if form.parentID > 0 {
		parent, parentErr := discussion.ByID(c.ctx(), co.db, form.parentID)
		if parentErr == nil && parent.ArticleID == articleID && parent.State == discussion.Approved {
			form.parent = parent
		}
	}
	return co.reading.showArticle(c, page, firstComments, status, &form)
}

// redirectToComment redirects the commenter to the comment: to its page when it
// is public, otherwise to the article, which shows it to this browser alone.
// asked is the address that the form wants instead, or "".
func (co *commenting) redirectToComment(c *request, comment *discussion.Comment, stranger bool, asked string) error {
	ctx := c.ctx()
	path, err := newsroom.PathOf(ctx, co.db, c.site, comment.ArticleID)
	if err != nil {
		return err
	}
	if comment.State == discussion.Approved {
		if path, err = co.addressOf(ctx, c.site, path, comment); err != nil {
			return err
		}
	}
	path = cmp.Or(asked, path)
	// On a hot article a cached page may be a second old. A commenter without a
	// cookie gets the present page by this parameter, too.
	waits := comment.State != discussion.Approved
	if waits || stranger && co.cache.IsHot(newsroom.ArticleTag(comment.ArticleID)) {
		// The browser may refuse cookies. The page's title says that the
		// comment is held.
		path = withQuery(path, co.cookies.commenters.previewQuery(comment.ID, co.db.Now()))
	}
	return c.seeOther(path + "#comment-" + strconv.FormatInt(comment.ID, 10))
}

// showComment redirects a comment's own address to the page that shows it.
func (rd *reading) showComment(c *request) error {
	ctx := c.ctx()
	id := parseID(c.Param("id"))
	comment, article, err := rd.loadPublic(ctx, id)
	if err == nil {
		err = requireApproved(comment)
	}
	if err != nil {
		return err
	}
	path, err := rd.addressOf(ctx, c.site, c.site.ArticlePath(article), comment)
	if err != nil {
		return err
	}
	return redirectTemporarily(c, path+"#comment-"+strconv.FormatInt(id, 10))
}

// showCommentCount sends the number of an article's comments to an open page,
// which asks at intervals.
func (rd *reading) showCommentCount(c *request) error {
	a, err := newsroom.PublicByID(c.ctx(), rd.db, parseID(c.Param("id")))
	if err != nil {
		return err
	}
	body := fmt.Appendf(nil, `{"comments":%d}`, a.CommentsApprove)
	return rd.send(c, "application/json", body, sharedAnswer(http.StatusOK), dependsOn(newsroom.CountTag(a.ID), newsroom.TeaserTag(a.ID)))
}

// showThread shows a comment's own page, with the comments it answers and
// the answers to it.
func (rd *reading) showThread(c *request) error {
	ctx := c.ctx()
	comment, err := discussion.ByID(ctx, rd.db, parseID(c.Param("id")))
	if err != nil {
		return err
	}
	page, err := newsroom.LoadPageByID(ctx, rd.db, c.site, comment.ArticleID)
	if err == nil {
		err = requireApproved(comment)
	}
	if err != nil {
		return err
	}
	after := parseID(c.QueryParam("after"))
	ok, err := rd.isPageStart(c, after, func(m *discussion.Comment) bool { return m.RootID == comment.ID })
	if err != nil {
		return err
	}
	if !ok {
		return redirectTemporarily(c, threadPath(comment.ID), "after")
	}
	own, err := thread.LoadComment(ctx, rd.db, comment, after, c.site.CommentDepth)
	if err != nil {
		return err
	}
	return rd.renderThread(c, page, own)
}

// postPreviewText renders a comment for the script, which shows it while it is
// typed. It does not check whether the comment would be accepted.
func (co *commenting) postPreviewText(c *request) error {
	text := c.form.Get("comment")
	if len(text) > discussion.MaxTextBytes {
		return errTooLarge
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.HTML(http.StatusOK, richtext.Comment(text))
}

// refuseMethod refuses a GET of WordPress's address for comments.
func (co *commenting) refuseMethod(c echo.Context) error {
	c.Response().Header().Set("Allow", http.MethodPost)
	return echo.NewHTTPError(http.StatusMethodNotAllowed)
}
