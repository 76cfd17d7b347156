package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/views"

	"github.com/labstack/echo/v4"
)

// voice returns who recommends or reports.
func (tk *talk) voice(c echo.Context) (discussion.Visitor, error) {
	r := c.Request()
	v := discussion.Visitor{IP: tk.address(r)}
	if who := tk.repliers.get(r); who != nil {
		v.Token, v.Verified = who.Token, who.Verified
	}
	staff, err := tk.resume(c)
	v.Staff = staff.may(people.Moderating)
	if staff != nil {
		v.Account = staff.Email
	}
	return v, err
}

// postRecommend counts a recommendation, or takes it back with the field
// "back", and leads back to the comment.
func (tk *talk) postRecommend(c echo.Context) error {
	r := c.Request()
	site, err := tk.site.Get(r.Context())
	if err != nil {
		return err
	}
	if r.ContentLength != 0 { // a button without a name sends nothing
		if err := parseForm(r); err != nil {
			return err
		}
	}
	voice, err := tk.voice(c)
	if err != nil {
		return err
	}
	if r.PostForm.Get("back") != "" {
		if _, err := discussion.TakeBack(r.Context(), tk.DB, idOf(c.Param("id")), voice); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/comment/"+c.Param("id")+"/")
	}
	stranger := voice.Token == ""
	if stranger {
		voice.Token = newToken() // by which the browser can take it back
	}
	if _, err := discussion.Recommend(r.Context(), tk.DB, site, idOf(c.Param("id")), voice); err != nil {
		return err
	}
	if stranger {
		if err := tk.repliers.set(c.Response(), r, replier{Token: voice.Token, Fresh: true}); err != nil {
			return err
		}
	}
	return c.Redirect(http.StatusSeeOther, "/comment/"+c.Param("id")+"/")
}

// reported is the subject of a report.
type reported struct {
	site    *newsroom.Site
	comment *discussion.Comment
	story   *newsroom.Article
}

// reported finds the public comment of an address.
func (tk *talk) reported(c echo.Context) (reported, error) {
	ctx := c.Request().Context()
	site, err := tk.site.Get(ctx)
	if err != nil {
		return reported{}, err
	}
	comment, story, err := tk.inPublic(ctx, idOf(c.Param("id")))
	if err == nil && comment.State != discussion.Approved {
		err = errNoPage
	}
	return reported{site, comment, story}, err
}

// showReport asks what is wrong with a comment.
func (tk *talk) showReport(c echo.Context) error {
	about, err := tk.reported(c)
	if err != nil {
		return err
	}
	return tk.renderReport(c, about, views.Report{})
}

// postReport takes a report. A refused one comes back as it was sent.
func (tk *talk) postReport(c echo.Context) error {
	r := c.Request()
	if err := parseForm(r); err != nil {
		return err
	}
	about, err := tk.reported(c)
	if err != nil {
		return err
	}
	v := views.Report{Reason: r.PostForm.Get("reason"), Note: views.Field{Value: r.PostForm.Get("note")}}
	voice, err := tk.voice(c)
	if err != nil {
		return err
	}
	number, err := discussion.Report(r.Context(), tk.DB, about.site, about.comment.ID, voice, v.Reason, v.Note.Value)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/comment/"+c.Param("id")+"/report/sent/?number="+strconv.FormatInt(number, 10))
	}
	refusal, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	v.Status = status(refusal)
	switch {
	case refusal.Kind == models.TooMany:
		v.Refused = "refused.reports"
	case refusal.Kind == models.Invalid:
		v.Refused = "refused.report"
	case refusal.Code == "banned" || refusal.Code == "suspended":
		v.Refused = "refused." + refusal.Code
	default:
		return err
	}
	setRetryAfter(c.Response().Header(), err)
	for _, f := range refusal.Fields {
		if f.Field == "note" {
			v.Note.Error, v.Note.Limit = f.Code, f.Limit
		}
	}
	return tk.renderReport(c, about, v)
}

// showReportSent thanks for a report and gives its number. The comment may
// be hidden by now.
func (tk *talk) showReportSent(c echo.Context) error {
	ctx := c.Request().Context()
	site, err := tk.site.Get(ctx)
	if err != nil {
		return err
	}
	comment, story, err := tk.inPublic(ctx, idOf(c.Param("id")))
	if err != nil {
		return err
	}
	number := idOf(c.QueryParam("number"))
	if number == 0 {
		return errNoPage
	}
	return tk.renderReport(c, reported{site, comment, story}, views.Report{Number: int(number)})
}

// renderReport shows the form, or the thanks.
func (tk *talk) renderReport(c echo.Context, about reported, v views.Report) error {
	site, comment, story := about.site, about.comment, about.story
	id := strconv.FormatInt(comment.ID, 10)
	v.Page = tk.frame(site, tk.text(site, "report.title"), "/comment/"+id+"/report/", nil)
	v.NoIndex = true
	v.Story = views.Link{Name: story.Title, URL: site.ArticlePath(story)}
	v.Language, v.StoryDir = storyLanguage(site, story.Language, story.Title)
	v.Action, v.BackURL = "/comment/"+id+"/report/", v.Story.URL+"#comments"
	if v.Number == 0 {
		w := commentWriter{site: site, path: v.Story.URL, page: threadPath(comment.ID)}
		v.Comment = still(w.comment(comment))
		v.BackURL = "/comment/" + id + "/"
	}
	if v.Number != 0 {
		announce(&v.Page, tk.text(site, "report.thanks"))
	}
	v.Reasons = discussion.ReportReasons
	if v.Status == 0 {
		v.Status = http.StatusOK
	}
	return render(tk.server, c, views.ReportPage, v, answer{v.Status, true})
}
