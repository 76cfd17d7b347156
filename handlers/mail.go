package handlers

import (
	"net/http"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
	"broadsheet/views"
)

// errLinkUnreadable is the refusal of a link that was cut short.
var errLinkUnreadable = models.Errorf(models.NotFound, "the link is incomplete: copy all of it from the mail")

// mailLink is the content of a link in a mail.
type mailLink struct {
	email   string
	comment int64     // the subject of the mail, 0 for several
	news    bool      // the mail is about a correction
	at      time.Time // when it was made
	fresh   bool      // young enough to confirm the address
	path    string
}

// canConfirm reports whether the link may confirm the address: it is from the
// mail that asks the owner to do so, it is fresh, it was made after the last
// revocation, and the owner has not answered. Only such a link proves that the
// address is the reader's own, and only once, because the answer is stored.
func (l mailLink) canConfirm(a *people.Address) bool {
	asked := a.AskedFor != nil && *a.AskedFor == l.comment
	return asked && l.fresh && !a.Confirmed() && (a.RevokedAt.IsZero() || l.at.After(a.RevokedAt.Time))
}

// mailLink parses the link of the address.
func (cp *commenterPages) mailLink(c *request) (mailLink, error) {
	token := c.Param("key")
	subject, age, ok := cp.links.Read(people.ForMail, token, cp.db.Now())
	email, comment, two := strings.Cut(subject, " ")
	if !ok || !two {
		return mailLink{}, errLinkUnreadable
	}
	return mailLink{
		people.EmailForm(email), parseID(comment), comment == people.CorrectionMail, cp.db.Now().Add(-age), age <= people.MailProofLifetime,
		"/mail/" + token + "/",
	}, nil
}

// showMail shows the owner of an address its mail preferences. A GET changes
// nothing, because mail scanners open every link.
func (cp *commenterPages) showMail(c *request) error {
	link, err := cp.mailLink(c)
	if err != nil {
		return err
	}
	ctx := c.ctx()
	address, err := people.AddressOf(ctx, cp.db, link.email)
	if err != nil {
		return err
	}
	v := views.MailChoice{
		Page: cp.frame(c.site, cp.text(c.site, "mail.title"), link.path, nil), Email: link.email, Action: link.path,
		Confirmed: address.Confirmed(), Stopped: !address.StoppedAt.IsZero(), Daily: address.Daily,
		Corrections: address.Corrections, Done: c.flash(mailDone),
		TooOld: !link.canConfirm(address) && !address.Confirmed(),
	}
	v.NoIndex = true
	if v.Done != "" {
		prependMessage(&v.Page, cp.text(c.site, v.Done))
	}
	list, err := notify.FollowsOf(ctx, cp.db, link.email)
	if err != nil {
		return err
	}
	articles, err := cp.articlesOf(c, list)
	if err != nil {
		return err
	}
	for _, comment := range list {
		follow := views.MailFollow{ID: comment.ID, Excerpt: richtext.Excerpt(richtext.CommentText(comment.Text), 200)}
		if article := articles[comment.ArticleID]; article != nil {
			follow.Article = views.Link{Name: article.Title, URL: c.site.ArticlePath(article)}
		}
		v.Follows = append(v.Follows, follow)
	}
	return render(cp.pages, c, views.MailPage, v, personalAnswer(http.StatusOK))
}

// postMail stores the owner's choice. With a fresh link, the browser has also
// verified the address.
func (cp *commenterPages) postMail(c *request) error {
	link, err := cp.mailLink(c)
	if err != nil {
		return err
	}
	ctx, done := c.ctx(), ""
	switch c.form.Get("do") {
	case "confirm":
		if done, err = cp.confirmMail(c, link, c.form.Get("when") == "daily"); err == nil {
			err = people.ChooseCorrections(ctx, cp.db, link.email, c.form.Get("corrections") == "yes")
		}
	case "stop-corrections":
		done, err = "corrections", people.ChooseCorrections(ctx, cp.db, link.email, false)
	case "stop":
		done, err = "stop", notify.Unfollow(ctx, cp.db, link.email, parseID(c.form.Get("comment")))
	case "stop-all":
		done, err = "stopped", people.StopMail(ctx, cp.db, link.email)
	default:
		err = models.Errorf(models.Invalid, "there is no such action")
	}
	if err != nil {
		return err
	}
	return c.seeOther(withDone(link.path, done))
}

// confirmMail stores that the owner of the address wants mail. The link of the
// mail that asks for this also marks the address as verified in the browser's
// cookie.
func (cp *commenterPages) confirmMail(c *request, link mailLink, daily bool) (done string, err error) {
	ctx := c.ctx()
	address, err := people.AddressOf(ctx, cp.db, link.email)
	if err != nil {
		return "", err
	}
	proves := link.canConfirm(address)
	if !proves && !address.Confirmed() {
		return "", models.Errorf(models.Forbidden, "this link is too old to show that the address is yours")
	}
	if err := people.ConfirmMail(ctx, cp.db, link.email, daily); err != nil {
		return "", err
	}
	if done = "confirmed"; daily {
		done = "daily"
	}
	if !proves {
		return done, nil
	}
	if link.comment != 0 {
		if err := notify.VerifyComment(ctx, cp.db, link.email, link.comment); err != nil {
			return "", err
		}
	}
	who := c.commenter
	if who == nil {
		who = &commenter{Token: newToken(), Fresh: true}
	}
	who.Verified, who.VerifiedAt = link.email, cp.db.Now().UnixMicro()
	return done, cp.cookies.commenters.set(c.Response(), c.Request(), *who)
}

// showMailStop redirects a person to the page with the buttons. The link is for
// mail programs, which post to it (RFC 8058).
func (cp *commenterPages) showMailStop(c *request) error {
	link, err := cp.mailLink(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return redirectTemporarily(c, link.path)
}

// postMailStop stops mail about one comment or about corrections, or all mail. Mail programs post
// here without a question (RFC 8058).
func (cp *commenterPages) postMailStop(c *request) error {
	link, err := cp.mailLink(c)
	if err != nil {
		return err
	}
	switch ctx := c.ctx(); {
	case link.news:
		err = people.ChooseCorrections(ctx, cp.db, link.email, false)
	case link.comment != 0:
		err = notify.Unfollow(ctx, cp.db, link.email, link.comment)
	default:
		err = people.StopMail(ctx, cp.db, link.email)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// postMyCommentsLink mails a link to the comments of an address. The answer is
// the same when there are none.
func (cp *commenterPages) postMyCommentsLink(c *request) error {
	if !cp.mail {
		return errNoPage
	}
	if err := notify.RequestLink(c.ctx(), cp.db, c.form.Get("email")); err != nil {
		return err
	}
	return c.seeOther(myCommentsPath("", "done", "linked"))
}
