package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/views"
	"broadsheet/views/termdesk"
)

// termLogPath is the address of the log of changes of terms.
const termLogPath = "/desk/terms"

// termPrefix begins the operations that undo a change of a term.
const termPrefix = "term-"

func termOperation(change int64) string { return termPrefix + strconv.FormatInt(change, 10) }

// termKinds are the kinds of terms by their kind in the log.
var termKinds = map[taxonomy.Kind]termKind{
	taxonomy.CategoryKind: categoryTerms, taxonomy.TagKind: tagTerms, taxonomy.AuthorKind: authorTerms,
}

// withChange returns an address that shows a message with the undo of a change, 0 for none.
func withChange(address, done string, change int64) string {
	address = withDone(address, done)
	if change != 0 {
		address = withQuery(address, "change="+strconv.FormatInt(change, 10))
	}
	return address
}

// addUndo adds the undo of the change that the address names to the foot of a page.
func (tk *termkeeping) addUndo(c *request, page *views.Page) error {
	id := parseID(c.QueryParam("change"))
	if id == 0 || page.Desk.Flash == "" {
		return nil
	}
	change, err := termchanges.ChangeByID(c.ctx(), tk.db, id)
	if models.KindOf(err) == models.NotFound {
		return nil
	}
	if err == nil && change.CanUndo(tk.db.Now()) {
		page.Desk.Undo, page.Desk.UndoURL, page.Desk.BackURL = termOperation(id), undoPath, c.Request().URL.Path
	}
	return err
}

// undoneJSON is the answer to the desk's script after an undo of a change of a term.
type undoneJSON struct {
	Next string `json:"next"` // the page that shows the term again
}

// undoTerm undoes a change of a term. Every editor may do so.
func (mo *moderating) undoTerm(c *request, op string) error {
	id := parseID(strings.TrimPrefix(op, termPrefix))
	if id == 0 || !editors.Admits(c.viewer.may) {
		return models.Errorf(models.NotFound, "there is no such change")
	}
	change, kept, err := termchanges.Undo(c.ctx(), mo.db, c.viewer.actor(), id)
	next := ""
	refusal, refused := errors.AsType[*models.Error](err)
	switch {
	case refused && strings.HasPrefix(refusal.Code, "undo-"):
		next = withDone(termLogPath, refusal.Code)
	case err != nil:
		return err
	case kept > 0:
		next = withQuery(withDone(termKinds[change.Kind].formPath(change.SubjectID), "undone"), "kept="+strconv.Itoa(kept))
	default:
		next = withDone(termKinds[change.Kind].formPath(change.SubjectID), "undone")
	}
	if !wantsJSON(c.Request()) {
		return c.seeOther(next)
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, undoneJSON{next})
}

// addKept adds to the message about an undo how many stories have kept other terms.
func (tk *termkeeping) addKept(c *request, page *views.Page) {
	if n := parseID(c.QueryParam("kept")); n > 0 && c.QueryParam("done") == "undone" {
		page.Desk.Flash += " " + tk.views.Count(c.site.Language, "terms.undone.kept", int(n))
	}
}

// showTermLog shows the changes of terms, newest first, with the undo of those that can be
// undone.
func (tk *termkeeping) showTermLog(c *request) error {
	list, next, err := termchanges.Log(c.ctx(), tk.db, parseID(c.QueryParam("after")))
	if err != nil {
		return err
	}
	v := termdesk.Log{Tabs: termTabs(termLogPath), Days: termchanges.UndoDays}
	for i := range list {
		v.Rows = append(v.Rows, tk.presentChange(c, &list[i]))
	}
	if next != 0 {
		v.Next = withQuery(termLogPath, "after="+strconv.FormatInt(next, 10))
	}
	if c.QueryParam("after") != "" {
		v.First = termLogPath
	}
	page := views.TermLog{Page: tk.termFrame(c, tk.text(c.site, "terms.title.log")), Log: v}
	return render(tk.pages, c, views.TermLogPage, page, personalAnswer(http.StatusOK))
}

func (tk *termkeeping) presentChange(c *request, change *termchanges.Change) termdesk.Change {
	k := termKinds[change.Kind]
	shown := termdesk.Change{
		ID: change.ID, At: inSiteZone(c.site, change.At.Time), By: change.Actor,
		Kind: "terms.kind." + k.name, Verb: "terms.log." + change.Verb,
		Name: change.Name, Other: change.Other,
	}
	if change.Verb != termchanges.Removed || !change.UndoneAt.IsZero() {
		shown.URL = k.formPath(change.SubjectID)
	}
	if change.Other == change.Name {
		shown.Other = ""
	}
	if !change.UndoneAt.IsZero() {
		shown.UndoneAt, shown.UndoneBy = inSiteZone(c.site, change.UndoneAt.Time), change.UndoneBy
	}
	if change.CanUndo(tk.db.Now()) {
		shown.Undo, shown.Until = termOperation(change.ID), inSiteZone(c.site, change.Until())
	}
	return shown
}
