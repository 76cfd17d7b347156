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
)

// postProof mails a link to the address in the reply form, and returns the form
// with its fields: the text must not wait for the mail.
func (co *commenting) postProof(c *request) error {
	r := c.Request()
	form, articleID := readForm(r)
	email, err := co.askForProof(c, articleID, form)
	if err != nil {
		return co.refuse(c, articleID, form, err)
	}
	form.linkSent = email
	return co.giveBack(c, articleID, form, http.StatusOK, nil)
}

// askForProof queues the mail, unless this site sends no mail or the network
// has asked too often.
func (co *commenting) askForProof(c *request, articleID int64, form formState) (email string, err error) {
	r := c.Request()
	in := discussion.Submission{ArticleID: articleID, Email: form.email, IP: co.clients.address(r)}
	if who := c.commenter; who != nil {
		in.Token, in.VerifiedEmail = who.Token, who.Verified
	}
	staff, err := co.auth.resume(c)
	switch {
	case err != nil:
		return "", err
	case staff != nil:
		in.User = staff.User
	}
	if !co.mail {
		return "", models.Refusal(models.Forbidden, "verify", "this site sends no mail")
	}
	if allowed, err := co.limits.proofs.Allow(networkOf(in.IP)); err != nil || !allowed {
		refusal := models.Refusal(models.TooMany, "links", "too many links were asked for from this network")
		refusal.RetryAfter = time.Minute
		return "", refusal
	}
	return discussion.RequestProof(c.ctx(), co.db, c.site, in)
}

// proof is the content of a mailed link.
type proof struct {
	email   string
	article *newsroom.Article // nil when it is no longer public
	back    string            // the address of its form
	used    bool
	until   time.Time // when the link expires
}

// errProofUsed is the refusal of a link that was used already.
var errProofUsed = models.Refusal(models.Gone, "proof-used", "the link was used already")

// errLinkRevoked is the refusal of a link that was sent before the proofs of its
// address were revoked.
var errLinkRevoked error = models.Refusal(models.Gone, "link-revoked", "the link ended when the proofs of this address were taken back")

// errProofOld is the refusal of an expired link.
var errProofOld = models.Refusal(models.Gone, "proof-old", "the link was good for one day")

func (co *commenting) proofLink(ctx context.Context, site *newsroom.Site, key string) (proof, error) {
	subject, age, ok := co.links.Read(people.ForProof, key, co.db.Now())
	email, article, two := strings.Cut(subject, " ")
	switch {
	case !ok || !two:
		return proof{}, errLinkUnreadable
	}
	stands, err := people.ProofHolds(ctx, co.db, email, co.db.Now().Add(-age))
	if err != nil || !stands {
		return proof{}, cmp.Or(err, errLinkRevoked)
	}
	used, err := people.IsLinkUsed(ctx, co.db, key)
	if err != nil {
		return proof{}, err
	}
	p := proof{email: email, back: "/", used: used, until: co.db.Now().Add(people.LinkRules[people.ForProof].Lifetime - age)}
	a, err := newsroom.ByID(ctx, co.db, parseID(article))
	if age > people.LinkRules[people.ForProof].Lifetime {
		return proof{}, withArticle(errProofOld, site, a)
	}
	if models.KindOf(err) == models.NotFound || err == nil && a.Status != newsroom.Published {
		return p, nil
	}
	p.article, p.back = a, site.ArticlePath(a)+"#respond"
	return p, err
}

// showProof asks whether the address is the reader's own. A GET changes
// nothing, because mail scanners open every link.
func (co *commenting) showProof(c *request) error {
	ctx, key := c.ctx(), c.Param("key")
	p, err := co.proofLink(ctx, c.site, key)
	if err != nil {
		return err
	}
	if p.used {
		return withArticle(errProofUsed, c.site, p.article)
	}
	v := views.Proof{Page: co.frame(c.site, co.text(c.site, "proof.title"), proofPath(key), nil), Email: p.email, Action: proofPath(key)}
	v.NoIndex = true
	if p.article != nil {
		v.Article = views.Link{Name: p.article.Title, URL: p.back}
	}
	return render(co.pages, c, views.ProofPage, v, personalAnswer(http.StatusOK))
}

// postProven stores in the browser's cookie that the browser has verified the
// address. It then redirects to the form. The link works once.
func (co *commenting) postProven(c *request) error {
	ctx := c.ctx()
	p, err := co.proofLink(ctx, c.site, c.Param("key"))
	if err != nil {
		return err
	}
	who := c.commenter
	if who == nil {
		who = &commenter{Token: newToken(), Fresh: true}
	}
	first := false
	if !p.used {
		if first, err = people.MarkLinkUsedNow(ctx, co.db, c.Param("key"), p.until); err != nil {
			return err
		}
	}
	switch {
	case !first && who.Verified == p.email: // the second press of a double click
		return c.seeOther(p.back)
	case !first:
		return withArticle(errProofUsed, c.site, p.article)
	}
	who.Verified, who.VerifiedAt = p.email, co.db.Now().UnixMicro()
	if err := co.cookies.commenters.set(c.Response(), c.Request(), *who); err != nil {
		return err
	}
	return c.seeOther(p.back)
}
