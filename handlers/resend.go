package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// secretFields are the fields with passwords and codes. No page sends them back.
var secretFields = map[string]bool{"password": true, "old": true, "code": true}

// resendParam is the parameter that marks a form as sent again. Its value is the
// account that the resend page named, or 0 when the browser was signed out.
const resendParam = "kept"

// namedAnother reports whether a form comes from a resend page that did not name
// the viewer's account.
func namedAnother(c echo.Context, v *viewer) bool {
	kept := c.QueryParam(resendParam)
	return kept != "" && kept != strconv.FormatInt(v.ID, 10)
}

// offerResend answers a form of the desk that was posted without a session, or from
// an earlier resend page by another account than that page named. The answer is a
// resend page: it names the viewer's account and holds the fields, except
// secretFields, and a button to send them again. The text of the form is not lost, and
// no account sends it without a press of the button. Other requests get errSignIn, and so
// do forms with files, which no page can keep.
func (s *server) offerResend(c echo.Context, row Route, v *viewer) error {
	r := c.Request()
	if wantsJSON(r) || !strings.HasPrefix(r.URL.Path, "/desk/") || isUpload(r) && row.Form != formParts {
		return errSignIn
	}
	if err := parseForm(r, row); err != nil {
		return err
	}
	site, err := s.site.Get(r.Context())
	if err != nil {
		return err
	}
	page := views.Resend{Action: r.URL.Path + "?" + resendParam + "=0", SignIn: loginPath(formPage(r))}
	code, title := http.StatusForbidden, "resend.title"
	if v != nil {
		page.Action, page.SignIn, page.Name = fmt.Sprintf("%s?%s=%d", r.URL.Path, resendParam, v.ID), "", v.Name
		code, title = http.StatusConflict, "resend.title.as"
	}
	page.Page = s.pages.frame(site, s.pages.text(site, title), deskPath, nil)
	page.NoIndex = true
	names := make([]string, 0, len(r.PostForm))
	for name := range r.PostForm {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if secretFields[name] {
			continue
		}
		for _, value := range r.PostForm[name] {
			page.Fields = append(page.Fields, views.KeptField{
				ID: fmt.Sprint("kept-", len(page.Fields)), Name: name, Value: value,
				Shown: name != "back" && strings.ContainsAny(value, " \n") || typed[name],
			})
		}
	}
	return render(s.pages, c, views.ResendPage, page, personalAnswer(code))
}

// typed are the fields of the desk that hold only typed text.
var typed = map[string]bool{"comment": true, "words": true, "note": true, "text": true}
