package handlers

import (
	"context"
	"net/http"
	"net/url"

	"broadsheet/models/newsroom"
	"broadsheet/models/people/choices"

	"github.com/labstack/echo/v4"
)

// request is a request with all that most handlers need. prepare fills it in.
type request struct {
	echo.Context
	site      *newsroom.Site
	viewer    *viewer    // the account, nil unless the row's entry requires one; see [authenticator.resume]
	commenter *commenter // that the browser's cookie remembers, nil for none
	form      url.Values // the fields of a posted form, cleaned
	choices   choices.Of // about the desk, nil until [desk.choicesOf] has read them
}

// ctx returns the context of the request.
func (c *request) ctx() context.Context { return c.Request().Context() }

// seeOther answers a posted form with a redirect to the page that shows its
// result.
func (c *request) seeOther(address string) error { return c.Redirect(http.StatusSeeOther, address) }

// formUse tells how a row that takes a POST reads the body.
type formUse int

const (
	formRequired formUse = iota // a body without a form is refused
	formOptional                // an empty body counts as an empty form
	formUnread                  // the handler needs no field
	formParts                   // as formRequired, also as multipart/form-data
)

// prepare makes a handler of a row out of one that takes a prepared request. It
// reads the form before it loads the site, because a broken form needs no
// database.
func (s *server) prepare(row Route) echo.HandlerFunc {
	if row.bare != nil {
		return row.bare
	}
	return func(c echo.Context) error {
		r := c.Request()
		reads := row.Form == formRequired || row.Form == formParts || row.Form == formOptional && r.ContentLength != 0
		if row.Method == http.MethodPost && reads {
			if err := parseForm(r, row); err != nil {
				return err
			}
		}
		site, err := s.site.Get(r.Context())
		if err != nil {
			return err
		}
		if site.Hidden {
			c.Response().Header().Set("X-Robots-Tag", "noindex, nofollow")
		}
		return row.handle(&request{
			Context: c, site: site, viewer: viewerOf(c), commenter: s.cookies.commenters.get(r), form: r.PostForm,
		})
	}
}
