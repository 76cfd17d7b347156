package discussion

import (
	"context"
	"strconv"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/queue"
)

// Commenter is somebody who asks for what they wrote: a browser by its token,
// or the owner of an email address who has shown that it is theirs.
type Commenter struct {
	Token string
	Email string // lower case; only a verified one
}

// condition selects the writer's comments. A writer without either has none.
func (w Commenter) condition() (where string, arg any) {
	switch {
	case w.Token != "":
		return "token_hash = ? AND token_hash <> ''", HashToken(w.Token)
	case w.Email != "":
		return "email = ? AND email <> ''", w.Email
	default:
		return "id = ?", 0
	}
}

// OwnPageSize is how many of a writer's comments are listed at once.
const OwnPageSize = 500

// CommentsBy returns a writer's comments in whatever state, by number, behind
// the one numbered after.
func CommentsBy(ctx context.Context, r models.Queryer, w Commenter, after int64) ([]Comment, error) {
	where, arg := w.condition()
	var list []Comment
	return list, r.Query(ctx).Where(where, arg).Where("id > ?", after).Order("id").Limit(OwnPageSize).Find(&list).Error
}

// Anonymise removes the name, email, website and all other data that identify
// the commenter from all of their comments, and their other traces. The texts
// and their places stay. It returns the number of comments.
func Anonymise(ctx context.Context, db *models.DB, w Commenter) (int, error) {
	return forget(ctx, db, w, func(tx *models.Tx, list []Comment) error { return forgetWriters(ctx, tx, list, false) })
}

// Erase removes a commenter's comments from the site: the texts, the texts
// before edits, all data that identify the commenter, and their other traces.
// Replies by other commenters stay, below a placeholder for the erased comment.
// It returns the number of comments.
//
// Three things stay on purpose: the log of decisions, which names no commenter;
// a ban, which its subject could otherwise lift by erasure; and, as a hash, the
// fact that an address wants no mail.
func Erase(ctx context.Context, db *models.DB, w Commenter) (int, error) {
	return forget(ctx, db, w, func(tx *models.Tx, list []Comment) error {
		seen := make([]Versioned, len(list))
		ids := make([]int64, len(list))
		for i, c := range list {
			seen[i], ids[i] = Versioned{ID: c.ID}, c.ID
			if err := c.unlearn(ctx, tx); err != nil {
				return err
			}
		}
		if _, err := decideChunk(ctx, tx, ruling{actor: models.ActorCommenter, action: DoTrash, reason: removedByWriter}, seen); err != nil {
			return err
		}
		if err := tx.Query(ctx).Exec("DELETE FROM comment_versions WHERE comment_id IN ?", ids).Error; err != nil {
			return err
		}
		return forgetWriters(ctx, tx, list, true)
	})
}

// forget runs do on all of a commenter's comments, in batches. Then it removes
// the commenter's other traces and the bytes of deleted rows in the files.
// After do, the comments must no longer belong to the commenter.
func forget(ctx context.Context, db *models.DB, w Commenter, do func(*models.Tx, []Comment) error) (total int, err error) {
	traces := newTraces(w)
	for n := 1; n > 0; {
		err := db.Write(ctx, func(tx *models.Tx) error {
			list, err := CommentsBy(ctx, tx, w, 0)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			traces.of(list)
			return do(tx, list)
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := traces.remove(ctx, tx); err != nil {
			return err
		}
		return purgeLater(ctx, tx)
	})
	if err != nil {
		return total, err
	}
	return total, purgeNow(ctx, db)
}

// forgetWriters clears the columns that identify the commenter, with texts
// also those that hold the text, and removes the rows that belong to these
// comments in other tables.
func forgetWriters(ctx context.Context, tx *models.Tx, list []Comment, texts bool) error {
	ids := make([]int64, len(list))
	keys := make([]string, len(list))
	for i, c := range list {
		ids[i], keys[i] = c.ID, strconv.FormatInt(c.ID, 10)
		tx.Touch(newsroom.ArticleTag(c.ArticleID), CommentsTag)
	}
	set := map[string]any{
		"author": Anonymous, "email": "", "url": "", "user_id": nil, "ip": "", "network": "", "agent": "", "token_hash": "", "duplicate_key": nil, "verified": false,
		"forgotten": true,
	}
	if texts {
		set["text"], set["html"], set["learned"], set["similar_a"], set["similar_b"] = "", "", "", nil, nil
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
