package handlers

import (
	"net/http"

	"broadsheet/models/people"
	"broadsheet/views"
)

// A passkey takes two steps: the script fetches a challenge for the
// authenticator, and sends its answer as a plain form. Browsers without script
// use the password.

// beginPasskey sends a challenge to the script.
func (ac *accounts) beginPasskey(c *request, ceremony *people.Ceremony, err error) error {
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, ceremony)
}

// postPasskeyBegin sends a challenge for signing in.
func (ac *accounts) postPasskeyBegin(c *request) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	ceremony, err := ac.passkeys.BeginSignIn(ac.db.Now())
	return ac.beginPasskey(c, ceremony, err)
}

// postPasskey signs in the account of the passkey. It asks for no one-time
// password, because the authenticator has checked a finger, a face or a number.
func (ac *accounts) postPasskey(c *request) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	next := localOr(c.form.Get("next"), deskPath)
	u, err := ac.passkeys.SignIn(c.ctx(), ac.db, c.form.Get("key"), c.form.Get("credential"))
	if err != nil {
		ac.log.WarnContext(c.ctx(), "passkey refused", "error", err.Error())
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, err)
	}
	return ac.startSession(c, u, next)
}

// postAddPasskeyBegin sends a challenge for a new passkey after checking the
// password.
func (ac *accounts) postAddPasskeyBegin(c *request) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	v := c.viewer
	if err := ac.auth.checkOwnPassword(c, v); err != nil {
		return err
	}
	ceremony, err := ac.passkeys.BeginRegistration(c.ctx(), ac.db, v.User)
	return ac.beginPasskey(c, ceremony, err)
}

// postAddPasskey stores the new passkey.
func (ac *accounts) postAddPasskey(c *request) error {
	if ac.passkeys == nil {
		return errNoPage
	}
	ac.auth.withOrigin(c)
	v := c.viewer
	err := ac.passkeys.Register(c.ctx(), ac.db, v.User, c.form.Get("key"), c.form.Get("credential"), c.form.Get("name"))
	if err != nil {
		return ac.renderAccount(c, views.Account{}, err)
	}
	return c.seeOther(withDone(accountPath, "passkey-add"))
}
