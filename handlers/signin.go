package handlers

import (
	"fmt"
	"net/http"
	"strings"

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
	v := views.SignIn{Step: "sign-in", Next: ownPlace(r.PostForm.Get("next")), Email: r.PostForm.Get("email")}
	u, err := people.CheckSignIn(r.Context(), ac.DB, people.SignInAttempt{
		Email: v.Email, Password: r.PostForm.Get("password"), Network: network(ac.address(r)),
	})
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	return ac.goOn(c, u, v.Next)
}

// goOn lets somebody in who has shown the password, or asks for the one-time
// password first.
func (ac *account) goOn(c echo.Context, u *people.User, next string) error {
	if !u.UsesTOTP() {
		return ac.letIn(c, u, next)
	}
	return ac.renderSignIn(c, ac.codeStep(u, next), nil)
}

// codeStep is the page that asks for a one-time password. Its key says for a
// while that the password was right, as long as that is not changed.
func (ac *account) codeStep(u *people.User, next string) views.SignIn {
	key := ac.Links.Make(people.ForCode, fmt.Sprintf("%d %s", u.ID, u.Stamp()), ac.DB.Now())
	return views.SignIn{Step: "code", Action: "/login/code/", Next: next, Key: key}
}

// errAgain answers a code that comes too late.
var errAgain = models.Refuse(models.Forbidden, "sign-in-again", "that took too long: sign in again")

// postCode checks the one-time password, or a recovery code.
func (ac *account) postCode(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	next := ownPlace(r.PostForm.Get("next"))
	subject, age, ok := ac.Links.Read(people.ForCode, r.PostForm.Get("key"), ac.DB.Now())
	id, stamp, _ := strings.Cut(subject, " ")
	if !ok || age > people.LinkRules[people.ForCode].Lifetime {
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, errAgain)
	}
	u, err := people.AuthorizeLink(r.Context(), ac.DB, idOf(id), stamp, "")
	switch models.KindOf(err) {
	case models.NotFound, models.Forbidden, models.Gone:
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, errAgain)
	}
	if err == nil && u.UsesTOTP() {
		err = people.CheckCode(r.Context(), ac.DB, u, r.PostForm.Get("code"), network(ac.address(r)))
	}
	if err != nil {
		v := ac.codeStep(u, next)
		v.Key = r.PostForm.Get("key")
		return ac.renderSignIn(c, v, err)
	}
	return ac.letIn(c, u, next)
}

// letIn begins a session, with a new token, and leads to next. A session that
// this browser had before ends; a token that somebody has planted in it is
// never taken over.
func (ac *account) letIn(c echo.Context, u *people.User, next string) error {
	r := c.Request()
	if err := people.SignOutToken(r.Context(), ac.DB, ac.deskCookies.token(r)); err != nil {
		return err
	}
	token, err := people.SignIn(r.Context(), ac.DB, u, network(ac.address(r)), r.UserAgent())
	if err == nil {
		err = ac.deskCookies.set(c.Response(), r, token)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// renderSignIn shows a step of the way in; refused is what was wrong with it
// before, nil for nothing.
func (ac *account) renderSignIn(c echo.Context, v views.SignIn, refused error) error {
	code := http.StatusOK
	if refused != nil {
		said, ok := sayRefusal(refused)
		if !ok {
			return refused
		}
		code, v.Refused, v.Wait = status(refused), said.key, said.wait
		setRetryAfter(c.Response().Header(), refused)
	}
	site, err := ac.site.Get(c.Request().Context())
	if err != nil {
		return err
	}
	v.Page = ac.frame(site, ac.text(site, signInTitles[v.Step]), "/login", nil)
	v.NoIndex, v.Mail, v.Passkeys = true, ac.Mail, ac.passkeys != nil
	if v.Action == "" {
		v.Action = "/login"
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
