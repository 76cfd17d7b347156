package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"broadsheet/handlers/restparams"
	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// httpStatus maps kinds of errors to HTTP statuses.
var httpStatus = map[models.Kind]int{
	models.NotFound:    http.StatusNotFound,
	models.Invalid:     http.StatusUnprocessableEntity,
	models.Forbidden:   http.StatusForbidden,
	models.Conflict:    http.StatusConflict,
	models.Gone:        http.StatusGone,
	models.TooMany:     http.StatusTooManyRequests,
	models.TooLarge:    http.StatusRequestEntityTooLarge,
	models.Unavailable: http.StatusServiceUnavailable,
	models.Internal:    http.StatusInternalServerError,
}

// statusOf returns the HTTP status of an error.
func statusOf(err error) int {
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return e.Code
	}
	if e, ok := errors.AsType[*restparams.Refused](err); ok {
		return e.Status
	}
	if _, ok := errors.AsType[restparams.Invalid](err); ok {
		return http.StatusBadRequest
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return httpStatus[models.KindOf(err)]
}

// clientGone is the status in the log when the client hangs up before the
// answer, as nginx uses it.
const clientGone = 499

// isClientGone reports whether an error only says that the client hung up.
func isClientGone(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
}

// nearestTitles is how many articles a 404 page suggests.
const nearestTitles = 5

// errorPages answers requests with errors.
type errorPages struct {
	*pages
	db       *models.DB
	site     *models.Snapshot[*newsroom.Site]
	limits   *limits
	gates    *gates
	log      *slog.Logger
	auth     *authenticator
	desk     *desk
	mail     bool // the site can send mail
	cached   bool // the page cache holds pages
	fallback []byte
	busy     atomic.Pointer[busyPage]
	busyTold atomic.Int64 // time of the last line in the log about refused requests, in ns
}

// prepare renders the fallback page and the page for a full queue, so that
// neither can fail later.
func (ep *errorPages) prepare(ctx context.Context) error {
	site, err := ep.site.Get(ctx)
	if err != nil {
		return err
	}
	page := ep.problem(site, http.StatusInternalServerError, "what.internal")
	if ep.fallback, err = views.Render(ep.views, views.ProblemPage, page); err != nil {
		return err
	}
	_, err = ep.busyBody(site)
	return err
}

// showError answers with the page of an error that no form explains. A refused
// form answers with its own page, and a form after the end of a session with the
// page of resend.go. A panic gets the fallback page.
func (ep *errorPages) showError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	r := c.Request()
	if isClientGone(r, err) {
		_ = c.NoContent(clientGone) // for the log: the client is gone
		return
	}
	if errors.Is(err, errQueueFull) {
		ep.answerBusy(c)
		return
	}
	code := statusOf(err)
	ep.logFailure(r, code, err)
	setRetryAfter(c.Response().Header(), err)
	site, siteErr := ep.site.Get(r.Context())
	if siteErr != nil {
		site = ep.busy.Load().site // the last site that could be read
	}
	switch {
	case isREST(r):
		ep.sendRESTProblem(c, err)
		return
	case wantsJSON(r):
		ep.sendProblem(c, site, code, err)
		return
	}
	var nearest []newsroom.Teaser
	if code == http.StatusNotFound && ep.limits.maySuggest(r) {
		// A failed search leaves the page without suggestions.
		nearest, _ = search.NearestBySlug(r.Context(), ep.db, lastPart(r.URL.Path), nearestTitles)
	}
	if pageErr := ep.renderError(c, site, code, err, nearest); pageErr != nil {
		ep.log.ErrorContext(r.Context(), "the error page failed", "error", pageErr.Error())
		ep.writeFallback(c.Response())
	}
}

// logFailure logs an error that the request did not cause.
func (ep *errorPages) logFailure(r *http.Request, code int, err error) {
	if code >= http.StatusInternalServerError {
		ep.log.ErrorContext(
			r.Context(), "request failed",
			"id", r.Context().Value(requestIDKey{}), "path", r.URL.Path, "error", err.Error(),
		)
	}
}

// sendProblem answers the desk's script with an error.
func (ep *errorPages) sendProblem(c echo.Context, site *newsroom.Site, code int, err error) {
	c.Response().Header().Set("Cache-Control", "no-store")
	problem := problemJSON{Message: ep.text(site, ep.whatHappened(site, code, err))}
	if errors.Is(err, errSignIn) {
		problem.SignIn = loginPath(formPage(c.Request()))
		code = http.StatusUnauthorized // a script can tell it from a missing right
	}
	if err := c.JSON(code, problem); err != nil {
		ep.log.WarnContext(c.Request().Context(), "the error was not answered", "error", err.Error())
	}
}

// problemJSON is an error as the desk's script reads it.
type problemJSON struct {
	Message string `json:"message"`
	SignIn  string `json:"sign_in,omitempty"` // where to sign in, if the session has ended
}

