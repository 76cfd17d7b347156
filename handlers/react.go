package handlers

import (
	"net/http"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/react"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"
)

// reacting accepts recommendations and reports of comments.
type reacting struct {
	*discussions
	db      *models.DB
	auth    *authenticator
	clients *clients
	cookies *cookies
}

// visitor identifies the visitor that recommends or reports.
func (re *reacting) visitor(c *request) (react.Visitor, error) {
	r := c.Request()
	v := react.Visitor{IP: re.clients.address(r)}
	if who := c.commenter; who != nil {
		v.Token, v.Verified = who.Token, who.Verified
	}
	staff, err := re.auth.resume(c)
	v.Staff = staff.may(people.Moderating)
	if staff != nil {
		v.Account = staff.Email
	}
	return v, err
}

// postRecommend counts a recommendation, or takes it back with the field
// "back", and redirects to the comment.
func (re *reacting) postRecommend(c *request) error {
	r := c.Request()
	visitor, err := re.visitor(c)
	if err != nil {
		return err
	}
	if c.form.Get("back") != "" {
		if _, err := react.TakeBack(c.ctx(), re.db, parseID(c.Param("id")), visitor); err != nil {
			return err
		}
		return c.seeOther(commentPath(parseID(c.Param("id"))))
	}
	stranger := visitor.Token == ""
	if stranger {
		visitor.Token = newToken() // by which the browser can take it back
	}
	if _, err := react.Recommend(c.ctx(), re.db, c.site, parseID(c.Param("id")), visitor); err != nil {
		return err
	}
	if stranger {
		if err := re.cookies.commenters.set(c.Response(), r, commenter{Token: visitor.Token, Fresh: true}); err != nil {
			return err
		}
	}
	return c.seeOther(commentPath(parseID(c.Param("id"))))
}

// reported is the subject of a report.
type reported struct {
	site    *newsroom.Site
	comment *discussion.Comment
	article *newsroom.Article
}

// reported finds the public comment of an address.
func (re *reacting) reported(c *request) (reported, error) {
	ctx := c.ctx()
	comment, article, err := re.loadPublic(ctx, parseID(c.Param("id")))
	if err == nil && comment.State != discussion.Approved {
		err = errNoPage
	}
	return reported{c.site, comment, article}, err
}

// showReport shows the form of a report.
func (re *reacting) showReport(c *request) error {
	about, err := re.reported(c)
	if err != nil {
		return err
	}
	return re.renderReport(c, about, views.Report{})
}

// postReport stores a report. A refused report is returned in the form.
func (re *reacting) postReport(c *request) error {
	about, err := re.reported(c)
	if err != nil {
		return err
	}
	v := views.Report{Reason: c.form.Get("reason"), Note: views.Field{Value: c.form.Get("note")}}
	visitor, err := re.visitor(c)
	if err != nil {
		return err
	}
	number, err := react.Report(c.ctx(), re.db, about.site, about.comment.ID, visitor, v.Reason, v.Note.Value)
	if err == nil {
		return c.seeOther(reportSentPath(about.comment.ID, number))
	}
	shown, other := re.refused(c, refusalsOf.report, err)
	if other != nil {
		return other
	}
	v.Status, v.Refused = shown.status, shown.key
	inputs{"note": &v.Note}.mark(err)
	return re.renderReport(c, about, v)
}

// showReportSent confirms a report with its number. The comment may be hidden
// by now.
func (re *reacting) showReportSent(c *request) error {
	ctx := c.ctx()
	comment, article, err := re.loadPublic(ctx, parseID(c.Param("id")))
	if err != nil {
		return err
	}
	number := parseID(c.QueryParam("number"))
	if number == 0 {
		return errNoPage
	}
	return re.renderReport(c, reported{c.site, comment, article}, views.Report{Number: int(number)})
}

// renderReport shows the form, or the confirmation.
func (re *reacting) renderReport(c *request, about reported, v views.Report) error {
	site, comment, article := about.site, about.comment, about.article
	v.Page = re.frame(site, re.text(site, "report.title"), reportPath(comment.ID), nil)
	v.NoIndex = true
	v.Article = views.Link{Name: article.Title, URL: site.ArticlePath(article)}
	v.Language, v.ArticleDir = articleLanguage(site, article.Language, article.Title)
	v.Action, v.BackURL = reportPath(comment.ID), v.Article.URL+"#comments"
	if v.Number == 0 {
		w := commentPresenter{site: site, path: v.Article.URL, page: threadPath(comment.ID)}
		v.Comment = withoutActions(w.presentComment(comment))
		v.BackURL = commentPath(comment.ID)
	}
	if v.Number != 0 {
		prependMessage(&v.Page, re.text(site, "report.thanks"))
	}
	v.Reasons = react.ReportReasons
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	return render(re.pages, c, views.ReportPage, v, personalAnswer(v.Status))
}
