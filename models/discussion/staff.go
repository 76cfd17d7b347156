package discussion

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/richtext"
)

// Rewrite gives a comment a new text on behalf of a moderator. No rule judges it.
// The old text is kept, and the decision log names the moderator. Rewrite refuses
// what [Edit] refuses, except for the edit window.
func Rewrite(ctx context.Context, db *models.DB, actor models.Actor, id int64, seen int, text string) error {
	text, err := checkText(text)
	if err != nil {
		return err
	}
	var to Comment
	to.SetText(text) // before the transaction, so that other writers do not wait
	err = db.Write(ctx, func(tx *models.Tx) error {
		c, err := lockComment(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Text == text {
			return nil // also the second half of a double click
		}
		if c.Version != seen {
			return models.Refusal(models.Conflict, "changed", "the comment was changed in between")
		}
		to.Reasons, to.DuplicateKey = c.Reasons, c.DuplicateKey
		if err := c.replaceText(ctx, tx, &to); err != nil {
			return err
		}
		t := newTally()
		t.note(tx, c, c.State, ruling{actor: actor, reason: "edited"})
		return t.write(ctx, tx)
	})
	return err
}

// NoteChange completes a moderator's change of a field of a comment: it announces the
// change, adds it to the decision log under a reason, and indexes the comment again.
func NoteChange(ctx context.Context, tx *models.Tx, actor models.Actor, c *Comment, reason string) error {
	tx.Touch(CommentsTag)
	if c.State == Approved {
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
	}
	t := newTally()
	t.note(tx, c, c.State, ruling{actor: actor, reason: reason})
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	return reindex(ctx, tx, []int64{c.ID})
}

// checkText returns the stored form of a text, or refuses it.
func checkText(text string) (string, error) {
	text = strings.TrimSpace(richtext.Normalize(text))
	switch {
	case len(text) > MaxTextBytes:
		return "", models.InvalidFields(models.FieldError{Field: "comment", Code: "too-long", Limit: MaxTextBytes})
	case richtext.BlankComment(text):
		return "", models.InvalidFields(models.FieldError{Field: "comment", Code: "required"})
	}
	return text, nil
}

// lockComment reads a comment and locks its row.
func lockComment(ctx context.Context, tx *models.Tx, id int64) (*Comment, error) {
	c, err := models.First[Comment](tx.Lock(ctx).Where("id = ?", id))
	if err == nil && c == nil {
		err = models.Errorf(models.NotFound, "there is no comment %d", id)
	}
	return c, err
}

// Answer publishes a reply by an account of the staff. It also approves a held
// parent, in the same transaction. [Undo] reverts both and puts the answer into the
// trash. The same answer sent twice within ten minutes is published once. Answer
// refuses with
//
//	Invalid                the text is missing or too long
//	Forbidden parent-gone  the parent is neither public nor held
//	Conflict changed       the parent was changed since parent.Version
//	Conflict duplicate     the same answer was posted there before
func Answer(ctx context.Context, db *models.DB, u *people.User, parent Versioned, text string) (op string, answer *Comment, err error) {
	if text, err = checkText(text); err != nil {
		return "", nil, err
	}
	composed := Comment{Type: "comment", Version: 1, Author: u.Name, Email: u.Email, UserID: &u.ID, Reasons: Reasons{}}
	composed.SetText(text) // before the transaction, so that other writers do not wait
	err = db.Write(ctx, func(tx *models.Tx) error {
		op = ""
		to, err := lockComment(ctx, tx, parent.ID)
		if err != nil {
			return err
		}
		answer = new(composed)
		answer.ArticleID, answer.ParentID, answer.Language, answer.CreatedAt = to.ArticleID, to.ID, to.Language, models.At(tx.Now)
		key := duplicateKey(answer, fmt.Sprint("account ", u.ID))
		answer.DuplicateKey = &key
		// The second half of a double click carries the version from before the
		// first half.
		if first, err := byDuplicateKey(ctx, tx, key); err != nil || first != nil {
			if first != nil && models.Wait(first.CreatedAt, doubleClick, models.At(tx.Now)) > 0 {
				answer = first
				op, err = operationOn(ctx, tx, first.ID)
				return err
			}
			if err == nil {
				err = models.Refusal(models.Conflict, "duplicate", "you have said that already")
			}
			return err
		}
		switch {
		case to.State != Approved && to.State != Held || to.Gone():
			return models.Refusal(models.Forbidden, "parent-gone", "the comment you are answering is no longer public")
		case parent.Version != AnyVersion && to.Version != parent.Version:
			return models.Refusal(models.Conflict, "changed", "the comment was changed in between")
		}
		op, err = answer.publish(ctx, tx, u.Actor(), to)
		return err
	})
	return op, answer, err
}

// publish stores an answer and approves its parent. It returns the operation with
// which [Undo] reverts both.
func (c *Comment) publish(ctx context.Context, tx *models.Tx, actor models.Actor, to *Comment) (op string, err error) {
	op = rand.Text()
	if to.State == Held {
		r := ruling{actor: actor, action: DoApprove, operation: op, answers: true}
		if _, err := decideChunk(ctx, tx, r, []Versioned{{ID: to.ID}}); err != nil {
			return "", err
		}
	}
	if err := c.store(ctx, tx, Approved); err != nil {
		return "", err
	}
	row := undoRow{
		Operation: op, Action: OperationAnswer, CommentID: c.ID, ActorID: actor.UserID, At: models.At(tx.Now),
		Version: c.Version, State: Trashed, StateBefore: Approved, StateAt: models.At(tx.Now),
	}
	if err := tx.Query(ctx).Create(&row).Error; err != nil {
		return "", err
	}
	return op, queueMails(ctx, tx, []turned{{c.ID, c.ParentID, Approved}}, nil)
}

// operationOn returns the latest operation on a comment, "" if there is none.
func operationOn(ctx context.Context, tx *models.Tx, id int64) (string, error) {
	var ops []string
	err := tx.Query(ctx).Raw("SELECT operation FROM undo_rows WHERE comment_id = ? ORDER BY at DESC LIMIT 1", id).Scan(&ops).Error
	if err != nil || len(ops) == 0 {
		return "", err
	}
	return ops[0], nil
}
