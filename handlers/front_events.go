package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/timetable"
	"broadsheet/views/edit"
)

// refusedMove is a refused move of a planned change of the front page.
type refusedMove struct{ item, edge, text, code string }

// eventItem returns the form value that names a pin or a line of a version.
func eventItem(version int64, e *frontplan.Event) string {
	kind := "line"
	if e.Pin != nil {
		kind = "pin"
	}
	return fmt.Sprintf("%d-%s-%d", version, kind, e.Item)
}

// parseEvent finds the pin or the line of an item in the version that it names.
func (ar *arranging) parseEvent(c *request) (frontplan.Event, error) {
	e := frontplan.Event{Edge: frontplan.Edge(c.form.Get("edge"))}
	parts := strings.Split(c.form.Get("item"), "-")
	if len(parts) != 3 || e.Edge != frontplan.Begin && e.Edge != frontplan.End {
		return e, errNoPage
	}
	v, err := frontplan.Numbered(c.ctx(), ar.db, parseID(parts[0]))
	if err != nil {
		return e, err
	}
	i, err := strconv.Atoi(parts[2])
	switch {
	case err != nil || i < 0:
		return e, errNoPage
	case parts[1] == "pin" && i < len(v.Pins):
		e.Pin = &v.Pins[i]
	case parts[1] == "line" && i < len(v.Lines):
		e.Line = &v.Lines[i]
	default:
		return e, errNoPage
	}
	return e, nil
}

// moveEvent moves the beginning or the end of a pin or a line, or calls it off.
func (ar *arranging) moveEvent(c *request, do string) error {
	e, err := ar.parseEvent(c)
	if err != nil {
		return err
	}
	at, act, done := models.Time{}, frontplan.CallOff, "front-off"
	wrong := &refusedMove{item: c.form.Get("item"), edge: c.form.Get("edge")}
	wrong.text = strings.TrimSpace(models.PlainDigits(c.form.Get("at")))
	if do == "move" {
		t, err := timetable.ParseTime(wrong.text, c.site.TimeZone)
		if refused, ok := errors.AsType[*models.Error](err); ok {
			wrong.code = refused.Code
			return ar.editing.renderUpcoming(c, wrong)
		}
		at, act, done = models.At(t), frontplan.Move, "front-moved"
	}
	edit := func(a *frontplan.Arrangement, now time.Time) error { return a.MoveEdge(e, at, now) }
	v, err := frontplan.Set(c.ctx(), ar.db, c.viewer.actor(), frontplan.AnyVersion, act, edit)
	if refused, ok := errors.AsType[*models.Error](err); ok && len(refused.Fields) > 0 {
		wrong.code = refused.Fields[0].Code
		return ar.editing.renderUpcoming(c, wrong)
	}
	if models.KindOf(err) == models.Conflict && err != nil {
		return c.seeOther(receipt{key: "front-gone"}.addTo(upcomingPath))
	}
	if err != nil {
		return err
	}
	return c.seeOther(receipt{key: done, op: frontOperation(v.Number)}.addTo(upcomingPath))
}

// addFrontEvents adds the coming beginnings and ends of the front page to the list of planned
// changes, for editors.
func (ed *editing) addFrontEvents(c *request, v *edit.Upcoming, refused *refusedMove) error {
	if !editors.Admits(c.viewer.may) {
		return nil
	}
	plan, err := frontplan.Current(c.ctx(), ed.db)
	if err != nil {
		return err
	}
	stories, err := frontplan.Stories(c.ctx(), ed.db, plan.Articles())
	if err != nil {
		return err
	}
	for _, e := range plan.Events(ed.db.Now()) {
		event := edit.Event{
			Act: "line-" + string(e.Edge), At: inSiteZone(c.site, e.At.Time), By: plan.Actor, URL: frontPath,
			Front: &edit.FrontEvent{Item: eventItem(plan.Number, &e), Edge: string(e.Edge), Action: frontPath},
		}
		event.Front.Field = edit.Field{ID: "at-" + event.Front.Item + "-" + string(e.Edge), Value: wallClock(c.site, e.At)}
		if e.Pin != nil {
			event.Act, event.Title, event.Front.Place = "front-"+string(e.Edge), stories[e.Pin.Article].Title, placeName(c.site, e.Pin.Spot)
		} else {
			event.Title = e.Line.Text
		}
		if refused != nil && refused.item == event.Front.Item && refused.edge == event.Front.Edge {
			event.Front.Field.Value, event.Front.Field.Error = refused.text, refused.code
		}
		v.Next = append(v.Next, event)
	}
	slices.SortStableFunc(v.Next, func(a, b edit.Event) int { return a.At.Compare(b.At) })
	return nil
}

// upcomingStatus returns the status of the list of plans.
func upcomingStatus(refused *refusedMove) int {
	if refused != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
