package appeals

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// JobOutcome is the kind of the jobs that mail the outcome of an appeal to its
// commenter. The key of a job is the number of the appeal.
const JobOutcome = "appeal-outcome"

// Others returns the accounts other than user that may decide comments on an article,
// ordered as the accounts are listed.
func Others(ctx context.Context, r models.Queryer, user, article int64) ([]people.User, error) {
	accounts, err := people.ListAccounts(ctx, r)
	if err != nil {
		return nil, err
	}
	categories, err := taxonomy.LoadCategories(ctx, r)
	if err != nil {
		return nil, err
	}
	var others []people.User
	for i := range accounts {
		u := &accounts[i]
		if u.ID == user || !u.May(people.Moderating) {
			continue
		}
		scope, err := moderation.ScopeOf(ctx, r, categories, u)
		if err == nil {
			err = scope.Article(ctx, r, article)
		}
		switch models.KindOf(err) {
		case models.Forbidden, models.NotFound:
			continue
		}
		if err != nil {
			return nil, err
		}
		others = append(others, *u)
	}
	return others, nil
}

// Ruling is a moderator's answer to an appeal.
type Ruling struct {
	Outcome Outcome // Upheld or Reversed
	Version int     // of the comment, as the moderator saw it
	Words   string  // for the commenter
}

// Decide ends an appeal. A reversed decision publishes the comment, and
// [discussion.Undo] with the returned operation reverts both. The caller has checked
// that the moderator may decide the comment. The same answer sent twice by the same
// moderator counts once. Decide refuses with
//
//	Invalid                   there is no such outcome, or the words are too long
//	NotFound                  there is no such appeal
//	Forbidden appeal-own      the moderator made the decision, and others may answer
//	Conflict  appeal-decided  the appeal has ended; the error names the moderator
//	Conflict  changed         the comment was changed since Version
func Decide(ctx context.Context, db *models.DB, u *people.User, id int64, ruling Ruling) (operation string, err error) {
	if ruling.Outcome != Upheld && ruling.Outcome != Reversed {
		return "", models.Errorf(models.Invalid, "an appeal is upheld or reversed")
	}
	if ruling.Words, err = cleanText("words", ruling.Words); err != nil {
		return "", err
	}
	a, err := ByID(ctx, db, id)
	if err != nil {
		return "", err
	}
	if a.DecidedFirstBy(u) {
		others, err := Others(ctx, db, u.ID, a.ArticleID)
		if err != nil {
			return "", err
		}
		if len(others) > 0 {
			return "", models.Refusal(models.Forbidden, "appeal-own", "another moderator answers an appeal against your decision")
		}
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		operation = ""
		a, err := models.First[Appeal](tx.Lock(ctx).Where("id = ?", id))
		if err != nil {
			return err
		}
		switch {
		case a == nil:
			return models.Errorf(models.NotFound, "there is no appeal %d", id)
		case a.Outcome == ruling.Outcome && a.DecidedByID != nil && *a.DecidedByID == u.ID:
			operation = a.Operation // the second half of a double click
			return nil
		case a.Outcome != Open:
			return models.Refusal(models.Conflict, "appeal-decided", a.DecidedBy+" has answered this appeal")
		}
		return a.end(ctx, tx, u, ruling, &operation)
	})
	return operation, err
}

// DecidedFirstBy reports whether an account made the decision that the appeal is
// against.
func (a *Appeal) DecidedFirstBy(u *people.User) bool {
	return a.ModeratorID != nil && *a.ModeratorID == u.ID
}

// end stores the outcome, publishes the comment of a reversed decision, and queues the
// mail to the commenter.
func (a *Appeal) end(ctx context.Context, tx *models.Tx, u *people.User, ruling Ruling, operation *string) error {
	a.Outcome, a.Words, a.DecidedAt = ruling.Outcome, ruling.Words, models.At(tx.Now)
	a.DecidedBy, a.DecidedByID = u.Name, &u.ID
	if ruling.Outcome == Reversed {
		seen := []discussion.Versioned{{ID: a.CommentID, Version: ruling.Version}}
		verdict := discussion.Verdict{Action: discussion.DoApprove, Undoable: true, Note: "after an appeal"}
		op, results, err := discussion.DecideIn(ctx, tx, u.Actor(), seen, verdict)
		if err != nil {
			return err
		}
		switch d := results[0]; {
		case d.Missing || d.Gone:
			a.Outcome = Withdrawn
		case d.Conflict && d.To == discussion.Approved:
			// A colleague has published the comment at the queue.
		case !d.Done():
			return models.Refusal(models.Conflict, "changed", "the comment was changed in between")
		}
		a.Operation, *operation = op, op
	}
	if err := tx.Query(ctx).Save(a).Error; err != nil {
		return err
	}
	tx.Touch(discussion.CommentsTag)
	// The mail about the outcome says that the comment is public.
	if err := queue.Remove(ctx, tx, []string{discussion.JobPublished}, []string{strconv.FormatInt(a.CommentID, 10)}); err != nil {
		return err
	}
	return queue.Add(ctx, tx, JobOutcome, strconv.FormatInt(a.ID, 10), struct{}{}, tx.Now.Add(discussion.MailPause))
}
