package handlers

import (
	"net/http"

	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// Passkeys take two steps each: a question that the script fetches and hands
// to the authenticator, and the answer, which comes as a plain form. Without
// script there is the password.

// beginPasskey answers the script with a question.
func (ac *account) beginPasskey(c echo.Context, ceremony *people.Ceremony, err error) error {
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, ceremony)
}

// postPasskeyBegin asks whoever is there for a passkey.
func (ac *account) postPasskeyBegin(c echo.Context) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	ceremony, err := ac.passkeys.BeginSignIn(ac.DB.Now())
	return ac.beginPasskey(c, ceremony, err)
}

// postPasskey lets in whose authenticator has signed. No code is asked for:
// the authenticator has asked for a finger, a face or a number.
func (ac *account) postPasskey(c echo.Context) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	next := ownPlace(r.PostForm.Get("next"))
	u, err := ac.passkeys.SignIn(r.Context(), ac.DB, r.PostForm.Get("key"), r.PostForm.Get("credential"))
	if err != nil {
		ac.Log.WarnContext(r.Context(), "passkey refused", "error", err.Error())
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, err)
	}
	return ac.letIn(c, u, next)
}

// postAddPasskeyBegin asks for a new passkey, once the password was right.
func (ac *account) postAddPasskeyBegin(c echo.Context) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	r, v := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	if err := ac.askOwn(c, v); err != nil {
		return err
	}
	ceremony, err := ac.passkeys.BeginRegistration(r.Context(), ac.DB, v.User)
	return ac.beginPasskey(c, ceremony, err)
}

// postAddPasskey stores the passkey that was made.
func (ac *account) postAddPasskey(c echo.Context) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	r, v := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	err := ac.passkeys.Register(r.Context(), ac.DB, v.User, r.PostForm.Get("key"), r.PostForm.Get("credential"), r.PostForm.Get("name"))
	if err != nil {
		return ac.renderAccount(c, views.Account{}, err)
	}
	return c.Redirect(http.StatusSeeOther, accountPath+"?done=passkey-add")
}
