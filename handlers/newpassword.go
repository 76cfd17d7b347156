package handlers

import (
	"crypto/subtle"
	"strings"

	"broadsheet/models/people"
	"broadsheet/views"
)

// An account gets a password without the old one by two links: one that is
// mailed, and one that the server prints when the site has no administrator.
// Both keys are in the query, which is not logged.

// showForgot shows the form for the address of the account.
func (ac *accounts) showForgot(c *request) error {
	if !ac.mail {
		return errNoPage
	}
	step := "forgot"
	if c.flash(forgotDone) != "" {
		step = "sent"
	}
	return ac.renderSignIn(c, views.SignIn{Step: step, Action: forgotPath}, nil)
}

// postForgot mails the link. The answer is the same when there is no such
// account.
func (ac *accounts) postForgot(c *request) error {
	if !ac.mail {
		return errNoPage
	}
	if err := people.RequestPasswordReset(c.ctx(), ac.db, c.form.Get("email")); err != nil {
		return err
	}
	return c.seeOther(withDone(forgotPath, "sent"))
}

// resetLink returns the address of the account in a link to a new password, and
// the account's stamp when the link was made.
func (ac *accounts) resetLink(key string) (email, stamp string, err error) {
	subject, age, ok := ac.links.Read(people.ForPassword, key, ac.db.Now())
	email, stamp, two := strings.Cut(subject, " ")
	if !ok || !two || age > people.LinkRules[people.ForPassword].Lifetime {
		return "", "", people.ErrResetGone
	}
	return email, stamp, nil
}

// showReset shows the form for the new password. A GET changes nothing, because
// mail scanners open every link.
func (ac *accounts) showReset(c *request) error {
	key := c.QueryParam("key")
	email, stamp, err := ac.resetLink(key)
	if err != nil {
		return err
	}
	if _, err := people.ByResetLink(c.ctx(), ac.db, email, stamp); err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "reset", Action: resetPath, Key: key}, nil)
}

// postReset stores the new password and ends all sessions. The next sign-in
// still asks for a one-time password.
func (ac *accounts) postReset(c *request) error {
	key := c.form.Get("key")
	email, stamp, err := ac.resetLink(key)
	if err != nil {
		return err
	}
	ac.auth.withOrigin(c)
	u, err := people.ResetPassword(c.ctx(), ac.db, email, stamp, c.form.Get("password"))
	if err != nil {
		return ac.renderSignIn(c, views.SignIn{Step: "reset", Action: resetPath, Key: key}, err)
	}
	return ac.continueSignIn(c, u, deskPath)
}

// firstLink reports an error unless the link was printed by this process and
// the site still has no administrator.
func (ac *accounts) firstLink(c *request, key string) error {
	has, err := people.HasAdministrator(c.ctx(), ac.db)
	switch {
	case err != nil:
		return err
	case has:
		return people.ErrFirstGone
	case ac.setupKey == "" || subtle.ConstantTimeCompare([]byte(key), []byte(ac.setupKey)) != 1:
		return errNoPage
	}
	return nil
}

// showFirst shows the form for the first administrator.
func (ac *accounts) showFirst(c *request) error {
	key := c.QueryParam("key")
	if err := ac.firstLink(c, key); err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "first", Action: firstPath, Key: key}, nil)
}

// postFirst makes the first administrator and signs them in.
func (ac *accounts) postFirst(c *request) error {
	v := views.SignIn{Step: "first", Action: firstPath, Key: c.form.Get("key"), Name: c.form.Get("name"), Email: c.form.Get("email")}
	if err := ac.firstLink(c, v.Key); err != nil {
		return err
	}
	u, err := people.CreateFirstAdministrator(
		c.ctx(), ac.db, people.NewAccount{Name: v.Name, Email: v.Email, Password: c.form.Get("password")},
	)
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	return ac.startSession(c, u, deskPath)
}
