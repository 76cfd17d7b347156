package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/translations"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// showAddress answers addresses without a row of their own: an article, a page
// of its comments or its page for frames, a date archive, or an address that has moved.
func (rd *reading) showAddress(c *request) error {
	path := c.Request().URL.EscapedPath()
	if l, ok := parseList("/", path); ok && isDate(l.parts) {
		return rd.showDate(c, l, path)
	}
	if article, ok := cutEmbed(path); ok {
		return rd.showEmbed(c, article)
	}
	if base, ok := cutRepublish(path); ok {
		return rd.showRepublish(c, base)
	}
	if base, ok := cutChanges(path); ok {
		return rd.showChanges(c, base)
	}
	return rd.showArticleAt(c, path)
}

// showDate shows the date archive of an address. Where there is none, the address
// can be an earlier one of an article.
func (rd *reading) showDate(c *request, l listAddress, path string) error {
	l = l.paged(c)
	l.used = append(l.used, givenParams(c, "order", "after", "cpage")...)
	err := rd.showArchive(c, l)
	if !errors.Is(err, errNoPage) {
		return err
	}
	return rd.redirectMoved(c, path, 1)
}

// showArticleAt shows the article of an address with a page of its comments.
func (rd *reading) showArticleAt(c *request, path string) error {
	base, number, ok := cutCommentPage(path)
	if !ok {
		return errNoPage
	}
	page, err := newsroom.LoadPage(c.ctx(), rd.db, c.site, base)
	if models.KindOf(err) == models.NotFound {
		return rd.redirectMoved(c, base, number)
	}
	if err != nil {
		return err
	}
	if n := parseID(c.QueryParam("cpage")); n > 0 { // WordPress's parameter for pages of comments
		return redirectPermanently(c, commentPagePath(base, int(n)), "cpage")
	}
	if right := commentPagePath(base, number); right != path {
		return redirectPermanently(c, right)
	}
	if parseID(c.QueryParam("paged")) > 1 {
		return redirectPermanently(c, path, "paged") // an article has no such pages
	}
	view := commentsView{number: number, after: parseID(c.QueryParam("after"))}
	view.order = orderOrOldest(c.site, &page.Article, c.QueryParam("order"))
	ok, err = rd.isPageStart(c, view.after, func(m *discussion.Comment) bool {
		return m.ArticleID == page.ID && m.Depth == 0 && view.order != thread.MostRecommended
	})
	if err != nil {
		return err
	}
	if !ok {
		return redirectTemporarily(c, path, "after")
	}
	return rd.showArticle(c, page, view, http.StatusOK, nil)
}

// givenParams returns the names of the query parameters that the request has with a
// value that makes a difference.
func givenParams(c echo.Context, names ...string) []string {
	q := c.Request().URL.Query()
	return slices.DeleteFunc(names, func(name string) bool {
		_, counts := cleanParam(name, q.Get(name))
		return !q.Has(name) || !counts
	})
}

// isPageStart reports whether the list of comments has a next page after the comment
// with a number. 0 means the first page. Any other number would show the same
// page under one more address.
func (rd *reading) isPageStart(c *request, after int64, fits func(*discussion.Comment) bool) (bool, error) {
	if after == 0 {
		return true, nil
	}
	m, err := discussion.ByID(c.ctx(), rd.db, after)
	if models.KindOf(err) == models.NotFound {
		return false, nil
	}
	return err == nil && fits(m), err
}

// commentsView selects a page of an article's comments.
type commentsView struct {
	number int
	order  thread.Order
	after  int64
}

// firstComments is the page of comments that an article's own address shows.
var firstComments = commentsView{number: 1, order: thread.Oldest}

// orderOrOldest returns the order of threads by its name. It returns oldest first
// for an unknown name, and for the most recommended first if the article takes no
// recommendations.
func orderOrOldest(site *newsroom.Site, a *newsroom.Article, name string) thread.Order {
	order := thread.Order(name)
	if !slices.Contains(thread.Orders, order) || order == thread.MostRecommended && !site.TakesRecommendations(a) {
		return thread.Oldest
	}
	return order
}

// threadQuery asks for a page of an article's comments.
func threadQuery(site *newsroom.Site, a *newsroom.Article, view commentsView) thread.Query {
	return thread.Query{
		ArticleID: a.ID, Threads: a.Threads, Comments: a.CommentsApprove, Order: view.order, Number: view.number, After: view.after,
		PerPage: site.CommentThreads, Depth: site.CommentDepth,
	}
}

