package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// viewer is the signed-in account of a request.
type viewer struct {
	*people.User
	session *people.Session
	scope   moderation.Scope // the part of the site that the account looks after
}

// actor returns the viewer as the logs record it.
func (v *viewer) actor() models.Actor { return v.Actor() }

// may reports whether the viewer has a right. A nil viewer has none.
func (v *viewer) may(right people.Right) bool { return v != nil && v.User.May(right) }

const viewerKey = "viewer"

// viewerOf returns the viewer. It is not nil behind a row that requires an
// account.
func viewerOf(c echo.Context) *viewer {
	v, _ := c.Get(viewerKey).(*viewer)
	return v
}

// authenticator finds the accounts of requests.
type authenticator struct {
	db      *models.DB
	site    *models.Snapshot[*newsroom.Site]
	cookies *cookies
	clients *clients
	guard   *people.SignInGuard
}

// resume finds the viewer by the cookie. A session that began in another role
// gets a new token, so that no token outlives its rights.
func (au *authenticator) resume(c echo.Context) (*viewer, error) {
	if v := viewerOf(c); v != nil {
		return v, nil
	}
	r := c.Request()
	token := au.cookies.desk.token(r)
	if token == "" {
		return nil, nil
	}
	session, user, err := people.ResumeSession(r.Context(), au.db, token)
	if err == nil && session != nil && session.Role != user.Role {
		if token, session, err = people.RotateSession(r.Context(), au.db, session, user); err == nil && session != nil {
			err = au.cookies.desk.set(c.Response(), r, token)
		}
	}
	if err != nil || session == nil {
		return nil, err
	}
	v := &viewer{User: user, session: session}
	if v.scope, err = au.scopeOf(r.Context(), user); err != nil {
		return nil, err
	}
	c.Set(viewerKey, v)
	return v, nil
}

// scopeOf returns the part of the site that an account looks after, nil for the whole
// site.
func (au *authenticator) scopeOf(ctx context.Context, u *people.User) (moderation.Scope, error) {
	if !u.Limited && u.May(people.Moderating) {
		return nil, nil
	}
	site, err := au.site.Get(ctx)
	if err != nil {
		return nil, err
	}
	return moderation.ScopeOf(ctx, au.db, site.Categories, u)
}

// errSignIn is the refusal of a form without an open session.
var errSignIn = models.Refusal(models.Forbidden, "sign-in-first", "sign in first: the session has ended")

// errNoRight is the refusal of an account without the right.
var errNoRight = models.Refusal(models.Forbidden, "no-right", "your role may not do this")

// admit checks the entry of a row. It redirects a GET without a session to the
// sign-in, which redirects back afterwards.
func (s *server) admit(row Route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if row.Entry == Anyone {
			return next
		}
		return func(c echo.Context) error {
			v, err := s.auth.resume(c)
			switch {
			case err != nil:
				return err
			case v == nil && row.Method == http.MethodGet && !wantsJSON(c.Request()):
				c.Response().Header().Set("Cache-Control", "no-store")
				return c.Redirect(http.StatusSeeOther, loginPath(c.Request().URL.RequestURI()))
			case v == nil:
				return s.offerResend(c, row, nil)
			case !row.Entry.Admits(v.may):
				return errNoRight
			case row.Method == http.MethodPost && namedAnother(c, v):
				return s.offerResend(c, row, v)
			}
			return next(c)
		}
	}
}

// desk makes the frame of the desk's pages.
type desk struct {
	*pages
	db    *models.DB
	log   *slog.Logger
	mail  bool // the site can send mail
	surge surgeWatch
	late  targetWatch
	stuck mailWatch
}

// deskPages are the pages in the desk's navigation, in order. Keys open the first nine,
// so those of moderators come first.
var deskPages = []struct {
	name  string // key of a message
	path  string
	right people.Right // or an entry of the routes
}{
	{"desk.queue", queuePath, people.Right(Caretaking)},
	{"desk.stories", storiesPath, people.Right(Storytelling)},
	{"desk.writers", writersPath, people.Moderating},
	{"desk.bans", bansPath, people.Moderating},
	{"desk.appeals", appealsPath, people.Moderating},
	{"desk.rules", rulesPath, people.ChangingRules},
	{"desk.figures", figuresPath, people.Moderating},
	{"desk.mail", heldMailPath, people.Moderating},
	{"desk.log", logPath, people.Moderating},
	{"desk.front", frontPath, people.Editing},
	{"desk.breaking", linePath, people.Editing},
	{"desk.upcoming", upcomingPath, people.Writing},
	{"desk.pictures", libraryPath, people.Writing},
	{"desk.terms", categoryDeskPath, people.Editing},
	{"desk.digest", digestDeskPath, people.Editing},
	{"desk.settings", settingsPath, people.Setting},
	{"desk.people", staffPath, people.Managing},
}

// anyState is the list of comments in all states, which a search from another page of
// the desk looks through.
const anyState = "any"

// deskFrame returns the frame of a page of the desk.
func (d *desk) deskFrame(c *request, title string) views.Page {
	page := d.frame(c.site, title, c.Request().URL.Path, nil)
	page.NoIndex = true
	v := c.viewer
	page.Desk = &views.Desk{Account: v.ID, User: v.Name, Role: "role." + string(v.Role), Help: helpLink(c)}
	for _, place := range deskPages {
		if Entry(place.right).Admits(v.may) {
			page.Desk.Nav = append(page.Desk.Nav, views.NavItem{
				Link: views.Link{Name: place.name, URL: place.path}, Current: strings.HasPrefix(c.Request().URL.Path, place.path),
			})
		}
	}
	if v.may(people.Editing) {
		page.Desk.Breaking = linePath
	}
	page.Desk.AtHelp = strings.HasPrefix(c.Request().URL.Path, helpPath)
	if v.may(people.Moderating) {
		page.Desk.Search = &views.DeskSearch{Keep: []views.HiddenField{{Name: "state", Value: anyState}}}
		page.Desk.Alarm = d.alarm(c)
	}
	page.Desk.Mail = d.stuckMail(c)
	return page
}

// isStaff reports whether the viewer is one of the staff. A subscriber is not.
func (v *viewer) isStaff() bool { return v != nil && v.IsStaff() }
