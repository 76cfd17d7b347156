package handlers

import (
	"context"

	"broadsheet/models/discussion"
	"broadsheet/models/newsroom"
	"broadsheet/models/people/choices"
	"broadsheet/views"
)

// maxUndo is how many of the last operations the foot of the desk offers to undo.
const maxUndo = 6

// deskPage returns the frame of a desk page. Its foot shows the message about the
// last action and, after a decision, the button that undoes it. Without a message it
// names the viewer's last decision. The decisions before it follow, each with its
// own button. After an undo the browser returns to here.
func (d *desk) deskPage(c *request, title, here string) (views.Page, error) {
	page := d.deskFrame(c, title)
	ctx, me, done := c.ctx(), c.viewer, receiptOfRequest(c)
	page.Desk.UndoURL, page.Desk.BackURL = undoPath, here
	var err error
	if page.Desk.Flash, err = d.receiptText(ctx, c.site, me, done); err != nil || !Caretaking.Admits(me.may) {
		return page, err
	}
	if page.Desk.KeysOff, err = d.keysOff(c); err != nil {
		return page, err
	}
	undoes := undoesOwnChange(done.op)
	ban, isBan := parseBanOperation(done.op)
	if may, err := d.mayUndoBan(c, ban.ban); err != nil {
		return page, err
	} else if page.Desk.Flash != "" && (undoes || isBan && may) {
		page.Desk.Undo = done.op
	}
	last, err := discussion.Operations(ctx, d.db, me.ID, "", d.db.Now(), maxUndo)
	if err != nil {
		return page, err
	}
	for i := range last {
		text, err := d.operationText(ctx, c.site, me, &last[i])
		if err != nil {
			return page, err
		}
		switch {
		case text == "", isBan && last[i].ID == ban.moved:
		case page.Desk.Flash == "":
			at := inSiteZone(c.site, last[i].At.Time).Format("15:04")
			page.Desk.Flash, page.Desk.Done, page.Desk.Undo = d.text(c.site, "desk.last", "at", at, "done", text), text, last[i].ID
		case last[i].ID == done.op && undoable[done.key]:
			page.Desk.Flash, page.Desk.Undo = d.of(c.site, page.Desk.Flash, &last[i]), done.op
		default:
			page.Desk.Earlier = append(page.Desk.Earlier, views.DeskOperation{ID: last[i].ID, Text: text})
		}
	}
	return page, nil
}

// undoesOwnChange reports whether an operation is a change of a comment policy or of the
// front page. Undoing checks that it is the viewer's own.
func undoesOwnChange(op string) bool {
	_, story := parseStoryOperation(op)
	_, arranged := parseFrontOperation(op)
	return story || arranged
}

// operationText returns the message about an operation, "" where there is none.
func (d *desk) operationText(ctx context.Context, site *newsroom.Site, me *viewer, op *discussion.Operation) (string, error) {
	text, err := d.receiptText(ctx, site, me, receipt{key: op.Action, n: op.Comments, op: op.ID})
	return d.of(site, text, op), err
}

// of adds the name of the commenter to the message about an operation, which tells
// several operations apart.
func (d *desk) of(site *newsroom.Site, text string, op *discussion.Operation) string {
	if text == "" || op == nil || op.Author == "" || op.Comments > 1 && op.Action != discussion.OperationAnswer {
		return text
	}
	const isolate, end = "\u2068", "\u2069" // the name may run in the other direction
	return d.text(site, "done.of", "done", text, "author", isolate+op.Author+end)
}

// keysOff reports whether the viewer has switched off the keys of single letters.
func (d *desk) keysOff(c *request) (bool, error) {
	chosen, err := d.choicesOf(c)
	return chosen.Is(choices.Keys, choices.Off), err
}

// choicesOf returns the viewer's choices about the desk. Each request reads them once.
func (d *desk) choicesOf(c *request) (choices.Of, error) {
	if c.choices == nil {
		var err error
		if c.choices, err = choices.Read(c.ctx(), d.db, c.viewer.ID); err != nil {
			return nil, err
		}
	}
	return c.choices, nil
}
