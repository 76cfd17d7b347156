package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"

	"github.com/labstack/echo/v4"
)

// mostPicked is how many comments a form names at most.
const mostPicked = discussion.MaxBulk

// errPicked answers a form whose comments cannot be read.
var errPicked = models.Errorf(models.Invalid, "the form names comments that cannot be read")

// picked reads the comments of a form, with the versions that were seen.
func picked(values []string) ([]discussion.Seen, error) {
	if len(values) > mostPicked {
		return nil, models.Refuse(models.TooLarge, "bulk-too-large", "at most a thousand comments are decided at once")
	}
	var seen []discussion.Seen
	known := map[int64]bool{}
	for _, value := range values {
		id, version, _ := strings.Cut(value, ".")
		s := discussion.Seen{ID: idOf(id), Version: int(idOf(version))}
		if s.ID == 0 || s.Version == discussion.AnyVersion {
			return nil, errPicked
		}
		if !known[s.ID] {
			known[s.ID] = true
			seen = append(seen, s)
		}
	}
	return seen, nil
}

// postDecide decides one comment, those that were picked, or all of a list.
func (mo *moderator) postDecide(c echo.Context) error {
	r, me := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := mo.site.Get(r.Context())
	if err != nil {
		return err
	}
	verdict, err := mo.verdict(r.Context(), r.PostForm)
	if err != nil {
		return err
	}
	a := readQueue(site, me, r.PostForm)
	var seen []discussion.Seen
	if r.PostForm.Get("all") == "matching" {
		seen, err = moderation.Matching(r.Context(), mo.DB, a.filter)
	} else if seen, err = picked(r.PostForm["comment"]); err == nil {
		err = mo.allowed(r.Context(), me, seen)
	}
	if err != nil {
		return err
	}
	out := outcome{do: r.PostForm.Get("do"), queue: a.filter.Queue}
	if len(seen) > 0 {
		out.operation, out.results, err = discussion.Rule(r.Context(), mo.DB, me.actor(), seen, verdict)
		if err != nil {
			return err
		}
		if err := mo.holdOn(r, me); err != nil {
			return err
		}
	}
	return mo.answerDecision(c, site, out)
}

// verdict reads what a form wants done, and why.
func (mo *moderator) verdict(ctx context.Context, form url.Values) (discussion.Verdict, error) {
	v := discussion.Verdict{Action: discussion.Action(form.Get("do")), Note: cut(form.Get("note"), maxNote)}
	if form.Get("do") != "decline" {
		if _, ok := discussion.Next(discussion.Trash, "", v.Action); !ok {
			return v, models.Errorf(models.Invalid, "there is no such action")
		}
		return v, nil
	}
	v.Action, v.Reason = discussion.DoTrash, form.Get("reason")
	var words []string
	if id := idOf(form.Get("reply")); id != 0 {
		replies, err := moderation.SavedReplies(ctx, mo.DB)
		if err != nil {
			return v, err
		}
		for _, reply := range replies {
			if reply.ID == id {
				words = append(words, reply.Text)
			}
		}
	}
	if own := strings.TrimSpace(form.Get("words")); own != "" {
		words = append(words, own)
	}
	v.Words = cut(strings.Join(words, "\n\n"), moderation.MaxSavedText)
	return v, nil
}

// maxNote is how long a note for the log gets, in characters.
const maxNote = 500

// cut returns at most some characters of a text.
func cut(s string, most int) string {
	if runes := []rune(strings.TrimSpace(s)); len(runes) > most {
		return string(runes[:most])
	}
	return strings.TrimSpace(s)
}

// allowed refuses comments outside of the moderator's sections.
func (mo *moderator) allowed(ctx context.Context, me *viewer, seen []discussion.Seen) error {
	ids := make([]int64, len(seen))
	for i, s := range seen {
		ids[i] = s.ID
	}
	outside, err := moderation.Outside(ctx, mo.DB, me.within, ids)
	if err == nil && len(outside) > 0 {
		err = errNoRight
	}
	return err
}

// holdOn keeps the cards that are still on a screen from being dealt to
// others.
func (mo *moderator) holdOn(r *http.Request, me *viewer) error {
	var ids []int64
	for id := range strings.SplitSeq(r.PostForm.Get("screen"), ",") {
		if n := idOf(id); n != 0 && len(ids) < 5*moderation.PageSize {
			ids = append(ids, n)
		}
	}
	return moderation.Claim(r.Context(), mo.DB, me.ID, ids)
}

// postUndo takes a decision back: the one named, or the moderator's last.
func (mo *moderator) postUndo(c echo.Context) error {
	r, me := c.Request(), viewerOf(c)
	if err := parseForm(r); err != nil {
		return err
	}
	site, err := mo.site.Get(r.Context())
	if err != nil {
		return err
	}
	op := r.PostForm.Get("operation")
	if op == "" {
		if op, err = discussion.LastOperation(r.Context(), mo.DB, me.ID, mo.DB.Now()); err != nil {
			return err
		}
	}
	undone, err := discussion.Undo(r.Context(), mo.DB, me.actor(), op)
	if err != nil {
		return err
	}
	return mo.answerDecision(c, site, outcome{do: "undo", undone: &undone})
}

