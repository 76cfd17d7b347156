package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/people/bans"
	"broadsheet/views"
)

// writerOfPath returns the address that leads to the page of a comment's writer.
func writerOfPath(comment int64) string { return writersPath + "/of/" + strconv.FormatInt(comment, 10) }

// writerPath returns the address of a writer's page, that of the list where the site
// has no key to make one.
func (mo *moderating) writerPath(w writers.Writer) string {
	part, err := w.Address(mo.keys)
	if err != nil {
		return writersPath
	}
	return writersPath + "/" + part
}

// showWriterOf leads to the page of a comment's writer. A comment without any trace of
// its writer leads to its own page.
func (mo *moderating) showWriterOf(c *request) error {
	_, m, err := mo.loadComment(c)
	if err != nil {
		return err
	}
	back := deskOr(c.QueryParam("back"), "")
	w, ok := writers.Of(m)
	if !ok {
		return c.seeOther(receipt{key: "no-writer"}.addTo(withBack(cardPath(m.ID), back)))
	}
	return c.seeOther(withBack(mo.writerPath(w), back))
}

// The lists of writers, by the parameter of the address.
const (
	noted  = "noted"
	marked = "marked"
	banned = "banned"
)

// maxWriterQuery is the length of the longest search, in characters.
const maxWriterQuery = 200

// showWriters shows a list of writers, or those that match a search.
func (mo *moderating) showWriters(c *request) (err error) {
	v := views.Writers{Query: truncate(c.QueryParam("q"), maxWriterQuery), Empty: "writers.none"}
	if v.Page, err = mo.deskPage(c, mo.text(c.site, "writers.title"), writersPath); err != nil {
		return err
	}
	which := c.QueryParam("list")
	list, next, err := mo.listWriters(c, which, v.Query)
	if err != nil {
		return err
	}
	if v.Lines, err = mo.writerLines(c, list); err != nil {
		return err
	}
	for _, name := range []string{"", noted, marked, banned} {
		address := writersPath
		if name != "" {
			address += "?list=" + name
		}
		key := "writers." + name
		if name == "" {
			key = "writers.recent"
		}
		v.Tabs = append(v.Tabs, views.WriterTab{Name: key, URL: address, Count: -1, Current: v.Query == "" && name == which})
	}
	if v.Query != "" {
		v.Empty = "writers.none-found"
	}
	if next != 0 {
		v.Next = withParams(writersPath, "list", which, "q", v.Query, "before", strconv.FormatInt(next, 10))
	}
	return render(mo.pages, c, views.WritersPage, v, personalAnswer(http.StatusOK))
}

// listWriters returns a page of a list, with the marks of each writer.
func (mo *moderating) listWriters(c *request, which, query string) (list []writers.Entry, next int64, err error) {
	ctx, scope, own, before := c.ctx(), c.viewer.scope, c.viewer.ownBans(), parseID(c.QueryParam("before"))
	switch {
	case query != "":
		if _, err = discussion.IndexForSearch(ctx, mo.db); err == nil {
			list, next, err = writers.Search(ctx, mo.db, scope, query, before)
		}
	case which == noted:
		list, next, err = writers.Noted(ctx, mo.db, scope, before)
	case which == marked:
		list, next, err = writers.Under(ctx, mo.db, scope, []bans.Kind{bans.Trusted, bans.HeldBack}, own, before)
	case which == banned:
		list, next, err = writers.Under(ctx, mo.db, scope, []bans.Kind{bans.Banned, bans.Suspended}, own, before)
	default:
		list, next, err = writers.Recent(ctx, mo.db, scope, before)
	}
	if err == nil {
		err = writers.Mark(ctx, mo.db, list, own)
	}
	return list, next, err
}

// loadWriter returns the writer of an address.
func (mo *moderating) loadWriter(c *request) (writers.Writer, error) {
	w, ok := writers.Parse(mo.keys, c.Param("writer"))
	if !ok {
		return w, errNoPage
	}
	return w, nil
}

// writerForms holds what was typed into a form of the page that was refused.
type writerForms struct {
	note    string
	field   writers.Field
	comment int64 // the comment whose field was refused
	value   string
	refused error
}

