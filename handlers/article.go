package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// showAddress answers what no other row does: an article, a page of its
// comments, a date archive, or an address that has moved.
func (rd *reader) showAddress(c echo.Context) error {
	r := c.Request()
	site, err := rd.site.Get(r.Context())
	if err != nil {
		return err
	}
	path := r.URL.EscapedPath()
	if l, ok := parseList("/", path); ok && isDate(l.parts) {
		if !strings.HasSuffix(path, "/") {
			return c.Redirect(http.StatusMovedPermanently, path+"/")
		}
		return rd.showArchive(c, site, l)
	}
	base, number, ok := cutCommentPage(path)
	if !ok {
		return errNoPage
	}
	page, err := newsroom.LoadPage(r.Context(), rd.DB, site, base)
	if models.KindOf(err) == models.NotFound {
		return rd.redirectMoved(c, site, base, number)
	}
	if err != nil {
		return err
	}
	if number == 1 && base != path {
		return c.Redirect(http.StatusMovedPermanently, base) // page 1 is the article's own address
	}
	return rd.showArticle(c, site, page, commentsView{number: number, order: orderOf(site, &page.Article, c.QueryParam("order")), after: idOf(c.QueryParam("after"))}, http.StatusOK, nil)
}

// commentsView says which of an article's comments to show.
type commentsView struct {
	number int
	order  discussion.Order
	after  int64
}

// firstComments is the page of comments that an article's own address shows.
var firstComments = commentsView{number: 1, order: discussion.Oldest}

// orderOf reads the order of threads; what it does not know means the usual
// one.
func orderOf(site *newsroom.Site, a *newsroom.Article, name string) discussion.Order {
	order := discussion.Order(name)
	if !slices.Contains(discussion.Orders, order) || order == discussion.MostRecommended && !site.TakesRecommendations(a) {
		return discussion.Oldest
	}
	return order
}

// idOf reads a number from an address, 0 for none.
func idOf(s string) int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// threadQuery asks for a page of an article's comments.
func threadQuery(site *newsroom.Site, a *newsroom.Article, view commentsView) discussion.ThreadQuery {
	return discussion.ThreadQuery{
		ArticleID: a.ID, Threads: a.Threads, Comments: a.CommentsApprove, Order: view.order, Number: view.number, After: view.after,
		PerPage: site.CommentThreads, Depth: site.CommentDepth,
	}
}

// cutCommentPage takes /comment-page-N/ off an address.
func cutCommentPage(path string) (base string, number int, ok bool) {
	trimmed := strings.TrimSuffix(path, "/")
	i := strings.LastIndex(trimmed, "/comment-page-")
	if i < 0 {
		return path, 1, true
	}
	digits := trimmed[i+len("/comment-page-"):]
	number, err := strconv.Atoi(digits)
	if err != nil || number < 1 || strconv.Itoa(number) != digits {
		return path, 0, false
	}
	return trimmed[:i+1], number, true
}

// redirectMoved sends a reader to where an article lives now, or says that
// it was withdrawn or that nothing is known of it.
func (rd *reader) redirectMoved(c echo.Context, site *newsroom.Site, path string, number int) error {
	ctx := c.Request().Context()
	if target, err := newsroom.FindRedirect(ctx, rd.DB, path); err != nil || target != "" {
		return orRedirect(c, err, target)
	}
	found, err := newsroom.Find(ctx, rd.DB, site, path)
	if err != nil {
		return err
	}
	if found.Status == newsroom.Withdrawn {
		return rd.renderWithdrawn(c, site, found)
	}
	target := found.Path
	if number > 1 {
		target = commentPagePath(found.Path, number)
	}
	return c.Redirect(http.StatusMovedPermanently, target)
}

func orRedirect(c echo.Context, err error, target string) error {
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusMovedPermanently, target)
}

// commentPagePath returns the address of a page of an article's comments.
func commentPagePath(article string, number int) string {
	if number == 1 {
		return article
	}
	return strings.TrimSuffix(article, "/") + "/comment-page-" + strconv.Itoa(number) + "/"
}

