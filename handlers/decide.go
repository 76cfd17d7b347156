package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
)

// maxSelected is how many comments a form names at most.
const maxSelected = discussion.MaxBulk

// errSelection is the refusal of a form with unreadable comments.
var errSelection = models.Errorf(models.Invalid, "the form names comments that cannot be read")

// errSelectionTooLarge is the refusal of a form that names too many comments.
var errSelectionTooLarge = models.Refusal(models.TooLarge, "bulk-too-large", "at most a thousand comments are decided at once")

// readSelection reads the comments of a form, with the versions that the moderator saw.
// A value names one comment, such as 7.2, or several, separated by commas: a
// card and the comments folded under it.
func readSelection(values []string) ([]discussion.Versioned, error) {
	if len(values) > maxSelected {
		return nil, errSelectionTooLarge
	}
	var seen []discussion.Versioned
	known := map[int64]bool{}
	for _, value := range values {
		for one := range strings.SplitSeq(value, ",") {
			id, version, _ := strings.Cut(one, ".")
			s := discussion.Versioned{ID: parseID(id), Version: int(parseID(version))}
			if s.ID == 0 || s.Version == discussion.AnyVersion {
				return nil, errSelection
			}
			if !known[s.ID] {
				known[s.ID] = true
				seen = append(seen, s)
			}
		}
	}
	if len(seen) > maxSelected {
		return nil, errSelectionTooLarge
	}
	return seen, nil
}

// postDecide decides one comment, the selected ones, or all of a list.
func (mo *moderating) postDecide(c *request) error {
	me := c.viewer
	verdict, err := mo.readVerdict(c.ctx(), c.form)
	if err != nil {
		return err
	}
	a := readQueue(c.site, me, c.form)
	var seen []discussion.Versioned
	if c.form.Get("all") == "matching" {
		if _, err = mo.indexFor(c.ctx(), a.filter); err == nil {
			seen, err = moderation.Matching(c.ctx(), mo.db, a.filter)
		}
	} else if seen, err = readSelection(c.form["comment"]); err == nil {
		err = mo.checkScope(c.ctx(), me, seen)
	}
	if err != nil {
		return err
	}
	out := outcome{do: c.form.Get("do"), queue: a.filter.Queue}
	if len(seen) > 0 {
		out.operation, out.results, out.sums, err = discussion.DecideAndCount(c.ctx(), mo.db, me.actor(), seen, verdict)
		if err != nil {
			return err
		}
		if err := mo.renewClaims(c); err != nil {
			return err
		}
	}
	return mo.answerDecision(c, out)
}

