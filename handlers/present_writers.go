package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/people/bans"
	"broadsheet/views"
	"broadsheet/views/moderate"
)

// withParams returns an address with those parameters, of name and value, that have a
// value.
func withParams(address string, params ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		if params[i+1] != "" {
			q.Set(params[i], params[i+1])
		}
	}
	if len(q) == 0 {
		return address
	}
	return address + "?" + q.Encode()
}

// writerLines presents a list of writers.
func (mo *moderating) writerLines(c *request, list []writers.Entry) (lines []views.WriterLine, err error) {
	var newest []*discussion.Comment
	for i := range list {
		newest = append(newest, &list[i].Newest)
	}
	titles, err := mo.titlesOf(c.ctx(), c.viewer.User, newest)
	if err != nil {
		return nil, err
	}
	here := c.Request().URL.RequestURI()
	for i := range list {
		e := &list[i]
		line := views.WriterLine{
			Name: e.Newest.Author, URL: withBack(mo.writerPath(e.Writer), here), Kind: string(e.Kind), Email: e.Newest.Email,
			Network: e.Newest.Network, Notes: e.Notes,
		}
		if e.Newest.ID != 0 {
			line.Newest = new(commentLine(c.site, &e.Newest, titles[e.Newest.ArticleID], here))
		}
		for _, b := range e.Bans {
			mark := views.WriterMark{Kind: string(b.Kind)}
			if !b.EndsAt.IsZero() {
				mark.Until = inSiteZone(c.site, b.EndsAt.Time)
			}
			line.Marks = append(line.Marks, mark)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// renderWriter shows the page of a writer, after a refusal with what was typed.
func (mo *moderating) renderWriter(c *request, w writers.Writer, typed writerForms) error {
	ctx, scope, code := c.ctx(), c.viewer.scope, http.StatusOK
	profile, err := writers.ProfileOf(ctx, mo.db, scope, w, mo.db.Now())
	if err != nil {
		return err
	}
	self := mo.writerPath(w)
	v := views.Writer{
		MayForget: c.viewer.mayForget(),
		BackURL:   deskOr(c.QueryParam("back"), writersPath), Self: self, Here: self, Kind: string(w.Kind),
		Name: profile.Names[0].Name, Total: profile.Total, Cut: profile.Cut, Reports: profile.Reports,
		First: inSiteZone(c.site, profile.First.Time), Last: inSiteZone(c.site, profile.Last.Time),
		Recent: presentWriterShare(profile.Recent), All: presentWriterShare(profile.All), Note: views.Field{Value: typed.note},
	}
	if c.Request().Method == http.MethodGet {
		v.Here = withParams(self, "state", c.QueryParam("state"), "before", c.QueryParam("before"))
	}
	if v.Page, err = mo.deskPage(c, profile.Names[0].Name, v.Here); err != nil {
		return err
	}
	v.Email = firstEmail(c, mo, w, profile)
	for _, add := range []func(*request, writers.Writer, *writers.Profile, *views.Writer) error{
		mo.addWriterComments, mo.addWriterNotes, mo.addWriterBans, mo.addWriterLog,
	} {
		if err := add(c, w, profile, &v); err != nil {
			return err
		}
	}
	if typed.refused != nil {
		if code, err = mo.markRefused(c, typed, &v); err != nil {
			return err
		}
	}
	return render(mo.pages, c, views.WriterPage, v, personalAnswer(code))
}

// firstTarget returns the address of a writer, "" for none.
func firstTarget(c *request, mo *moderating, w writers.Writer) string {
	targets, err := w.Targets(c.ctx(), mo.db)
	if err != nil || len(targets) == 0 {
		return ""
	}
	return targets[0].Value
}

// markRefused marks the field that was refused, and returns the status of the answer.
func (mo *moderating) markRefused(c *request, typed writerForms, v *views.Writer) (status int, err error) {
	status = statusOf(typed.refused)
	e, _ := errors.AsType[*models.Error](typed.refused)
	switch {
	case typed.comment != 0:
		wrong := "not-web-address"
		for i := range v.Comments {
			if row := &v.Comments[i]; row.ID == typed.comment {
				row.Open = true
				row.Website = views.Field{Value: typed.value, Error: wrong}
			}
		}
		v.Refused = "writer.refused.website"
	case e != nil && len(e.Fields) > 0:
		v.Note.Error, v.Note.Limit = e.Fields[0].Code, e.Fields[0].Limit
	default:
		shown, err := mo.refused(c, refusalsOf.ban, typed.refused)
		if err != nil {
			return 0, err
		}
		v.Refused, status = shown.key, shown.status
	}
	return status, nil
}

func presentWriterShare(s writers.Share) views.WriterShare {
	return views.WriterShare{Decided: s.Decided, Declined: s.Declined, Percent: s.Percent()}
}

// addWriterComments adds the names used, a page of the comments, and the tabs of their
// states.
func (mo *moderating) addWriterComments(c *request, w writers.Writer, p *writers.Profile, v *views.Writer) error {
	for _, use := range p.Names {
		v.Names = append(v.Names, views.WriterName{Name: use.Name, Comments: use.Comments})
	}
	chosen := discussion.State(c.QueryParam("state"))
	v.Tabs = []views.WriterTab{{Name: "writer.state.all", URL: v.Self, Count: p.Total, Current: chosen == ""}}
	for _, state := range discussion.States {
		if n := p.States[state]; n > 0 || chosen == state {
			v.Tabs = append(v.Tabs, views.WriterTab{
				Name: "state." + string(state), URL: withParams(v.Self, "state", string(state)), Count: n, Current: chosen == state,
			})
		}
	}
	list, next, err := w.Comments(c.ctx(), mo.db, c.viewer.scope, chosen, parseID(c.QueryParam("before")))
	if err != nil {
		return err
	}
	var shown []*discussion.Comment
	for i := range list {
		shown = append(shown, &list[i])
	}
	titles, err := mo.titlesOf(c.ctx(), c.viewer.User, shown)
	if err != nil {
		return err
	}
	for _, m := range shown {
		v.Comments = append(v.Comments, views.WriterComment{
			CardPeer: commentLine(c.site, m, titles[m.ArticleID], v.Here), ID: m.ID, Version: m.Version, Author: m.Author,
			Name: views.Field{Value: m.Author}, Website: views.Field{Value: m.URL},
		})
	}
	if next != 0 {
		v.Next = withParams(v.Self, "state", string(chosen), "before", strconv.FormatInt(next, 10))
	}
	return nil
}

// addWriterNotes adds the moderators' notes.
func (mo *moderating) addWriterNotes(c *request, w writers.Writer, _ *writers.Profile, v *views.Writer) error {
	list, err := writernotes.Of(c.ctx(), mo.db, w.Kind, w.Value)
	for _, n := range list {
		v.Notes = append(v.Notes, views.WriterNote{
			ID: n.ID, Text: n.Text, SetBy: n.SetBy, SetByID: accountNumber(n.SetByID), At: inSiteZone(c.site, n.At.Time),
			Own: n.SetByID != nil && *n.SetByID == c.viewer.ID,
		})
	}
	return err
}

// addWriterBans adds the bans in force and past, the two marks, and the form for a ban.
func (mo *moderating) addWriterBans(c *request, w writers.Writer, p *writers.Profile, v *views.Writer) error {
	ctx, scope := c.ctx(), c.viewer.scope
	list, err := w.Bans(ctx, mo.db, c.viewer.ownBans())
	if err != nil {
		return err
	}
	for i := range list {
		line := mo.banLine(c.site, &list[i])
		line.May, line.Back = true, v.Here
		switch {
		case !line.Ended.IsZero():
			v.Over = append(v.Over, line)
		case list[i].Kind == bans.Trusted:
			v.Trust = &line
		case list[i].Kind == bans.HeldBack && list[i].Target != bans.TargetDomain:
			v.Hold = &line
		default:
			v.Bans = append(v.Bans, line)
		}
	}
	targets, err := w.Targets(ctx, mo.db)
	if err != nil {
		return err
	}
	v.May = len(targets) > 0
	if v.May && scope.Limited() {
		v.May = scope.Ban(ctx, mo.db, targets[0].Mark, targets[0].Value) == nil
	}
	if !v.May {
		return nil
	}
	v.Days = []int{0, 7, 30, 90, untilDate}
	v.Ban, err = mo.writerBanForm(c, targets, p.Newest)
	v.Ban.Back = v.Here
	if !scope.Limited() {
		v.More = withBack(bansPath+"/new?comment="+strconv.FormatInt(p.Newest.ID, 10), v.Here)
	}
	return err
}

// addWriterLog adds the newest decisions about the writer's comments.
func (mo *moderating) addWriterLog(c *request, w writers.Writer, _ *writers.Profile, v *views.Writer) error {
	log, err := w.Statements(c.ctx(), mo.db, c.viewer.scope)
	v.Log = mo.logLines(c.site, log, v.Here)
	return err
}

// writerBanForm returns the form for a ban of a writer by the writer's own address or
// browser, which touches no other person.
func (mo *moderating) writerBanForm(c *request, targets []writers.Target, newest *discussion.Comment) (moderate.BanForm, error) {
	form := newBanForm(newest)
	form.choice = string(targets[0].Mark) + " " + targets[0].Value
	form.only = targets
	form.panel = true
	v, err := mo.presentBanForm(c, form)
	v.Panel = false // the page has its own focus
	return v, err
}
