package handlers

import (
	"fmt"
	"net/http"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/notices"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// receiptPath returns the address of the page about a report, for its sender. Its key
// has no end: a decision can come late.
func (re *reacting) receiptPath(report, comment int64) string {
	key := re.links.Make(people.ForReceipt, fmt.Sprint(report, " ", comment), re.db.Now())
	return "/comments/report/" + key + "/"
}

// showReceipt tells the sender of a report what became of it. It shows nothing of the
// comment, and of the report only what a stranger with the address may know.
func (re *reacting) showReceipt(c *request) error {
	ctx, site := c.ctx(), c.site
	subject, _, ok := re.links.Read(people.ForReceipt, c.Param("key"), re.db.Now())
	var report, comment int64
	if n, _ := fmt.Sscan(subject, &report, &comment); !ok || n != 2 {
		return errNoPage
	}
	n, err := notices.ByID(ctx, re.db, report, comment)
	if err != nil {
		return err
	}
	v := views.Receipt{
		Page: re.frame(site, re.text(site, "receipt.title"), "/comments/report/", nil), Number: int(n.ID),
		At: inSiteZone(site, n.At.Time), Reason: "report." + n.Reason, Outcome: "receipt." + string(n.Outcome()),
		Open: n.Outcome() == notices.Open, Sent: c.QueryParam("done") == "sent", Mail: re.mail && n.TakesMail(),
	}
	v.NoIndex = true
	if n.Law != "" {
		v.Law = "law." + n.Law
	}
	addOutcome(&v, site, n)
	_, article, err := re.loadPublic(ctx, comment)
	switch {
	case err == nil:
		v.Article = views.Link{Name: article.Title, URL: site.ArticlePath(article)}
		v.Language, v.ArticleDir = articleLanguage(site, article.Language, article.Title)
	case models.KindOf(err) != models.NotFound:
		return err
	}
	if v.Sent {
		prependMessage(&v.Page, re.text(site, "report.thanks"))
	}
	return render(re.pages, c, views.ReceiptPage, v, personalAnswer(http.StatusOK))
}

// addOutcome adds the decision on a report, or the day by which one is due.
func addOutcome(v *views.Receipt, site *newsroom.Site, n *notices.Notice) {
	if v.Open && n.Reason == notices.Illegal {
		v.Until = inSiteZone(site, noticeUntil(site, n))
	}
	if !v.Open {
		v.EndedAt = inSiteZone(site, n.EndedAt().Time)
	}
	if n.Outcome() == notices.Removed {
		v.Removed, v.ByHand, v.Again = true, n.ByHand, n.State == discussion.Approved
		if ground := n.Ground(); ground != "" {
			v.Ground = "reason." + ground
		}
	}
}
