package handlers

import (
	"cmp"
	"net/http"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion/privacy"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/people"
	"broadsheet/views"
)

// The last part of the address of the page that asks before a writer's comments are
// deleted or made anonymous, and what it may do.
const (
	forgetPart   = "/forget"
	forgetDelete = "delete"
	forgetNames  = "anonymise"
)

// mayForget reports whether the viewer deletes or makes anonymous all comments of a
// writer: an editor of all sections, because a writer may have comments in any.
func (v *viewer) mayForget() bool { return v.may(people.Editing) && !v.scope.Limited() }

// commenterOf returns the commenter that a writer's page is about.
func commenterOf(w writers.Writer) privacy.Commenter {
	switch w.Kind {
	case writernotes.Account:
		id, _ := strconv.ParseInt(w.Value, 10, 64)
		return privacy.Commenter{Account: id}
	case writernotes.Email:
		return privacy.Commenter{Email: w.Value}
	case writernotes.Typed:
		return privacy.Commenter{Typed: w.Value}
	default:
		return privacy.Commenter{TokenHash: w.Value}
	}
}

// forgetting is what a form or an address of the page names.
func (mo *moderating) forgetting(c *request, do string) (w writers.Writer, profile *writers.Profile, err error) {
	if w, err = mo.loadWriter(c); err != nil {
		return w, nil, err
	}
	if !c.viewer.mayForget() {
		return w, nil, models.Errorf(models.Forbidden, "an editor of all sections does this")
	}
	if do != forgetDelete && do != forgetNames {
		return w, nil, errNoPage
	}
	profile, err = writers.ProfileOf(c.ctx(), mo.db, c.viewer.scope, w, mo.db.Now())
	return w, profile, err
}

// showForgetWriter asks once more, and names the number of the comments and the person.
func (mo *moderating) showForgetWriter(c *request) error {
	do := cmp.Or(c.QueryParam("do"), forgetDelete) // a question does no harm
	w, profile, err := mo.forgetting(c, do)
	if err != nil {
		return err
	}
	v := views.ForgetWriter{Do: do, Name: profile.Names[0].Name, Email: firstEmail(c, mo, w, profile), Self: mo.writerPath(w)}
	if v.Count, err = privacy.CountBy(c.ctx(), mo.db, commenterOf(w)); err != nil {
		return err
	}
	if v.Page, err = mo.deskPage(c, mo.text(c.site, "forget."+do), v.Self); err != nil {
		return err
	}
	return render(mo.pages, c, views.ForgetWriterPage, v, personalAnswer(http.StatusOK))
}

// firstEmail returns the address by which a person on the telephone is known.
func firstEmail(c *request, mo *moderating, w writers.Writer, p *writers.Profile) string {
	if w.Kind == writernotes.Browser {
		return p.Newest.Email
	}
	return firstTarget(c, mo, w)
}

// postForgetWriter deletes all comments of a writer for good, or makes them anonymous.
func (mo *moderating) postForgetWriter(c *request) error {
	do := c.form.Get("do")
	w, _, err := mo.forgetting(c, do)
	if err != nil {
		return err
	}
	forget, done := privacy.DeleteBy, receipt{key: "deleted"}
	if do == forgetNames {
		forget, done = privacy.AnonymiseBy, receipt{key: "anonymised"}
	}
	if done.n, err = forget(c.ctx(), mo.db, c.viewer.actor(), commenterOf(w)); err != nil {
		return err
	}
	return c.seeOther(done.addTo(writersPath))
}
