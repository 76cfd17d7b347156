package handlers

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"

	"github.com/labstack/echo/v4"
)

// statusOf says with which status each kind of error is answered.
var statusOf = map[models.Kind]int{
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

// status returns the HTTP status of an error.
func status(err error) int {
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return e.Code
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return statusOf[models.KindOf(err)]
}

// readerGone is what the log says of a request whose sender has hung up before
// the answer, the number that proxies use for it.
const readerGone = 499

// hungUp reports whether an error is nothing but that.
func hungUp(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(r.Context().Err(), context.Canceled)
}

// nearestTitles is how many stories a 404 page offers.
const nearestTitles = 5

// showError makes a page of an error. Nothing else writes a status of 400 or
// more, but for the comment form, which comes back with what was typed.
func (s *server) showError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	r := c.Request()
	if hungUp(r, err) {
		_ = c.NoContent(readerGone) // nobody reads it; the log does
		return
	}
	if errors.Is(err, errQueueFull) {
		s.answerBusy(c)
		return
	}
	code := status(err)
	if code >= 500 {
		s.Log.ErrorContext(r.Context(), "request failed", "id", r.Context().Value(requestIDKey{}), "path", r.URL.Path, "error", err.Error())
	}
	setRetryAfter(c.Response().Header(), err)
	site, siteErr := s.site.Get(r.Context())
	if siteErr != nil {
		site = s.busy.Load().site // as it was when it could last be read
	}
	var nearest []newsroom.Teaser
	if code == http.StatusNotFound {
		// A page that helps less is better than none.
		if s.maySuggest(r) {
			nearest, _ = newsroom.NearestBySlug(r.Context(), s.DB, lastPart(r.URL.Path), nearestTitles)
		}
	}
	if wantsJSON(r) {
		c.Response().Header().Set("Cache-Control", "no-store")
		problem := problemJSON{Message: s.text(site, whatHappened(code, err))}
		if errors.Is(err, errSignIn) {
			problem.SignIn = loginPath(cameFrom(r))
		}
		if err := c.JSON(code, problem); err != nil {
			s.Log.WarnContext(r.Context(), "the error was not answered", "error", err.Error())
		}
		return
	}
	if pageErr := s.renderError(c, site, code, err, nearest); pageErr != nil {
		s.Log.ErrorContext(r.Context(), "the error page failed", "error", pageErr.Error())
		s.writeLastWord(c.Response())
	}
}

// problemJSON is what the desk's script gets of an error.
type problemJSON struct {
	Message string `json:"message"`
	SignIn  string `json:"sign_in,omitempty"` // where to sign in, if the session has ended
}

// wantsJSON reports whether a script asks, which shows what happened itself.
func wantsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

// unavailableFor is the Retry-After of a temporary fault that gives no time of
// its own.
const unavailableFor = 5 * time.Second

func setRetryAfter(h http.Header, err error) {
	if e, ok := errors.AsType[*models.Error](err); ok && e.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((e.RetryAfter+time.Second-1)/time.Second)))
	} else if status(err) == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(int(unavailableFor/time.Second)))
	}
}

// writeLastWord answers with the page that was made at the start.
func (s *server) writeLastWord(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusInternalServerError)
	w.Write(s.lastWord)
}

// lastPart returns the last part of a path, without hyphens.
func lastPart(path string) string {
	path = strings.TrimRight(path, "/")
	return strings.ReplaceAll(path[strings.LastIndexByte(path, '/')+1:], "-", " ")
}

func stack() string { return string(debug.Stack()) }
