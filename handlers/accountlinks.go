package handlers

import (
	"cmp"
	"fmt"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people"
	"broadsheet/views"
)

// The links in mails to the owner of an account: one confirms a new address, one says
// that a change was not the owner's. A GET changes nothing, because mail scanners open
// every link.

// withOrigin puts the origin of the request into its context, for the mail about what
// the request changes. It returns the token of the browser, a new one if it has none.
func (au *authenticator) withOrigin(c *request) (browser string) {
	r := c.Request()
	browser = cmp.Or(au.cookies.desk.browser(r), newToken())
	agent := r.UserAgent()
	c.SetRequest(r.WithContext(people.WithOrigin(r.Context(), people.Origin{
		Network: networkOf(au.clients.address(r)), Browser: browser,
		Agent: strings.ToValidUTF8(agent[:min(len(agent), maxOriginAgent)], ""),
	})))
	return browser
}

// maxOriginAgent is how many bytes of the User-Agent header a notice keeps.
const maxOriginAgent = 200

// theftLink returns the account and the address in the link of a security notice.
func (ac *accounts) theftLink(key string) (id int64, email string, err error) {
	subject, age, ok := ac.links.Read(people.ForTheft, key, ac.db.Now())
	number, email, two := strings.Cut(subject, " ")
	if !ok || !two || age > people.LinkRules[people.ForTheft].Lifetime {
		return 0, "", people.ErrResetGone
	}
	return parseID(number), email, nil
}

// showTheft asks whether all sessions shall end.
func (ac *accounts) showTheft(c *request) error {
	key := c.QueryParam("key")
	if _, _, err := ac.theftLink(key); err != nil {
		return err
	}
	used, err := people.IsLinkUsed(c.ctx(), ac.db, key)
	if err == nil && used {
		err = people.ErrResetGone
	}
	if err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "theft", Action: theftPath, Key: key}, nil)
}

// postTheft ends all sessions and leads to the form for a new password.
func (ac *accounts) postTheft(c *request) error {
	key := c.form.Get("key")
	id, email, err := ac.theftLink(key)
	if err != nil {
		return err
	}
	u, err := people.ReportTheft(c.ctx(), ac.db, key, id, email)
	if err != nil {
		return err
	}
	if err := ac.cookies.desk.forget(c.Response(), c.Request()); err != nil {
		return err
	}
	reset := ac.links.Make(people.ForPassword, u.Email+" "+u.Stamp(), ac.db.Now())
	return c.seeOther(withQuery(resetPath, "key="+reset))
}

// requestEmail mails a link to the new address of the viewer.
func (ac *accounts) requestEmail(c *request, v *viewer) ([]string, error) {
	if !ac.mail {
		return nil, errNoPage
	}
	return nil, people.RequestEmailChange(c.ctx(), ac.db, v.User, c.form.Get("email"))
}

// emailLink returns the account, its stamp and the new address in a link.
func (ac *accounts) emailLink(key string) (id int64, stamp, email string, err error) {
	subject, age, ok := ac.links.Read(people.ForEmail, key, ac.db.Now())
	var number string
	n, _ := fmt.Sscan(subject, &number, &stamp, &email)
	if !ok || n != 3 || age > people.LinkRules[people.ForEmail].Lifetime {
		return 0, "", "", errAddressGone
	}
	return parseID(number), stamp, email, nil
}

// errAddressGone refuses a link to a new address that is invalid, too old or used.
var errAddressGone = models.Refusal(models.Gone, "address-gone", "this link was used already or is too old")

// showNewEmail asks for the press that confirms the new address.
func (ac *accounts) showNewEmail(c *request) error {
	key := c.QueryParam("key")
	id, stamp, email, err := ac.emailLink(key)
	if err == nil {
		_, err = people.AuthorizeLink(c.ctx(), ac.db, id, stamp, "")
	}
	if err != nil {
		return err
	}
	return ac.renderSignIn(c, views.SignIn{Step: "email", Action: newEmailPath, Key: key, Email: email}, nil)
}

// postNewEmail gives the account the confirmed address.
func (ac *accounts) postNewEmail(c *request) error {
	key := c.form.Get("key")
	id, stamp, email, err := ac.emailLink(key)
	if err != nil {
		return err
	}
	ac.auth.withOrigin(c)
	if err := people.ChangeEmail(c.ctx(), ac.db, id, stamp, email); err != nil {
		if models.KindOf(err) == models.Conflict {
			return ac.renderSignIn(c, views.SignIn{Step: "email", Action: newEmailPath, Key: key, Email: email}, err)
		}
		return err
	}
	return c.seeOther(withDone(accountPath, "email"))
}
