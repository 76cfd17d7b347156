package handlers

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/views"
)

// accounts has the pages for signing in and for the viewer's own account.
type accounts struct {
	*desk
	db       *models.DB
	auth     *authenticator
	clients  *clients
	cookies  *cookies
	links    *people.Links
	passkeys *people.Passkeys // nil where browsers allow none
	setupKey string           // opens the page that makes the first administrator; "" for none
	log      *slog.Logger
	mail     bool // the site can send mail
}

// showSignIn shows the form. It redirects a viewer with an open session.
func (ac *accounts) showSignIn(c *request) error {
	next := localOr(c.QueryParam("next"), deskPath)
	v, err := ac.auth.resume(c)
	if err != nil {
		return err
	}
	if v != nil {
		return c.seeOther(next)
	}
	return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, nil)
}

// postSignIn checks email and password. A wrong password and an unknown account
// get the same answer after the same time.
func (ac *accounts) postSignIn(c *request) error {
	r := c.Request()
	v := views.SignIn{Step: "sign-in", Next: localOr(c.form.Get("next"), deskPath), Email: c.form.Get("email")}
	u, err := ac.auth.guard.CheckSignIn(c.ctx(), ac.db, people.SignInAttempt{
		Email: v.Email, Password: c.form.Get("password"), Network: networkOf(ac.clients.address(r)),
	})
	if err != nil {
		return ac.renderSignIn(c, v, err)
	}
	return ac.continueSignIn(c, u, v.Next)
}

// continueSignIn signs in an account after a right password, or asks for its one-time
// password first.
func (ac *accounts) continueSignIn(c *request, u *people.User, next string) error {
	if !u.UsesTOTP() {
		return ac.startSession(c, u, next)
	}
	return ac.renderSignIn(c, ac.codeStep(u, next), nil)
}

// codeStep returns the page that asks for a one-time password. Its key proves
// for some minutes that the password was right, unless the password changes.
func (ac *accounts) codeStep(u *people.User, next string) views.SignIn {
	key := ac.links.Make(people.ForCode, fmt.Sprintf("%d %s", u.ID, u.Stamp()), ac.db.Now())
	return views.SignIn{Step: "code", Action: codePath, Next: next, Key: key}
}

// errTooLate is the answer to a code from an expired page.
var errTooLate = models.Refusal(models.Forbidden, "sign-in-again", "that took too long: sign in again")

// postCode checks the one-time password or recovery code.
func (ac *accounts) postCode(c *request) error {
	r := c.Request()
	next := localOr(c.form.Get("next"), deskPath)
	subject, age, ok := ac.links.Read(people.ForCode, c.form.Get("key"), ac.db.Now())
	id, stamp, _ := strings.Cut(subject, " ")
	if !ok || age > people.LinkRules[people.ForCode].Lifetime {
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, errTooLate)
	}
	u, err := people.AuthorizeLink(c.ctx(), ac.db, parseID(id), stamp, "")
	switch models.KindOf(err) {
	case models.NotFound, models.Forbidden, models.Gone:
		return ac.renderSignIn(c, views.SignIn{Step: "sign-in", Next: next}, errTooLate)
	}
	if err == nil && u.UsesTOTP() {
		err = people.CheckCode(c.ctx(), ac.db, u, c.form.Get("code"), networkOf(ac.clients.address(r)))
	}
	if err != nil {
		v := ac.codeStep(u, next)
		v.Key = c.form.Get("key")
		return ac.renderSignIn(c, v, err)
	}
	return ac.startSession(c, u, next)
}

// startSession begins a session with a new token and redirects to next. It ends the
// browser's earlier session and never reuses its token, because an attacker
// could have planted it.
func (ac *accounts) startSession(c *request, u *people.User, next string) error {
	if err := ac.beginSession(c, u); err != nil {
		return err
	}
	if wantsJSON(c.Request()) {
		return ac.sendSignIn(c, http.StatusOK, signInJSON{Step: "done", Account: u.ID})
	}
	return c.seeOther(next)
}

// beginSession is [accounts.startSession] without the answer.
func (ac *accounts) beginSession(c *request, u *people.User) error {
	browser := ac.auth.withOrigin(c)
	r := c.Request()
	if err := people.SignOutToken(c.ctx(), ac.db, ac.cookies.desk.token(r)); err != nil {
		return err
	}
	token, err := people.SignIn(c.ctx(), ac.db, u, networkOf(ac.clients.address(r)), r.UserAgent())
	if err == nil {
		err = ac.cookies.desk.setBoth(c.Response(), r, token, browser)
	}
	return err
}

// signInJSON is a step of signing in, for the dialog of the desk.
type signInJSON struct {
	Step    string `json:"step"` // "sign-in", "code" or "done"
	Key     string `json:"key,omitempty"`
	Message string `json:"message,omitempty"` // why the form was refused
	Account int64  `json:"account,omitempty"`
}

func (ac *accounts) sendSignIn(c *request, code int, step signInJSON) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(code, step)
}

// renderSignIn shows a step of signing in. refused is the error of the form, or
// nil.
func (ac *accounts) renderSignIn(c *request, v views.SignIn, refused error) error {
	shown, err := ac.refused(c, refusalsOf.signIn, refused)
	if err != nil {
		return err
	}
	v.Refused, v.Wait = shown.key, shown.wait
	if wantsJSON(c.Request()) {
		step := signInJSON{Step: v.Step, Key: v.Key}
		if v.Refused != "" && v.Wait > 0 {
			step.Message = ac.views.Count(c.site.Language, v.Refused, v.Wait)
		} else if v.Refused != "" {
			step.Message = ac.text(c.site, v.Refused)
		}
		return ac.sendSignIn(c, shown.status, step)
	}
	v.Page = ac.frame(c.site, ac.text(c.site, signInTitles[v.Step]), signInPath, nil)
	v.NoIndex, v.Mail, v.Passkeys = true, ac.mail, ac.passkeys != nil
	if v.Action == "" {
		v.Action = signInPath
	}
	return render(ac.pages, c, views.SignInPage, v, personalAnswer(shown.status))
}

// signInTitles are the headings of the steps.
var signInTitles = map[string]string{
	"sign-in": "signin.title", "code": "signin.code.title", "forgot": "signin.forgot.title", "sent": "signin.forgot.title",
	"reset": "signin.reset.title", "first": "signin.first.title", "theft": "signin.theft.title", "invited": "signin.invited.title",
	"email": "signin.email.title", "passkey": "signin.passkey.title", "authorize": "authorize.title",
}

// postSignOut ends the session of this browser.
func (ac *accounts) postSignOut(c *request) error {
	v := c.viewer
	if err := people.SignOut(c.ctx(), ac.db, v.ID, v.session.Hash); err != nil {
		return err
	}
	if err := ac.cookies.desk.set(c.Response(), c.Request(), ""); err != nil {
		return err
	}
	return c.seeOther("/")
}

// showDesk redirects to the first page of the desk that the viewer may open.
func (ac *accounts) showDesk(c *request) error {
	v := c.viewer
	for _, place := range deskPages {
		if Entry(place.right).Admits(v.may) {
			return c.seeOther(place.path)
		}
	}
	return c.seeOther(accountPath)
}
