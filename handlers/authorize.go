package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/people/apppasswords"
	"broadsheet/views"
	"broadsheet/views/authorize"
)

// The page to which a writing app sends its user for an application password, as
// WordPress has it. The app gets the password at the address success_url, after the person
// has given the own password here.

// authorizePath is WordPress's address of the page. The index of the REST interface names it.
const authorizePath = "/wp-admin/authorize-application.php"

var authorizeParams = []string{"app_name", "app_id", "success_url", "reject_url"}

var errAuthorizeAddress = models.Refusal(models.Invalid, "authorize-address", "the address of the program is not safe")

// maxProgramURL is the length of the longest address of a program, in bytes.
const maxProgramURL = 2000

var (
	appScheme = regexp.MustCompile(`^[a-z][a-z0-9+.-]{1,60}$`)
	webHost   = regexp.MustCompile(`^[a-z0-9.-]{1,255}(:[0-9]{1,5})?$`)
)

// browserSchemes are schemes that a browser or the system opens itself. A password in such
// an address would run as a script, stay on the device or go out in the clear.
var browserSchemes = []string{
	"http", "javascript", "vbscript", "data", "blob", "file", "filesystem", "about", "ftp", "ws", "wss", "view-source",
	"intent", "mailto", "tel", "sms", "chrome", "chrome-extension", "moz-extension", "resource", "jar",
}

// programURL reads an address of a program, nil for none: one with https, or one of an app
// with a scheme of its own. It refuses all others.
func programURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || len(text) > maxProgramURL || strings.ContainsAny(text, "\\ \t\r\n") || u.User != nil || u.Opaque != "":
		return nil, errAuthorizeAddress
	case u.Scheme == "https" && webHost.MatchString(u.Host):
		return u, nil
	case u.Scheme == "https" || slices.Contains(browserSchemes, u.Scheme) || !appScheme.MatchString(u.Scheme):
		return nil, errAuthorizeAddress
	case !strings.HasPrefix(text[len(u.Scheme):], "://"):
		return nil, errAuthorizeAddress
	}
	return u, nil
}

// source names an address of a program to the person, and in the security policy.
func source(u *url.URL) string {
	if u.Scheme == "https" {
		return u.Host
	}
	return u.Scheme + ":"
}

// authorization reads what a program asks for.
func (ac *accounts) authorization(c *request, values url.Values) (v authorize.Request, success, reject *url.URL, err error) {
	v = authorize.Request{
		Action: authorizePath, Program: truncate(cleanText(values.Get("app_name")), apppasswords.MaxName), ID: values.Get("app_id"),
		SuccessURL: values.Get("success_url"), RejectURL: values.Get("reject_url"),
		User: c.viewer.Email, Role: string(c.viewer.Role), Insecure: ac.baseURL.Scheme != "https",
	}
	if err = apppasswords.CheckApp(v.ID); err == nil {
		success, err = programURL(v.SuccessURL)
	}
	if err == nil {
		reject, err = programURL(v.RejectURL)
	}
	if success != nil {
		v.To = source(success)
	}
	return v, success, reject, err
}

// showAuthorize shows the request of a program. It stores nothing.
func (ac *accounts) showAuthorize(c *request) error {
	v, success, reject, err := ac.authorization(c, c.QueryParams())
	if err != nil {
		v = authorize.Request{Impossible: true}
	}
	return ac.renderAuthorize(c, v, []*url.URL{success, reject}, err)
}

// renderAuthorize shows the page. The answer to its form may lead to one of some addresses
// outside, which the policy of all pages forbids.
func (ac *accounts) renderAuthorize(c *request, v authorize.Request, to []*url.URL, refused error) error {
	policy := c.Response().Header().Get("Content-Security-Policy")
	for _, u := range to {
		if u != nil {
			from := "form-action 'self'"
			name := source(u)
			if u.Scheme == "https" {
				name = "https://" + name
			}
			policy = strings.Replace(policy, from, from+" "+name, 1)
		}
	}
	c.Response().Header().Set("Content-Security-Policy", policy)
	return ac.renderSignIn(c, views.SignIn{Step: "authorize", App: v}, refused)
}

// postAuthorize makes the password and hands it over, or tells the program of the refusal.
func (ac *accounts) postAuthorize(c *request) error {
	v, success, reject, err := ac.authorization(c, c.form)
	if err != nil {
		return ac.renderAuthorize(c, authorize.Request{Impossible: true}, nil, err)
	}
	if c.form.Get("do") != "approve" {
		return ac.rejectProgram(c, success, reject)
	}
	ac.auth.withOrigin(c)
	secret := ""
	err = ac.auth.checkOwnPassword(c, c.viewer)
	if e, ok := errors.AsType[*models.Error](err); ok && e.Code == "sign-in-wrong" {
		err = models.Refusal(e.Kind, "own-password-wrong", e.Safe)
	}
	if err == nil {
		secret, _, err = apppasswords.MakeFor(c.ctx(), ac.db, c.viewer.User, apppasswords.Request{Name: v.Program, AppID: v.ID})
	}
	switch {
	case err != nil:
		return ac.renderAuthorize(c, v, []*url.URL{success, reject}, err)
	case success == nil:
		return ac.renderAccount(c, views.Account{Apps: views.AppPasswords{Secret: secret}}, nil)
	}
	return handOver(c, success, url.Values{
		"site_url": {ac.baseURL.String()}, "user_login": {c.viewer.Email}, "password": {strings.ReplaceAll(secret, " ", "")},
	})
}

// rejectProgram leads back to a program whose request the person has refused.
func (ac *accounts) rejectProgram(c *request, success, reject *url.URL) error {
	switch {
	case reject != nil:
		return handOver(c, reject, nil)
	case success != nil:
		return handOver(c, success, url.Values{"success": {"false"}})
	}
	return c.seeOther(accountPath)
}

// handOver redirects to the address of a program, which [programURL] has checked and the
// page has named to the person. The address keeps its own parameters.
func handOver(c *request, to *url.URL, add url.Values) error {
	at := *to
	query := at.Query()
	for name, values := range add {
		query[name] = values
	}
	at.RawQuery = query.Encode()
	h := c.Response().Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	return c.Redirect(http.StatusSeeOther, at.String())
}