// articleParts is what an article page is made of, as the models give it.
type articleParts struct {
	page    *newsroom.Page
	related []newsroom.RelatedStory
	threads *discussion.ThreadPage
	view    commentsView
	own     ownComments
	form    formState
}

// showArticle shows an article with a page of its comments. form is the
// reply form as it was sent, when it comes back refused.
func (rd *reader) showArticle(c echo.Context, site *newsroom.Site, page *newsroom.Page, view commentsView, status int, form *formState) error {
	ctx := c.Request().Context()
	parts := articleParts{page: page, view: view}
	var err error
	if parts.related, err = newsroom.Related(ctx, rd.DB, site, page.RelatedQuery(site, models.At(rd.DB.Now()))); err != nil {
		return err
	}
	if parts.threads, err = discussion.Threads(ctx, rd.DB, threadQuery(site, &page.Article, view)); err != nil {
		return err
	}
	if parts.own, err = rd.ownComments(c, site, page.ID); err != nil {
		return err
	}
	place := placeOn(site, page, site.ArticlePath(&page.Article), parts.threads.Number).showing(parts.threads.Threads)
	if parts.own.voices, err = rd.voices(ctx, place, parts.own.who); err != nil {
		return err
	}
	if form != nil {
		parts.form = *form
	} else if parts.form, err = rd.replyingTo(c, page.ID); err != nil {
		return err
	}
	return rd.renderArticle(c, site, parts, status)
}

// ownComments is what a page shows to the one browser that wrote it.
type ownComments struct {
	who      *replier
	comments []discussion.Comment
	// posted: the browser comes from posting a comment that waits.
	posted   bool
	signedIn string // the name of the account, "" for a guest
	voices   []views.Voice
	// worksHere: the account is one of the staff.
	worksHere bool
}

// personal reports whether the page must not be kept for others.
func (o ownComments) personal() bool { return o.who != nil || len(o.comments) > 0 || o.signedIn != "" }

// ownComments finds what this browser wrote and may still look after: by its cookie, or
// by the signed link that a post without cookies leads to.
func (rd *reader) ownComments(c echo.Context, site *newsroom.Site, articleID int64) (own ownComments, err error) {
	r := c.Request()
	if v, err := rd.resume(c); err != nil {
		return own, err
	} else if v != nil {
		own.signedIn, own.worksHere = v.Name, v.worksHere()
	}
	q := r.URL.Query()
	id, ok := rd.repliers.mayPreview(q.Get("unapproved"), q.Get("moderation-hash"), rd.DB.Now())
	if own.who = rd.repliers.get(r); own.who != nil {
		own.comments, err = discussion.OwnOf(r.Context(), rd.DB, site, articleID, own.who.Token, rd.DB.Now())
		own.posted = ok && slices.ContainsFunc(own.comments, func(c discussion.Comment) bool { return c.ID == id && c.Waits() })
		if err != nil || len(own.comments) > 0 {
			return own, err
		}
	}
	if !ok {
		return own, nil
	}
	comment, err := discussion.ByID(r.Context(), rd.DB, id)
	if models.KindOf(err) == models.NotFound {
		return own, nil
	}
	if err == nil && comment.ArticleID == articleID && comment.Waits() {
		own.comments, own.posted = []discussion.Comment{*comment}, true
	}
	return own, err
}

// replyingTo reads ?replytocom=ID. A number that is not a public comment of
// this article is ignored.
func (rd *reader) replyingTo(c echo.Context, articleID int64) (formState, error) {
	id, err := strconv.ParseInt(c.QueryParam("replytocom"), 10, 64)
	if err != nil {
		return formState{}, nil
	}
	parent, err := discussion.ByID(c.Request().Context(), rd.DB, id)
	if models.KindOf(err) == models.NotFound {
		return formState{}, nil
	}
	if err != nil || parent.ArticleID != articleID || parent.State != discussion.Approve {
		return formState{}, err
	}
	return formState{parent: parent}, nil
}