// redirectMoved redirects an earlier address to the article's present address.
// It returns an error when the article was withdrawn or the address is unknown.
func (rd *reading) redirectMoved(c *request, path string, number int) error {
	ctx := c.ctx()
	if target, lasting, err := rd.findRedirect(c, path); err != nil || target != "" {
		if err != nil {
			return err
		}
		return redirectFor(c, lasting, target)
	}
	found, err := newsroom.Find(ctx, rd.db, c.site, path)
	if err != nil {
		return err
	}
	if found.Status == newsroom.Withdrawn {
		return rd.renderWithdrawn(c, found)
	}
	target := found.Path
	if number > 1 {
		target = commentPagePath(found.Path, number)
	}
	return redirectFor(c, !found.Guessed, target)
}

// redirectFor answers 301 for a lasting redirect and 302 for another one.
func redirectFor(c echo.Context, lasting bool, target string) error {
	if lasting {
		return redirectPermanently(c, target)
	}
	return redirectTemporarily(c, target)
}

// articleParts holds the data of an article page.
type articleParts struct {
	page    *newsroom.Page
	related []related.Article
	// translations are the articles with the same translation key.
	translations translations.Group
	threads      *thread.Page
	view         commentsView
	own          ownComments
	form         formState
	staff        *staffStory // nil for readers
}

// showArticle shows an article with a page of its comments. form is the refused
// reply form, if there is one.
func (rd *reading) showArticle(c *request, page *newsroom.Page, view commentsView, status int, form *formState) error {
	ctx := c.ctx()
	parts := articleParts{page: page, view: view}
	var err error
	if parts.related, err = related.Find(ctx, rd.db, c.site, related.QueryFor(page, c.site, models.At(rd.db.Now()))); err != nil {
		return err
	}
	if parts.translations, err = translations.Find(ctx, rd.db, page.TranslationKey, c.site.Language); err != nil {
		return err
	}
	if parts.threads, err = thread.Load(ctx, rd.db, threadQuery(c.site, &page.Article, view)); err != nil {
		return err
	}
	if parts.own, err = rd.ownComments(c, page.ID); err != nil {
		return err
	}
	place := placeOn(c.site, page, c.site.ArticlePath(&page.Article), parts.threads.Number).showing(parts.threads.Threads)
	if parts.own.recommendations, err = rd.recommendations(ctx, place, parts.own.who); err != nil {
		return err
	}
	if form != nil {
		parts.form = *form
	} else if parts.form, err = rd.replyingTo(c, page.ID); err != nil {
		return err
	}
	return rd.renderArticle(c, parts, status)
}

// ownComments holds the parts of a page for the browser of one commenter.
type ownComments struct {
	who      *commenter
	comments []discussion.Comment
	// posted is set after the browser has posted a comment that is held.
	posted          bool
	signedIn        string // the name of the account, "" for a guest
	recommendations []views.Recommendation
	// isStaff is set when the account is one of the staff.
	isStaff bool
}

// isPersonal reports whether the page must not be cached for others.
func (o ownComments) isPersonal() bool {
	return o.who != nil || len(o.comments) > 0 || o.signedIn != ""
}

// ownComments finds the comments that this browser may still change: by its
// cookie, or by the signed link that a post without cookies redirects to.
func (rd *reading) ownComments(c *request, articleID int64) (own ownComments, err error) {
	r := c.Request()
	if v, err := rd.auth.resume(c); err != nil {
		return own, err
	} else if v != nil {
		own.signedIn, own.isStaff = v.Name, v.isStaff()
	}
	q := r.URL.Query()
	id, ok := rd.cookies.commenters.mayPreview(q.Get("unapproved"), q.Get("moderation-hash"), rd.db.Now())
	if own.who = c.commenter; own.who != nil {
		own.comments, err = thread.OwnOf(c.ctx(), rd.db, c.site, articleID, own.who.Token, rd.db.Now())
		own.posted = ok && slices.ContainsFunc(own.comments, func(c discussion.Comment) bool { return c.ID == id && c.Waits() })
		if err != nil || len(own.comments) > 0 {
			return own, err
		}
	}
	if !ok {
		return own, nil
	}
	comment, err := discussion.ByID(c.ctx(), rd.db, id)
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
func (rd *reading) replyingTo(c *request, articleID int64) (formState, error) {
	id, err := strconv.ParseInt(c.QueryParam("replytocom"), 10, 64)
	if err != nil {
		return formState{}, nil
	}
	parent, err := discussion.ByID(c.ctx(), rd.db, id)
	if models.KindOf(err) == models.NotFound {
		return formState{}, nil
	}
	if err != nil || parent.ArticleID != articleID || parent.State != discussion.Approved {
		return formState{}, err
	}
	return formState{parent: parent}, nil
}
