package handlers

import (
	"errors"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// errorLinks maps error codes to the link that the error page offers: to a page that
// sends another link of the kind that was used or has expired, or to the list
// that shows the possible actions.
var errorLinks = map[string]views.Link{
	"reset-gone":   {Name: "problem.way.password", URL: forgotPath},
	"own-old":      {Name: "problem.way.own", URL: myCommentsPath("")},
	"link-revoked": {Name: "problem.way.own", URL: myCommentsPath("")},
	"proof-old":    {Name: "problem.front", URL: "/"},
	"proof-used":   {Name: "problem.front", URL: "/"},
	"withdrawn":    {Name: "problem.front", URL: "/"},
	"held-old":     {Name: "held.desk", URL: queuePath},
	"held-used":    {Name: "held.desk", URL: queuePath},
	"held-link":    {Name: "held.desk", URL: queuePath},
	"link-ended":   {Name: "problem.sign-in", URL: signInPath},
	"address-gone": {Name: "desk.account", URL: accountPath},
	"first-gone":   {Name: "problem.sign-in", URL: signInPath},
	// Only an administrator sends another invitation; the account may be there already.
	"invitation-gone": {Name: "problem.sign-in", URL: signInPath},
	"undo-late":       {Name: "held.desk", URL: queuePath},
	"undone-already":  {Name: "held.desk", URL: queuePath},
	"digest-ended":    {Name: "digest.again", URL: digestPath},
	"changed":         {Name: "held.desk", URL: queuePath},
}

// articleError is an error whose page links to an article.
type articleError struct {
	error
	address string // of the article
}

func (e articleError) Unwrap() error { return e.error }

// withArticle adds the address of the article to an error when the article is public.
func withArticle(err error, site *newsroom.Site, a *newsroom.Article) error {
	if a == nil || a.Status != newsroom.Published {
		return err
	}
	return articleError{err, site.ArticlePath(a) + "#respond"}
}

// errorLink returns the link that the page of an error offers. It returns a link
// without a name when the page leads only to the front page.
func (ep *errorPages) errorLink(c echo.Context, err error) views.Link {
	if errors.Is(err, errSignIn) {
		return views.Link{Name: "problem.sign-in", URL: loginPath(formPage(c.Request()))}
	}
	if found, ok := errors.AsType[articleError](err); ok {
		return views.Link{Name: "problem.way.story", URL: found.address}
	}
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return views.Link{}
	}
	way := errorLinks[e.Code]
	if e.Code == "reset-gone" && !ep.mail {
		way = views.Link{Name: "problem.sign-in", URL: signInPath} // no link can be sent
	}
	return way
}
