package handlers

import (
	"context"
	"net/url"
	"strconv"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom"
)

// doneMessages are the messages that a page can begin with, after a form on it
// was accepted: the values of the address's parameter "done", with the keys of
// the messages. A receipt is such a message with a number and a button.
type doneMessages map[string]string

var (
	accountDone = doneWords(
		"account.done.", "password", "end", "end-others", "totp-off", "name", "passkey-add", "passkey-name",
		"passkey-remove", "email-asked", "email", "app-password-end", "app-passwords-end",
	)
	staffDone      = doneWords("staff.done.", "add", "revoke")
	personDone     = doneWords("staff.done.", "role", "sections", "out", "session", "byline", "release", "factors", "end", "return")
	bansDone       = doneWords("bans.done.", "end")
	mailDone       = doneWords("mail.done.", "confirmed", "daily", "stopped", "stop", "corrections")
	myCommentsDone = doneWords("mine.", "anonymised", "removed", "linked", "revoked")
	rulesDone      = doneWords("rules.", "saved", "forbidden")
	settingsDone   = doneWords("settings.done.", "saved", "test")
	heldMailDone   = doneMessages{"yes": "heldmail.done"}
	digestDone     = doneWords("digest.done.", "confirmed", "saved", "ended", "never")
	digestDeskDone = doneWords("digestdesk.done.", "saved", "test")
	forgotDone     = doneMessages{"sent": "signin.sent"}
)

// doneWords returns messages by value, under keys of the prefix and the value.
func doneWords(prefix string, values ...string) doneMessages {
	m := doneMessages{}
	for _, value := range values {
		m[value] = prefix + value
	}
	return m
}

// withDone returns an address that shows a message.
func withDone(address, value string) string { return withQuery(address, "done="+value) }

// flash returns the key of the message that the request's address asks for, ""
// for none.
func (c *request) flash(of doneMessages) string { return of[c.QueryParam("done")] }

// flashText returns that message, "" for none.
func (p *pages) flashText(c *request, of doneMessages) string {
	if key := c.flash(of); key != "" {
		return p.text(c.site, key)
	}
	return ""
}

// outcome is the result of a decision.
type outcome struct {
	do        string
	operation string
	queue     moderation.QueueName
	results   []discussion.DecisionResult
	sums      discussion.Sums // the site's counts afterwards, nil if they are not known
	undone    *discussion.Undone
}

// receipt is a message of the desk about the last action. It is part of the
// query of the address that shows it.
type receipt struct {
	key   string // "done." and key is the message
	n     int    // its number, 0 for none
	op    string // the operation that it is about, "" for none
	about int64  // the comment that it is about, 0 for none
}

// The messages that name a number, and all others.
var (
	counted = map[string]bool{
		"approve": true, "hold": true, "spam": true, "trash": true, "restore": true, "decline": true, "undo": true, "partly": true,
		"conflict-you": true, "conflict-many": true, "banned-moved": true, "deleted": true, "anonymised": true,
	}
	flashes = map[string]bool{
		"conflict-colleague": true, "conflict-commenter": true, "conflict-removed": true, "conflict-rules": true, "conflict-unknown": true,
		"refused": true, "removed": true, "missing": true, "none-picked": true, "edited": true, "answer": true,
		"undo-answer": true, "undo-partly": true, "undo-none": true,
		"appeal-upheld": true, "appeal-reversed": true, "appeal-decided": true, "appeal-changed": true, "appeal-own": true,
		"saved": true, "story-closed": true, "story-opened": true, "story-undone": true, "story-changed": true,
		"dropped": true, "nothing": true, "banned": true,
		"closed": true, "opened": true,
		"undo-ban": true, "ban-ended": true, "marked-trust": true, "marked-hold": true, "noted": true, "note-gone": true, "field": true,
		"no-writer":   true,
		"front-saved": true, "front-merged": true, "front-nothing": true,
		"front-lead": true, "front-breaking": true, "front-restored": true,
		"front-undone": true, "front-changed": true, "front-moved": true, "front-off": true, "front-gone": true,
	}
	// undoable are the messages beside which their operation can be undone.
	undoable = map[string]bool{
		"approve": true, "hold": true, "spam": true, "trash": true, "restore": true, "decline": true, "answer": true,
		"partly": true, "banned-moved": true, "appeal-reversed": true, "banned": true, "marked-trust": true, "marked-hold": true,
	}
)