// readVerdict reads the action, the reason and the message of a form.
func (mo *moderating) readVerdict(ctx context.Context, form url.Values) (discussion.Verdict, error) {
	if reason := form.Get("decline"); reason != "" { // the button of a reason
		form.Set("do", "decline")
		form.Set("reason", reason)
	}
	v := discussion.Verdict{Undoable: true, Action: discussion.Action(form.Get("do")), Note: truncate(form.Get("note"), maxNote)}
	if form.Get("do") != "decline" {
		if _, ok := discussion.Next(discussion.Trashed, "", v.Action); !ok {
			return v, models.Errorf(models.Invalid, "there is no such action")
		}
		return v, nil
	}
	v.Action, v.Reason = discussion.DoTrash, form.Get("reason")
	var words []string
	if id := parseID(form.Get("reply")); id != 0 {
		replies, err := moderation.SavedReplies(ctx, mo.db)
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
	v.Words = truncate(strings.Join(words, "\n\n"), moderation.MaxSavedText)
	return v, nil
}

// maxNote is the longest note for the log, in characters.
const maxNote = 500

// truncate returns at most some characters of a text.
func truncate(s string, most int) string {
	if runes := []rune(strings.TrimSpace(s)); len(runes) > most {
		return string(runes[:most])
	}
	return strings.TrimSpace(s)
}

// checkScope refuses comments outside of the moderator's categories.
func (mo *moderating) checkScope(ctx context.Context, me *viewer, seen []discussion.Versioned) error {
	ids := make([]int64, len(seen))
	for i, s := range seen {
		ids[i] = s.ID
	}
	return me.scope.Comments(ctx, mo.db, ids)
}

// renewClaims extends the claims on the cards that are still on the moderator's
// screen.
func (mo *moderating) renewClaims(c *request) error {
	var ids []int64
	for id := range strings.SplitSeq(c.form.Get("screen"), ",") {
		if n := parseID(id); n != 0 && len(ids) < 5*moderation.PageSize {
			ids = append(ids, n)
		}
	}
	return moderation.Claim(c.ctx(), mo.db, c.viewer.scope, c.viewer.ID, ids)
}

// postUndo undoes a decision: the named one, or the moderator's last.
func (mo *moderating) postUndo(c *request) error {
	me := c.viewer
	op := c.form.Get("operation")
	if ban, ok := parseBanOperation(op); ok {
		return mo.undoBan(c, ban)
	}
	if strings.HasPrefix(op, frontPrefix) {
		return mo.undoFront(c, op)
	}
	if strings.HasPrefix(op, storyPrefix) {
		return mo.undoPolicy(c, op)
	}
	if strings.HasPrefix(op, termPrefix) {
		return mo.undoTerm(c, op)
	}
	if op == "" {
		last, err := discussion.OperationOf(c.ctx(), mo.db, me.ID, "", mo.db.Now())
		if err != nil {
			return err
		}
		if last == nil {
			return mo.answerDecision(c, outcome{do: "undo"})
		}
		op = last.ID
	}
	if err := me.scope.Operation(c.ctx(), mo.db, op); err != nil {
		return err
	}
	undone, err := discussion.Undo(c.ctx(), mo.db, me.actor(), op)
	if refusal, ok := errors.AsType[*models.Error](err); ok && refusal.Code == "undone-by-you" {
		undone, err = discussion.Undone{}, nil // the second press of a double click
	}
	if err != nil {
		return err
	}
	return mo.answerDecision(c, outcome{do: "undo", undone: &undone})
}

// decisionJSON is the result of a decision for the desk's script.
type decisionJSON struct {
	Message   string                       `json:"message"`
	Operation string                       `json:"operation,omitempty"`
	Counts    map[moderation.QueueName]int `json:"counts"`
	Conflict  bool                         `json:"conflict,omitempty"` // the list has changed
	Stays     bool                         `json:"stays,omitempty"`    // the card is still in its queue
	Restored  []string                     `json:"restored,omitempty"` // by an undo: comments as forms name them
}

// decided returns the operation of a decision on comments, nil for another one.
func (o outcome) decided() *discussion.Operation {
	var op *discussion.Operation
	oldest := int64(0)
	for _, d := range o.results {
		if !d.Changed {
			continue
		}
		if op == nil {
			op = &discussion.Operation{ID: o.operation, Action: o.do}
		}
		if op.Comments++; oldest == 0 || d.ID < oldest {
			oldest, op.Author = d.ID, d.Author
		}
	}
	return op
}

// answerDecision sends the result of a decision: as JSON to the script,
// otherwise as a redirect to the page of the form.
func (mo *moderating) answerDecision(c *request, o outcome) error {
	done := o.receipt()
	if !wantsJSON(c.Request()) {
		return c.seeOther(c.backWith(done))
	}
	return mo.answerScript(c, done, o)
}

// answerScript sends the result of a decision as JSON.
func (mo *moderating) answerScript(c *request, done receipt, o outcome) error {
	ctx := c.ctx()
	answer := decisionJSON{Operation: o.operation, Stays: o.staysInQueue(), Conflict: o.changedBetween()}
	if o.undone != nil {
		for _, m := range o.undone.Comments {
			answer.Restored = append(answer.Restored, fmt.Sprintf("%d.%d", m.ID, m.Version))
		}
	}
	var err error
	if answer.Message, err = mo.receiptText(ctx, c.site, c.viewer, done); err != nil {
		return err
	}
	if o.operation != "" {
		op := o.decided()
		if op == nil {
			if op, err = discussion.OperationOf(ctx, mo.db, c.viewer.ID, o.operation, mo.db.Now()); err != nil {
				return err
			}
		}
		answer.Message = mo.of(c.site, answer.Message, op)
	}
	if o.sums != nil && !c.viewer.scope.Limited() {
		answer.Counts = moderation.CountsOf(o.sums)
	} else if answer.Counts, err = moderation.Counts(ctx, mo.db, c.viewer.scope); err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.JSON(http.StatusOK, answer)
}
