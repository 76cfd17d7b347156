package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/views"
)

// Addresses of the desk of the front page.
const (
	frontPath        = deskPath + "/front"
	frontPreviewPath = frontPath + "/preview"
	linePath         = frontPath + "#breaking"
)

// leadFor is how long an article stays the lead after one press of a button, so that no lead
// is forgotten.
const leadFor = 24 * time.Hour

// shownFronts is how many versions of the front page the history shows.
const shownFronts = 15

// arranging handles the pages on which editors arrange the front page.
type arranging struct {
	*desk
	db      *models.DB
	reading *reading
	editing *editing // has the list of plans
}

func newArranging(s *server) *arranging {
	return &arranging{desk: s.editing.desk, db: s.DB, reading: s.reading, editing: s.editing}
}

// showFrontDesk shows the form of the front page as it is stored.
func (ar *arranging) showFrontDesk(c *request) error {
	v, err := frontplan.Current(c.ctx(), ar.db)
	if err != nil {
		return err
	}
	return ar.renderDesk(c, newFrontForm(c.site, v, ar.db.Now()), nil)
}

// postFront changes the front page as the pressed button says.
func (ar *arranging) postFront(c *request) error {
	do := c.form.Get("do")
	button, place, _ := strings.Cut(do, "-")
	switch {
	case do == "" || do == "save":
		return ar.saveFront(c)
	case do == "end-line":
		return ar.endLine(c)
	case do == "try" || do == "find":
		return ar.again(c, func(*frontForm) {})
	case button == "up" || button == "down":
		return ar.again(c, func(f *frontForm) { f.move(button, place) })
	case button == "take":
		return ar.again(c, func(f *frontForm) { f.take(place) })
	case do == "lead" || do == "breaking":
		return ar.atOnce(c, do)
	case do == "restore":
		seen, err := strconv.ParseInt(c.form.Get("version"), 10, 64)
		if err != nil {
			seen = frontplan.AnyVersion
		}
		v, err := frontplan.Return(c.ctx(), ar.db, c.viewer.actor(), seen, parseID(c.form.Get("number")), frontplan.Restore)
		return ar.changed(c, v, err, "front-restored")
	case do == "move" || do == "call-off":
		return ar.moveEvent(c, do)
	}
	return models.Errorf(models.Invalid, "there is no such action")
}

// changed answers a change that one press of a button has made.
func (ar *arranging) changed(c *request, v *frontplan.Version, err error, done string) error {
	if stale, ok := errors.AsType[*frontplan.Stale](err); ok {
		f := newFrontForm(c.site, stale.Newest, ar.db.Now())
		return ar.renderDesk(c, f, models.Refusal(models.Conflict, "front-stale", stale.Error()))
	}
	if err != nil {
		return err
	}
	return c.seeOther(receipt{key: done, op: frontOperation(v.Number)}.addTo(localOr(c.form.Get("back"), frontPath)))
}

// maxMerges is how often a form is merged again because a colleague was quicker.
const maxMerges = 5

// saveFront merges the form with the changes that colleagues have stored since it was opened,
// and stores the result as one change.
func (ar *arranging) saveFront(c *request) error {
	f, err := ar.readFront(c)
	if err != nil {
		return err
	}
	done := "front-saved"
	for range maxMerges {
		if f.base.Number != f.version.Number {
			f.rebase(ar.db.Now())
			if done = "front-merged"; len(f.asks(ar.db.Now())) > 0 {
				return ar.renderDesk(c, f, &frontplan.Stale{Newest: f.version})
			}
		}
		edit := f.read(ar.db.Now())
		if err := f.err(); err != nil {
			return ar.renderDesk(c, f, err)
		}
		v, err := frontplan.Set(c.ctx(), ar.db, c.viewer.actor(), f.written(), frontplan.Arrange, edit)
		if stale, ok := errors.AsType[*frontplan.Stale](err); ok {
			f.version = stale.Newest
			continue
		}
		if err != nil {
			return ar.renderDesk(c, f, err)
		}
		if v.Number == f.version.Number {
			return c.seeOther(receipt{key: "front-nothing"}.addTo(frontPath))
		}
		return c.seeOther(receipt{key: done, op: frontOperation(v.Number)}.addTo(frontPath))
	}
	return ar.renderDesk(c, f, &frontplan.Stale{Newest: f.version})
}

// written returns the version that a change of the form replaces.
func (f *frontForm) written() int64 {
	if f.any {
		return frontplan.AnyVersion
	}
	return f.version.Number
}

// endLine takes the breaking line down, if it is still the one that the form shows. Other
// changes of the form stay in the form.
func (ar *arranging) endLine(c *request) error {
	f, err := ar.readFront(c)
	if err != nil {
		return err
	}
	for _, name := range lineFields {
		f.Set(name, "")
	}
	if f.base.Number != f.version.Number {
		f.rebase(ar.db.Now())
		if asks := f.asks(ar.db.Now()); asks["breaking"] {
			return ar.renderDesk(c, f, &frontplan.Stale{Newest: f.version})
		}
	}
	end := func(a *frontplan.Arrangement, now time.Time) error {
		a.EndLine(now)
		return nil
	}
	v, err := frontplan.Set(c.ctx(), ar.db, c.viewer.actor(), f.written(), frontplan.Arrange, end)
	if stale, ok := errors.AsType[*frontplan.Stale](err); ok {
		f.version = stale.Newest
		f.rebase(ar.db.Now())
	}
	if err != nil {
		return ar.renderDesk(c, f, err)
	}
	done := receipt{key: "front-saved", op: frontOperation(v.Number)}
	if v.Number == f.version.Number {
		done = receipt{key: "front-nothing"}
	}
	if f.version = v; !f.any {
		f.rebase(ar.db.Now())
		if f.unsaved = f.touched(); f.unsaved {
			return ar.renderDesk(c, f, nil)
		}
	}
	return c.seeOther(done.addTo(frontPath))
}