// receipt returns the message for the moderator.
func (o outcome) receipt() receipt {
	if o.do == "undo" {
		return receipt{key: o.undoMessage(), n: o.restored()}
	}
	done, conflicts, refused := 0, 0, 0
	var first discussion.DecisionResult // of those that were not decided
	for _, d := range o.results {
		switch {
		case d.Done():
			done++
			continue
		case d.Conflict:
			conflicts++
		case d.Refused:
			refused++
		}
		if first.ID == 0 {
			first = d
		}
	}
	switch {
	case len(o.results) == 0:
		return receipt{key: "none-picked"}
	case done == len(o.results):
		return receipt{key: o.do, n: done, op: o.operation}
	case done > 0:
		return receipt{key: "partly", n: len(o.results) - done, op: o.operation}
	case conflicts > 0:
		return o.conflictMessage(conflicts, first.ID)
	case first.Gone:
		return receipt{key: "removed"}
	case refused > 0:
		return receipt{key: "refused"}
	default:
		return receipt{key: "missing"}
	}
}

// conflictMessage returns the message when every comment had changed in the
// meantime.
func (o outcome) conflictMessage(conflicts int, first int64) receipt {
	mine := true
	var cause discussion.ChangeCause
	for _, d := range o.results {
		if d.Conflict {
			cause = d.Change.Cause
			mine = mine && cause == discussion.ByYou
		}
	}
	switch {
	case mine:
		return receipt{key: "conflict-you", n: conflicts}
	case conflicts > 1:
		return receipt{key: "conflict-many", n: conflicts}
	}
	return receipt{key: "conflict-" + string(cause), about: first}
}

func (o outcome) undoMessage() string {
	switch {
	case o.undone == nil:
		return "undo-none"
	case o.undone.Conflicts > 0:
		return "undo-partly"
	case o.undone.Action == discussion.OperationAnswer:
		return "undo-answer"
	}
	return "undo"
}

// restored returns how many comments an undo has restored. It is at least 1, so
// that a second press of the button gives the same message.
func (o outcome) restored() int {
	if o.undone == nil {
		return 0
	}
	return max(1, o.undone.Restored)
}

// changedBetween reports whether the list on the screen is no longer the
// list that is stored.
func (o outcome) changedBetween() bool {
	for _, d := range o.results {
		if d.Conflict || d.Missing {
			return true
		}
	}
	return false
}

// staysInQueue reports whether the first comment is still in the queue in which it was
// decided.
func (o outcome) staysInQueue() bool {
	if len(o.results) == 0 {
		return false
	}
	to := o.results[0].To
	switch o.queue {
	case moderation.Mine, moderation.Any:
		return true
	case moderation.All:
		return to == discussion.Held || to == discussion.Approved
	case moderation.Reported:
		return to == discussion.Held
	default:
		return string(to) == string(o.queue)
	}
}

// receiptText returns the message in the site's language, "" where there is no such
// message.
func (d *desk) receiptText(ctx context.Context, site *newsroom.Site, me *viewer, m receipt) (string, error) {
	switch {
	case counted[m.key] && m.n > 0:
		return d.views.Count(site.Language, "done."+m.key, m.n), nil
	case m.key == "conflict-colleague":
		actor, err := d.lastChangedBy(ctx, site, me, m.about)
		return d.text(site, "done.conflict-colleague", "actor", actor), err
	case flashes[m.key]:
		return d.text(site, "done."+m.key), nil
	}
	return "", nil
}

// lastChangedBy returns the name of the colleague that changed a comment last. It
// returns a general word when the viewer may not decide the comment.
func (d *desk) lastChangedBy(ctx context.Context, site *newsroom.Site, me *viewer, id int64) (string, error) {
	within, err := me.scope.Filter(ctx, d.db, []int64{id})
	if err != nil || id == 0 || len(within) == 0 {
		return d.text(site, "log.somebody"), err
	}
	change, err := discussion.ChangeOf(ctx, d.db, id, me.actor())
	if err != nil || change.Actor == "" {
		return d.text(site, "log.somebody"), nil // the comment may be gone by now
	}
	return change.Actor, nil
}

// receiptOfRequest reads the message that an address carries.
func receiptOfRequest(c *request) receipt {
	n, _ := strconv.Atoi(c.QueryParam("n"))
	return receipt{key: c.QueryParam("done"), n: n, op: c.QueryParam("op"), about: parseID(c.QueryParam("about"))}
}

// addTo returns an address of this site with the message in its query. It
// replaces an earlier message.
func (m receipt) addTo(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	for _, name := range []string{"done", "n", "op", "about"} {
		q.Del(name)
	}
	q.Set("done", m.key)
	if m.n > 0 {
		q.Set("n", strconv.Itoa(m.n))
	}
	if m.op != "" {
		q.Set("op", m.op)
	}
	if m.about != 0 {
		q.Set("about", strconv.FormatInt(m.about, 10))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// backWith returns the address of the page that the form names as its origin, with
// the message: a page of the desk, or a public page with the bar of the staff. Without
// one it returns the address of the queue.
func (c *request) backWith(m receipt) string {
	return m.addTo(localOr(c.form.Get("back"), queuePath))
}
