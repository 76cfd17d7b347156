package handlers

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// postProof sends a link to the address in the reply form, and gives the form
// back as it was filled in: what was typed waits for no mail.
func (tk *talk) postProof(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := tk.site.Get(r.Context())
	if err != nil {
		return err
	}
	form, articleID := readForm(r)
	email, err := tk.askForProof(c, site, articleID, form)
	if err != nil {
		return tk.refuse(c, site, articleID, form, err)
	}
	form.linkSent = email
	return tk.giveBack(c, site, articleID, form, http.StatusOK, nil)
}

// askForProof asks for the link, unless this site sends no mail or the
// network has asked too often.
func (tk *talk) askForProof(c echo.Context, site *newsroom.Site, articleID int64, form formState) (email string, err error) {
	r := c.Request()
	in := discussion.Submission{ArticleID: articleID, Email: form.email, IP: tk.address(r)}
	if who := tk.repliers.get(r); who != nil {
		in.Token, in.VerifiedEmail = who.Token, who.Verified
	}
	staff, err := tk.resume(c)
	switch {
	case err != nil:
		return "", err
	case staff != nil:
		in.User = staff.User
	}
	if !tk.Mail {
		return "", models.Refuse(models.Forbidden, "verify", "this site sends no mail")
	}
	if allowed, err := tk.provers.Allow(network(in.IP)); err != nil || !allowed {
		refusal := models.Refuse(models.TooMany, "links", "too many links were asked for from this network")
		refusal.RetryAfter = time.Minute
		return "", refusal
	}
	return discussion.AskForProof(r.Context(), tk.DB, site, in)
}

// proof is what a mailed link shows, and where it leads.
type proof struct {
	email string
	story *newsroom.Article // nil where it is not public any more
	back  string            // the address of its form
	used  bool
	until time.Time // when the link is too old
}

// errProofUsed is the refusal of a link that was used already.
var errProofUsed = models.Refuse(models.Gone, "proof-used", "the link was used already")

// errLinkRevoked is the refusal of a link that was sent before the proofs of its
// address were taken back.
var errLinkRevoked error = models.Refuse(models.Gone, "link-revoked", "the link ended when the proofs of this address were taken back")

// errProofOld is the refusal of an expired link.
var errProofOld = models.Refuse(models.Gone, "proof-old", "the link was good for one day")

func (tk *talk) proofLink(ctx context.Context, site *newsroom.Site, key string) (proof, error) {
	subject, age, ok := tk.Links.Read(people.ForProof, key, tk.DB.Now())
	email, article, two := strings.Cut(subject, " ")
	switch {
	case !ok || !two:
		return proof{}, errLinkUnreadable
	}
	stands, err := people.IsVerified(ctx, tk.DB, email, tk.DB.Now().Add(-age))
	if err != nil || !stands {
		return proof{}, cmp.Or(err, errLinkRevoked)
	}
	used, err := people.IsLinkUsed(ctx, tk.DB, key)
	if err != nil {
		return proof{}, err
	}
	p := proof{email: email, back: "/", used: used, until: tk.DB.Now().Add(people.LinkRules[people.ForProof].Lifetime - age)}
	a, err := newsroom.ByID(ctx, tk.DB, idOf(article))
	if age > people.LinkRules[people.ForProof].Lifetime {
		return proof{}, atStory(errProofOld, site, a)
	}
	if models.KindOf(err) == models.NotFound || err == nil && a.Status != newsroom.Published {
		return p, nil
	}
	p.story, p.back = a, site.ArticlePath(a)+"#respond"
	return p, err
}

// showProof asks whether the address is the reader's own. Looking changes
// nothing: mail scanners look at every link.
func (tk *talk) showProof(c echo.Context) error {
	ctx, key := c.Request().Context(), c.Param("key")
	site, err := tk.site.Get(ctx)
	if err != nil {
		return err
	}
	p, err := tk.proofLink(ctx, site, key)
	if err != nil {
		return err
	}
	if p.used {
		return atStory(errProofUsed, site, p.story)
	}
	v := views.Proof{Page: tk.frame(site, tk.text(site, "proof.title"), proofPath(key), nil), Email: p.email, Action: proofPath(key)}
	v.NoIndex = true
	if p.story != nil {
		v.Story = views.Link{Name: p.story.Title, URL: p.back}
	}
	return render(tk.server, c, views.ProofPage, v, answer{http.StatusOK, true})
}

// postProven stores in the browser's cookie that the browser has verified the
// address. It then redirects to the form. The link works once.
func (tk *talk) postProven(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := tk.site.Get(ctx)
	if err != nil {
		return err
	}
	p, err := tk.proofLink(ctx, site, c.Param("key"))
	if err != nil {
		return err
	}
	who := tk.repliers.get(c.Request())
	if who == nil {
		who = &replier{Token: newToken(), Fresh: true}
	}
	first := false
	if !p.used {
		if first, err = people.MarkLinkUsedNow(ctx, tk.DB, c.Param("key"), p.until); err != nil {
			return err
		}
	}
	switch {
	case !first && who.Verified == p.email: // the second press of a double click
		return c.Redirect(http.StatusSeeOther, p.back)
	case !first:
		return atStory(errProofUsed, site, p.story)
	}
	who.Verified, who.VerifiedAt = p.email, tk.DB.Now().UnixMicro()
	if err := tk.repliers.set(c.Response(), c.Request(), *who); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, p.back)
}

// proofPath is the address of a mailed link.
func proofPath(key string) string { return "/comments/proof/" + key + "/" }