// showWriter shows all that is known about one writer.
func (mo *moderating) showWriter(c *request) error {
	w, err := mo.loadWriter(c)
	if err != nil {
		return err
	}
	return mo.renderWriter(c, w, writerForms{})
}

// postWriterNote adds a note about a writer, or removes one.
func (mo *moderating) postWriterNote(c *request) error {
	w, err := mo.loadWriter(c)
	if err == nil {
		err = mo.mayKnow(c, w)
	}
	if err != nil {
		return err
	}
	if c.form.Get("do") == "drop" {
		err := writernotes.Remove(c.ctx(), mo.db, c.viewer.actor(), w.Kind, w.Value, parseID(c.form.Get("note")))
		if err != nil {
			return err
		}
		return c.seeOther(receipt{key: "note-gone"}.addTo(mo.writerPath(w)))
	}
	text := c.form.Get("text")
	err = writernotes.Add(c.ctx(), mo.db, c.viewer.actor(), w.Kind, w.Value, text)
	if models.KindOf(err) == models.Invalid {
		return mo.renderWriter(c, w, writerForms{note: text, refused: err})
	}
	if err != nil {
		return err
	}
	return c.seeOther(receipt{key: "noted"}.addTo(mo.writerPath(w)))
}

// mayKnow refuses a writer without a comment in the viewer's scope.
func (mo *moderating) mayKnow(c *request, w writers.Writer) error {
	_, _, err := w.Comments(c.ctx(), mo.db, c.viewer.scope, "", 0)
	if err == nil {
		_, err = writers.ProfileOf(c.ctx(), mo.db, c.viewer.scope, w, mo.db.Now())
	}
	return err
}

// postWriterMark lets a writer always be published, or always be held.
func (mo *moderating) postWriterMark(c *request) error {
	w, err := mo.loadWriter(c)
	if err != nil {
		return err
	}
	kind := bans.Kind(c.form.Get("mark"))
	if kind != bans.Trusted && kind != bans.HeldBack {
		return models.Errorf(models.Invalid, "there is no such mark")
	}
	targets, err := w.Targets(c.ctx(), mo.db)
	if err != nil || len(targets) == 0 {
		return firstOf(err, errNoPage)
	}
	if w.Kind == writernotes.Typed && kind == bans.Trusted {
		return models.Errorf(models.Invalid, "an address that was only typed cannot be trusted")
	}
	to := targets[0]
	if err := c.viewer.scope.Ban(c.ctx(), mo.db, to.Mark, to.Value); err != nil {
		return err
	}
	days, err := strconv.Atoi(c.form.Get("days"))
	if err != nil || !slices.Contains(banDays, days) {
		days = 0
	}
	mark := bans.Ban{Kind: kind, Target: to.Mark, Value: to.Value, Reason: c.form.Get("reason")}
	mark.EndsAt, err = banEnd(c.site, days, c.form.Get("until"), mo.db.Now())
	var added *bans.Ban
	if err == nil {
		added, err = bans.Add(c.ctx(), mo.db, c.viewer.actor(), mo.banGuard(c), mark, days == 0)
	}
	if err != nil {
		return mo.renderWriter(c, w, writerForms{refused: err})
	}
	done := receipt{key: "marked-" + string(kind), op: banOperation{ban: added.ID}.String()}
	return mo.answerReceipt(c, done, mo.writerPath(w))
}

// postField changes the name or the website of a comment.
func (mo *moderating) postField(c *request) error {
	_, m, err := mo.loadComment(c)
	if err != nil {
		return err
	}
	field, value := writers.Field(strings.TrimSpace(c.form.Get("field"))), c.form.Get("value")
	seen := discussion.Versioned{ID: m.ID, Version: int(parseID(c.form.Get("version")))}
	err = writers.SetField(c.ctx(), mo.db, c.viewer.actor(), seen, field, value)
	w, known := writers.Of(m)
	if models.KindOf(err) == models.Invalid && known && !wantsJSON(c.Request()) {
		return mo.renderWriter(c, w, writerForms{field: field, comment: m.ID, value: value, refused: err})
	}
	if err != nil {
		return err
	}
	return mo.answerReceipt(c, receipt{key: "field"}, deskOr(c.form.Get("back"), cardPath(m.ID)))
}

// firstOf returns err, or otherwise if err is nil.
func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