// again shows the form after a change of its fields, without storing the change.
func (ar *arranging) again(c *request, change func(*frontForm)) error {
	f, err := ar.readFront(c)
	if err != nil {
		return err
	}
	change(f)
	f.unsaved = true
	return ar.renderDesk(c, f, nil)
}

// atOnce makes an article the lead, or the breaking line, by one press.
func (ar *arranging) atOnce(c *request, do string) error {
	a, err := newsroom.ByID(c.ctx(), ar.db, parseID(c.form.Get("article")))
	if err != nil {
		return err
	}
	if a.Status != newsroom.Published {
		return models.Refusal(models.Conflict, "not-live", "only a published article can be shown there at once")
	}
	if do == "lead" {
		v, err := frontplan.Set(c.ctx(), ar.db, c.viewer.actor(), frontplan.AnyVersion, frontplan.Lead,
			func(p *frontplan.Arrangement, now time.Time) error {
				p.Place(frontplan.Slot(0), a.ID, models.At(now.Add(leadFor).Truncate(time.Minute)), now)
				return nil
			})
		return ar.changed(c, v, err, "front-lead")
	}
	line := frontplan.Line{Text: shortened(a.Title, frontplan.MaxLineText), Link: c.site.ArticlePath(a), Level: frontplan.Breaking}
	v, err := frontplan.Set(c.ctx(), ar.db, c.viewer.actor(), frontplan.AnyVersion, frontplan.Break,
		func(p *frontplan.Arrangement, now time.Time) error {
			p.EndLine(now)
			return p.SetLine(line, now)
		})
	return ar.changed(c, v, err, "front-breaking")
}

// shortened cuts a text to at most most characters.
func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// frontPrefix begins the operations that undo a change of the front page.
const frontPrefix = "front-"

func frontOperation(version int64) string { return frontPrefix + strconv.FormatInt(version, 10) }

// parseFrontOperation returns the version that an operation undoes. ok is false for any
// other operation.
func parseFrontOperation(op string) (version int64, ok bool) {
	number, ok := strings.CutPrefix(op, frontPrefix)
	version = parseID(number)
	return version, ok && version > 0
}

// undoFront restores the version of the front page before an operation. The operation must be
// the newest change and the viewer's own.
func (mo *moderating) undoFront(c *request, op string) error {
	number, ok := parseFrontOperation(op)
	if !ok || !editors.Admits(c.viewer.may) {
		return models.Errorf(models.NotFound, "there is no such change")
	}
	now, err := frontplan.Current(c.ctx(), mo.db)
	if err != nil {
		return err
	}
	mine := now.ActorID != nil && *now.ActorID == c.viewer.ID
	done := receipt{key: "front-undone"}
	switch {
	case mine && now.Act == frontplan.Undo && now.Number == number+1: // the second press of a double click
	case !mine || now.Number != number:
		done.key = "front-changed"
	default:
		_, err := frontplan.Return(c.ctx(), mo.db, c.viewer.actor(), number, number-1, frontplan.Undo)
		if models.KindOf(err) == models.Conflict {
			done.key, err = "front-changed", nil
		}
		if err != nil {
			return err
		}
	}
	if !wantsJSON(c.Request()) {
		return c.seeOther(done.addTo(localOr(c.form.Get("back"), frontPath)))
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, policyJSON{Message: mo.text(c.site, "done."+done.key)})
}

// freshReceipt removes the message about a change from the page if there is a newer change,
// for example after an undo by script, which loads the same address again.
func (ar *arranging) freshReceipt(c *request, page *views.Page, now *frontplan.Version) {
	number, ok := parseFrontOperation(receiptOfRequest(c).op)
	if !ok || number == now.Number {
		return
	}
	page.Desk.Flash, page.Desk.Undo = "", ""
	if now.Act == frontplan.Undo && now.Number == number+1 {
		page.Desk.Flash = ar.text(c.site, "done.front-undone")
	}
}

// renderDesk sends the form of the front page. refused is the error of a change, nil for
// none.
func (ar *arranging) renderDesk(c *request, f *frontForm, refused error) error {
	page, err := ar.deskPage(c, ar.text(c.site, "front.title"), frontPath)
	if err != nil {
		return err
	}
	ar.freshReceipt(c, &page, f.version)
	v := views.EditFront{Page: page}
	if err := ar.presentDesk(c, f, &v.Front); err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		if err := ar.presentRefusal(c, f, &v.Front, refused); err != nil {
			return err
		}
		status = statusOf(refused)
	}
	return render(ar.pages, c, views.EditFrontPage, v, personalAnswer(status))
}
