package handlers

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

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
		return privacy.Commenter{Email: w.Value, Everywhere: true}
	case writernotes.Typed:
		return privacy.Commenter{Typed: w.Value}
	default:
		return privacy.Commenter{TokenHash: w.Value}
	}
}

// forgetting returns the writer and the person that a form or an address of the page
// names. The writer of an address is everybody who gave it, from any browser.
func (mo *moderating) forgetting(c *request, do string) (w writers.Writer, person *privacy.Person, err error) {
	if w, err = mo.loadWriter(c); err != nil {
		return w, nil, err
	}
	if !c.viewer.mayForget() {
		return w, nil, models.Errorf(models.Forbidden, "an editor of all sections does this")
	}
	if do != forgetDelete && do != forgetNames {
		return w, nil, errNoPage
	}
	person, err = privacy.PersonOf(c.ctx(), mo.db, commenterOf(w))
	return w, person, err
}

// forgetByEmail returns the address of the page about everything under an email address,
// "" for a viewer that may not open it.
func (mo *moderating) forgetByEmail(c *request, email string) string {
	if !c.viewer.mayForget() || !strings.Contains(email, "@") {
		return ""
	}
	return mo.writerPath(writers.Writer{Kind: writernotes.Email, Value: people.EmailForm(email)}) + forgetPart
}

// showForgetWriter asks once more, and names the number of the comments and the person.
func (mo *moderating) showForgetWriter(c *request) error {
	do := cmp.Or(c.QueryParam("do"), forgetDelete) // a question does no harm
	w, person, err := mo.forgetting(c, do)
	if err != nil {
		return err
	}
	v := views.ForgetWriter{
		Do: do, Name: person.Names[0], Names: person.Names[1:], Email: person.Email, Count: person.Comments, Self: mo.writerPath(w),
	}
	v.BackURL = v.Self
	if v.Page, err = mo.deskPage(c, mo.text(c.site, "forget."+do), v.Self); err != nil {
		return err
	}
	switch {
	case w.Kind == writernotes.Email:
		v.Wide, v.Browsers, v.Unproven = true, person.Browsers, person.Unproven
		v.BackURL = everythingBy("author", w.Value) // the page of the writer has only what is verified
	case person.Elsewhere > 0:
		v.Elsewhere, v.AllURL = person.Elsewhere, mo.forgetByEmail(c, person.Email)+"?do="+do
	}
	if w.Kind == writernotes.Account {
		v.Email = firstTarget(c, mo, w)
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
