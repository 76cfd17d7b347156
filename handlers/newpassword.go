package handlers

import (
	"crypto/subtle"
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// Two ways to a password without having one: a link sent by mail, and the
// one printed by a site that has no administrator. Both stand in the query,
// which no log keeps.

// showForgot asks where to send the link.
func (ac *account) showForgot(c echo.Context) error {
	if !ac.Mail {
		return errNoPage
	}
	step := "forgot"
	if c.QueryParam("done") == "sent" {
		step = "sent"
	}
	return ac.renderSignIn(c, views.SignIn{Step: step, Action: "/password/forgot/"}, nil)
}

// postForgot has the link sent. The answer is the same whether there is such
// an account.
func (ac *account) postForgot(c echo.Context) error {
	if !ac.Mail {
		return errNoPage
	}
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	if err := people.RequestPasswordReset(r.Context(), ac.DB, r.PostForm.Get("email")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/password/forgot/?done=sent")
}

// errResetGone answers a link that does not work, or no longer.
var errResetGone = models.Refuse(models.Gone, "reset-gone", "this link was used already or is too old: ask for another one")

// resetLink returns the address of the account in a link to a new password, and
// the account's stamp when the link was made.
func (ac *account) resetLink(key string) (email, stamp string, err error) {
	subject, age, ok := ac.Links.Read(people.ForPassword, key, ac.DB.Now())
	email, stamp, two := strings.Cut(subject, " ")
	if !ok || !two || age > people.LinkRules[people.ForPassword].Lifetime {
		return "", "", errResetGone
	}
	return email, stamp, nil
}

// showReset asks for the new password. Looking changes nothing: mail scanners
// look at every link.
func (ac *account) showReset(c echo.Context) error {
	key := c.QueryParam("key")
	email, stamp, err := ac.resetLink(key)
	if err != nil {
		return err
	}
	if _, err := people.ByResetLink(c.Request().Context(), ac.DB, email, stamp); err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "reset", Action: "/password/reset/", Key: key}, nil)
}

// postReset takes the new password. All sessions end; a one-time password is
// asked for as ever.
func (ac *account) postReset(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	key := r.PostForm.Get("key")
	email, stamp, err := ac.resetLink(key)
	if err != nil {
		return err
	}
	u, err := people.ResetPassword(r.Context(), ac.DB, email, stamp, r.PostForm.Get("password"))
	if err != nil {
		return ac.renderSignIn(c, views.SignIn{Step: "reset", Action: "/password/reset/", Key: key}, err)
	}
	return ac.goOn(c, u, "/desk")
}

// firstLink reports an error unless the link was printed by this process and
// the site still has no administrator.
func (ac *account) firstLink(c echo.Context, key string) error {
	has, err := people.HasAdministrator(c.Request().Context(), ac.DB)
	switch {
	case err != nil:
		return err
	case has:
		return models.Refuse(models.Gone, "first-gone", "this site has its administrator")
	case ac.First == "" || subtle.ConstantTimeCompare([]byte(key), []byte(ac.First)) != 1:
		return errNoPage
	}
	return nil
}

// showFirst asks who the first administrator is.
func (ac *account) showFirst(c echo.Context) error {
	key := c.QueryParam("key")
	if err := ac.firstLink(c, key); err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "first", Action: "/first/", Key: key}, nil)
}

// postFirst makes the first administrator and lets them in.
func (ac *account) postFirst(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	v := views.SignIn{Step: "first", Action: "/first/", Key: r.PostForm.Get("key"), Name: r.PostForm.Get("name"), Email: r.PostForm.Get("email")}
	if err := ac.firstLink(c, v.Key); err != nil {
		return err
	}
	u, err := people.CreateFirstAdministrator(r.Context(), ac.DB, people.NewAccount{Name: v.Name, Email: v.Email, Password: r.PostForm.Get("password")})
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	return ac.letIn(c, u, "/desk")
}