// outcome is what a decision did.
type outcome struct {
	do        string
	operation string
	queue     moderation.QueueName
	results   []discussion.Decided
	undone    *discussion.Undone
}

// said returns what to tell the moderator: the key of a message and its
// number.
func (o outcome) said() (key string, n int) {
	if o.undone != nil {
		if o.undone.Conflicts > 0 {
			return "done.partly", o.undone.Restored
		}
		return "done.undo", o.undone.Restored
	}
	done, conflicts, refused := 0, 0, 0
	for _, d := range o.results {
		switch {
		case d.Done():
			done++
		case d.Conflict:
			conflicts++
		case d.Refused:
			refused++
		}
	}
	switch {
	case len(o.results) == 0:
		return "done.none-picked", 0
	case done == len(o.results):
		return "done." + o.do, done
	case done > 0:
		return "done.partly", done
	case conflicts > 0:
		return "done.conflict", conflicts
	case refused > 0:
		return "done.refused", refused
	default:
		return "done.missing", 0
	}
}

// counted are the messages that name a number, and flashes all that may stand
// in an address.
var (
	counted = map[string]bool{
		"approve": true, "hold": true, "spam": true, "trash": true, "restore": true, "decline": true, "undo": true, "conflict": true,
	}
	flashes = map[string]bool{
		"partly": true, "refused": true, "missing": true, "none-picked": true, "edited": true, "answered": true, "saved": true, "dropped": true, "nothing": true,
	}
)

// flash says what was just done.
func (mo *moderator) flash(site *newsroom.Site, done, n string) string {
	number, err := strconv.Atoi(n)
	if counted[done] && err == nil && number > 0 {
		return mo.Views.Count(site.Language, "done."+done, number, "actor", mo.text(site, "log.somebody"))
	}
	if flashes[done] {
		return mo.text(site, "done."+done)
	}
	return ""
}

// decisionJSON is what the desk's script gets of a decision.
type decisionJSON struct {
	Message   string                       `json:"message"`
	Operation string                       `json:"operation,omitempty"`
	Counts    map[moderation.QueueName]int `json:"counts"`
	Conflict  bool                         `json:"conflict,omitempty"` // the list is not what it was
	Stays     bool                         `json:"stays,omitempty"`    // the card is still in its queue
}

// answerDecision says what a decision did: in words to a script, else by the
// page it was sent from.
func (mo *moderator) answerDecision(c echo.Context, site *newsroom.Site, o outcome) error {
	key, n := o.said()
	if !wantsJSON(c.Request()) {
		return c.Redirect(http.StatusSeeOther, backWith(c, strings.TrimPrefix(key, "done."), n))
	}
	ctx := c.Request().Context()
	answer := decisionJSON{Message: mo.flash(site, strings.TrimPrefix(key, "done."), strconv.Itoa(n)), Operation: o.operation, Stays: o.stays()}
	if key == "done.conflict" && n == 1 {
		answer.Message = mo.whoWasQuicker(ctx, site, o.results)
	}
	answer.Conflict = key == "done.conflict" || key == "done.partly" || key == "done.missing"
	var err error
	if answer.Counts, err = moderation.Counts(ctx, mo.DB); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, answer)
}

// whoWasQuicker names the moderator who decided in between.
func (mo *moderator) whoWasQuicker(ctx context.Context, site *newsroom.Site, results []discussion.Decided) string {
	actor := mo.text(site, "log.somebody")
	for _, d := range results {
		if log, err := discussion.Log(ctx, mo.DB, d.ID, 0); d.Conflict && err == nil && len(log) > 0 {
			actor = log[0].Actor
		}
	}
	return mo.Views.Count(site.Language, "done.conflict", 1, "actor", actor)
}

// stays reports whether the first comment is still in the queue that it was
// decided in.
func (o outcome) stays() bool {
	if len(o.results) == 0 {
		return false
	}
	to := o.results[0].To
	switch o.queue {
	case moderation.Mine:
		return true
	case moderation.All:
		return to == discussion.Hold || to == discussion.Approve
	case moderation.Reported:
		return to == discussion.Hold
	default:
		return string(to) == string(o.queue)
	}
}

// backWith leads back to the page of the desk that a form was sent from, which
// then says what was done.
func backWith(c echo.Context, done string, n int) string {
	back := ownPlace(c.Request().PostForm.Get("back"))
	u, err := url.Parse(back)
	if err != nil || !strings.HasPrefix(u.Path, "/desk") {
		u = &url.URL{Path: "/desk/comments"}
	}
	q := u.Query()
	q.Set("done", done)
	q.Del("n")
	if n > 0 {
		q.Set("n", strconv.Itoa(n))
	}
	u.RawQuery = q.Encode()
	return u.String()
}