// wantsJSON reports whether the request comes from the desk's script, which
// shows errors itself.
func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// unavailableFor is the Retry-After of a temporary fault that gives no time of
// its own.
const unavailableFor = 5 * time.Second

func setRetryAfter(h http.Header, err error) {
	if e, ok := errors.AsType[*models.Error](err); ok && e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	} else if statusOf(err) == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(int(unavailableFor/time.Second)))
	}
}

// writeFallback answers with the page that prepare has rendered.
func (ep *errorPages) writeFallback(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusInternalServerError)
	w.Write(ep.fallback)
}

// lastPart returns the last part of a path, without hyphens.
func lastPart(path string) string {
	path = strings.TrimRight(path, "/")
	return strings.ReplaceAll(path[strings.LastIndexByte(path, '/')+1:], "-", " ")
}

func stackTrace() string { return string(debug.Stack()) }

// whatHappened returns the key of the message that explains an error on its page.
func (p *pages) whatHappened(site *newsroom.Site, code int, err error) string {
	if key, ok := p.explain(site, refusals{prefix: "what."}, err); ok {
		return key
	}
	if key, ok := whatOfStatus[code]; ok {
		return key
	}
	if code < 500 {
		return "what.bad-request"
	}
	return "what.internal"
}

// whatOfStatus are the messages for errors without one of their own.
var whatOfStatus = map[int]string{
	http.StatusNotFound: "what.not-found", http.StatusForbidden: "what.forbidden", http.StatusMethodNotAllowed: "what.method",
	http.StatusUnsupportedMediaType: "what.media-type", http.StatusRequestEntityTooLarge: "what.body-too-large",
	http.StatusConflict: "what.conflict", http.StatusGone: "what.comment-gone", http.StatusTooManyRequests: "what.too-many-requests",
	http.StatusServiceUnavailable: "what.unavailable",
}

// titled are the statuses that have their own title.
var titled = map[int]bool{
	400: true, 403: true, 404: true, 405: true, 409: true, 410: true, 413: true, 415: true, 422: true, 429: true,
	500: true, 503: true,
}

func (ep *errorPages) renderError(c echo.Context, site *newsroom.Site, code int, err error, nearest []newsroom.Teaser) error {
	v := ep.problem(site, code, ep.whatHappened(site, code, err))
	v.Nearest, v.Search = teaserCards(site, nearest), code == http.StatusNotFound
	v.Way = ep.errorLink(c, err)
	if v.Desk = ep.deskOf(c, site, code); v.Desk != nil {
		v.Search, v.Nearest = false, nil
		if v.Way.Name == "" {
			v.Way = views.Link{Name: "problem.way.desk", URL: deskPath}
		}
	}
	if v.Stay = errors.Is(err, errTextTooLarge); v.Stay {
		v.Way = views.Link{}
	}
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == "comment-gone" {
		v.Article = ep.articleOfComment(c, site)
	}
	// The text of a comment that cannot return to its article's form is
	// returned here.
	if v.Kept = typedComment(c.Response(), c.Request()); v.Kept != "" && code == http.StatusNotFound {
		v.Code, v.Search, v.Nearest = "what.kept", false, nil
	}
	return render(ep.pages, c, views.ProblemPage, v, answer{status: code, personal: v.Kept != "" || v.Desk != nil})
}

// deskOf returns the frame of the desk for an error of a page of the desk, nil for
// visitors and where the server itself has failed.
func (ep *errorPages) deskOf(c echo.Context, site *newsroom.Site, code int) *views.Desk {
	if code >= http.StatusInternalServerError || !strings.HasPrefix(c.Request().URL.Path, deskPath+"/") {
		return nil
	}
	v, err := ep.auth.resume(c)
	if err != nil || !v.isStaff() {
		return nil
	}
	return ep.desk.deskFrame(&request{Context: c, site: site, viewer: v}, "").Desk
}

// articleOfComment returns the article of the comment that the request's address
// names, nil if the article is not public. It ignores errors: the page about a
// removed comment is useful without the article.
func (ep *errorPages) articleOfComment(c echo.Context, site *newsroom.Site) *views.ProblemArticle {
	ctx := c.Request().Context()
	m, err := discussion.ByID(ctx, ep.db, parseID(c.Param("id")))
	if err != nil {
		return nil
	}
	a, err := newsroom.ByID(ctx, ep.db, m.ArticleID)
	if err != nil || a.Status != newsroom.Published {
		return nil
	}
	return &views.ProblemArticle{Link: views.Link{Name: a.Title, URL: site.ArticlePath(a)}, Language: a.Language}
}

func (p *pages) problem(site *newsroom.Site, code int, what string) views.Problem {
	switch {
	case titled[code]:
	case code < http.StatusInternalServerError:
		code = http.StatusBadRequest
	default:
		code = http.StatusInternalServerError
	}
	v := views.Problem{Page: p.frame(site, p.text(site, fmt.Sprintf("problem.%d.title", code)), "/", nil), Status: code, Code: what}
	v.NoIndex = true
	return v
}
