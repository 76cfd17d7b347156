package handlers

import (
	"net/http"
	"slices"

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
	links   *people.Links
	mail    bool // the site can send mail
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
	in := react.Complaint{
		Reason: c.form.Get("reason"), Note: c.form.Get("note"), Law: c.form.Get("law"), Name: c.form.Get("name"),
		Email: c.form.Get("email"), GoodFaith: c.form.Get("faith") != "",
	}
	visitor, err := re.visitor(c)
	if err != nil {
		return err
	}
	number, err := react.Report(c.ctx(), re.db, about.site, about.comment.ID, visitor, in)
	if err == nil {
		return c.seeOther(withDone(re.receiptPath(number, about.comment.ID), "sent"))
	}
	v := views.Report{
		Reason: in.Reason, Note: views.Field{Value: in.Note}, Law: views.Field{Value: in.Law}, Name: views.Field{Value: in.Name},
		Email: views.Field{Value: in.Email}, Faith: views.Field{Value: c.form.Get("faith")},
	}
	shown, other := re.refused(c, refusalsOf.report, err)
	if other != nil {
		return other
	}
	v.Status, v.Refused = shown.status, shown.key
	if shown.key == "refused.report" && slices.Contains(react.ReportReasons, in.Reason) {
		v.Refused = "refused.notice"
	}
	inputs{"note": &v.Note, "law": &v.Law, "name": &v.Name, "email": &v.Email, "faith": &v.Faith}.mark(err)
	return re.renderReport(c, about, v)
}

// renderReport shows the form.
func (re *reacting) renderReport(c *request, about reported, v views.Report) error {
	site, comment, article := about.site, about.comment, about.article
	v.Page = re.frame(site, re.text(site, "report.title"), reportPath(comment.ID), nil)
	v.NoIndex = true
	v.Article = views.Link{Name: article.Title, URL: site.ArticlePath(article)}
	v.Language, v.ArticleDir = articleLanguage(site, article.Language, article.Title)
	w := commentPresenter{site: site, path: v.Article.URL, page: threadPath(comment.ID)}
	v.Action, v.BackURL, v.Comment = reportPath(comment.ID), commentPath(comment.ID), withoutActions(w.presentComment(comment))
	v.Reasons, v.Laws = react.ReportReasons, react.Laws
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	return render(re.pages, c, views.ReportPage, v, personalAnswer(v.Status))
}
