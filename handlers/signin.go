package handlers

import (
	"errors"
	"net/http"
	"time"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// account lets people in and looks after their sign-in.
type account struct{ *server }

// showSignIn shows the way in. Who is in already goes on at once.
func (ac *account) showSignIn(c echo.Context) error {
	next := ownPlace(c.QueryParam("next"))
	v, err := ac.resume(c)
	if err != nil {
		return err
	}
	if v != nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, nil)
}

// postSignIn checks email and password. The answer to a wrong password and to
// an unknown account is the same, and takes as long.
func (ac *account) postSignIn(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	v := views.SignIn{Step: "sign-in", Next: ownPlace(r.PostForm.Get("next")), Email: views.Field{Value: r.PostForm.Get("email")}}
	u, err := people.CheckSignIn(r.Context(), ac.DB, people.Attempt{
		Email: v.Email.Value, Password: r.PostForm.Get("password"), Network: network(ac.address(r)), Agent: r.UserAgent(),
	})
	if err != nil {
		return ac.refuseSignIn(c, v, err)
	}
	return ac.letIn(c, u, v.Next)
}

// letIn begins a session, with a new token, and leads to next.
func (ac *account) letIn(c echo.Context, u *people.User, next string) error {
	r := c.Request()
	token, err := people.SignIn(r.Context(), ac.DB, u, network(ac.address(r)), r.UserAgent())
	if err == nil {
		err = ac.deskCookies.set(c.Response(), r, token)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// refuseSignIn shows a step of the way in again, with what was wrong.
func (ac *account) refuseSignIn(c echo.Context, v views.SignIn, err error) error {
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok || refusal.Kind == models.Internal {
		return err
	}
	switch refusal.Code {
	case "sign-in-wrong":
		v.Refused = "signin.wrong"
	case "sign-in-code":
		v.Refused = "signin.wrong-code"
	case "sign-in-often":
		v.Refused, v.Wait = "signin.often", int((refusal.RetryAfter+time.Minute-1)/time.Minute)
	default:
		return err
	}
	setRetryAfter(c.Response().Header(), err)
	return ac.renderSignIn(c, v, err)
}

// renderSignIn shows a step of the way in.
func (ac *account) renderSignIn(c echo.Context, v views.SignIn, refused error) error {
	site, err := ac.site.Get(c.Request().Context())
	if err != nil {
		return err
	}
	v.Page = ac.frame(site, ac.text(site, signInTitles[v.Step]), "/login", nil)
	v.NoIndex, v.Mail = true, ac.Mail
	if v.Action == "" {
		v.Action = "/login"
	}
	code := http.StatusOK
	if refused != nil {
		code = status(refused)
	}
	return render(ac.server, c, views.SignInPage, v, answer{code, true})
}

// signInTitles are the headings of the steps.
var signInTitles = map[string]string{
	"sign-in": "signin.title", "code": "signin.code.title", "forgot": "signin.forgot.title", "sent": "signin.forgot.title",
	"reset": "signin.reset.title", "first": "signin.first.title",
}

// postSignOut ends the session of this browser.
func (ac *account) postSignOut(c echo.Context) error {
	v := viewerOf(c)
	if err := people.SignOut(c.Request().Context(), ac.DB, v.ID, v.session.Hash); err != nil {
		return err
	}
	if err := ac.deskCookies.set(c.Response(), c.Request(), ""); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/")
}

// showDesk leads to the first room that is open to the viewer.
func (ac *account) showDesk(c echo.Context) error {
	v := viewerOf(c)
	for _, place := range deskPlaces {
		if v.may(place.right) {
			return c.Redirect(http.StatusSeeOther, place.path)
		}
	}
	return c.Redirect(http.StatusSeeOther, "/desk/account/")
}
