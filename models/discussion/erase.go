package discussion

import (
	"context"
	"slices"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/discussion/complaints"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/newsroom"
	"broadsheet/models/queue"
)

// Anonymise removes the data that identify the commenter from comments. The texts
// and their places stay.
func Anonymise(ctx context.Context, tx *models.Tx, list []Comment) error {
	return forgetCommenters(ctx, tx, list, false)
}

// Erase removes comments for their commenter: the texts, also those before edits,
// and the data that identify the commenter. Replies stay, below a placeholder.
func Erase(ctx context.Context, tx *models.Tx, list []Comment) error {
	seen := make([]Versioned, len(list))
	ids := make([]int64, len(list))
	for i, c := range list {
		seen[i], ids[i] = Versioned{ID: c.ID}, c.ID
		if err := c.unlearn(ctx, tx); err != nil {
			return err
		}
	}
	if _, err := decideChunk(ctx, tx, ruling{actor: models.ActorCommenter, action: DoTrash, reason: RemovedByCommenter}, seen); err != nil {
		return err
	}
	if err := tx.Query(ctx).Exec("DELETE FROM comment_versions WHERE comment_id IN ?", ids).Error; err != nil {
		return err
	}
	return forgetCommenters(ctx, tx, list, true)
}

// forgetCommenters clears the columns that identify the commenter, and with texts
// also those that hold the text. It removes the rows that belong to these comments
// in other tables.
func forgetCommenters(ctx context.Context, tx *models.Tx, list []Comment, texts bool) error {
	ids := make([]int64, len(list))
	keys := make([]string, len(list))
	for i, c := range list {
		ids[i], keys[i] = c.ID, strconv.FormatInt(c.ID, 10)
		tx.Touch(newsroom.ArticleTag(c.ArticleID), CommentsTag)
	}
	set := map[string]any{
		"author": Anonymous, "email": "", "url": "", "user_id": nil, "ip": "", "network": "", "agent": "",
		"token_hash": "", "duplicate_key": nil, "verified": false, "forgotten": true,
	}
	if texts {
		set["text"], set["html"], set["learned"], set["similar_a"], set["similar_b"] = "", "", "", nil, nil
	}
	if err := complaints.Forget(ctx, tx, ids, texts); err != nil {
		return err
	}
	// An undo would restore the earlier state with its duplicate key.
	for _, table := range []string{"follows", "undo_rows"} {
		if err := tx.Query(ctx).Exec("DELETE FROM "+table+" WHERE comment_id IN ?", ids).Error; err != nil {
			return err
		}
	}
	// The mails about these comments go to the commenter.
	if err := queue.Remove(ctx, tx, []string{JobPublished, JobDeclined}, keys); err != nil {
		return err
	}
	// The details of reasons quote the text or name the address.
	for i := range list {
		reasons := list[i].Reasons
		if texts {
			reasons = nil
		}
		for k := range reasons {
			reasons[k].Detail = ""
		}
		if err := tx.Query(ctx).Model(&Comment{}).Where("id = ?", list[i].ID).UpdateColumn("reasons", reasons).Error; err != nil {
			return err
		}
	}
	if err := tx.Query(ctx).Model(&Comment{}).Where("id IN ?", ids).UpdateColumns(set).Error; err != nil {
		return err
	}
	return reindex(ctx, tx, ids)
}

// DeleteBy is [DeleteForGood] on behalf of a member of the staff: the decision log
// keeps the fact, with reason.
func DeleteBy(ctx context.Context, tx *models.Tx, actor models.Actor, reason string, list []Comment) error {
	t := newTally()
	for i := range list {
		t.note(tx, &list[i], list[i].State, ruling{actor: actor, reason: reason})
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	return DeleteForGood(ctx, tx, list)
}

// DeleteForGood deletes comments in spam or trash. It blanks a comment with replies
// instead, to keep the thread intact. The caller has locked the comments.
func DeleteForGood(ctx context.Context, tx *models.Tx, list []Comment) error {
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	var answered []int64
	err := tx.Query(ctx).Model(&Comment{}).Where("parent_id IN ? AND parent_id > 0", ids).Distinct().Pluck("parent_id", &answered).Error
	if err != nil {
		return err
	}
	t := newTally()
	var gone []int64
	var emptied []Comment
	for i := range list {
		c := &list[i]
		if slices.Contains(answered, c.ID) {
			emptied = append(emptied, *c)
			continue
		}
		gone = append(gone, c.ID)
		t.remove(c)
		tx.Touch(newsroom.ArticleTag(c.ArticleID))
	}
	if len(emptied) > 0 {
		if err := forgetCommenters(ctx, tx, emptied, true); err != nil {
			return err
		}
	}
	if len(gone) == 0 {
		return nil
	}
	if err := t.write(ctx, tx); err != nil {
		return err
	}
	if err := complaints.Forget(ctx, tx, gone, true); err != nil {
		return err
	}
	if err := wordindex.Remove(ctx, tx, gone); err != nil {
		return err
	}
	return tx.Query(ctx).Where("id IN ?", gone).Delete(&Comment{}).Error
}
