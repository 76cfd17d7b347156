package discussion

import (
	"context"
	"errors"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// Writer is somebody who asks for what they wrote: a browser by its token,
// or the owner of an email address who has shown that it is theirs.
type Writer struct {
	Token string
	Email string // lower case; only a verified one
}

// condition selects the writer's comments. A writer without either has none.
func (w Writer) condition() (where string, arg any) {
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

// WrittenBy returns a writer's comments in whatever state, by number, behind
// the one numbered after.
func WrittenBy(ctx context.Context, r models.Reader, w Writer, after int64) ([]Comment, error) {
	where, arg := w.condition()
	var list []Comment
	return list, r.Query(ctx).Where(where, arg).Where("id > ?", after).Order("id").Limit(OwnPageSize).Find(&list).Error
}

// Anonymise takes name, email, website and everything else that tells who it
// was from all of a writer's comments. The text and its place stay. It
// returns how many comments that were.
func Anonymise(ctx context.Context, db *models.DB, w Writer) (int, error) {
	total, err := eachOwn(ctx, db, w, func(tx *models.Tx, list []Comment) error { return forgetWriters(ctx, tx, list, false) })
	return total, errors.Join(err, forgetAddress(ctx, db, w))
}

// Erase takes a writer's comments off the site, and with the names also the
// texts, those before edits too. Answers to them stay, under a place that
// says that something was there. It returns how many comments that were.
func Erase(ctx context.Context, db *models.DB, w Writer) (int, error) {
	total, err := eachOwn(ctx, db, w, func(tx *models.Tx, list []Comment) error {
		seen := make([]Seen, len(list))
		ids := make([]int64, len(list))
		for i, c := range list {
			seen[i], ids[i] = Seen{ID: c.ID}, c.ID
			if err := c.unlearn(ctx, tx); err != nil {
				return err
			}
		}
		if _, err := decideChunk(ctx, tx, ruling{actor: writerActor, action: DoTrash, reason: removedByWriter}, seen); err != nil {
			return err
		}
		if err := tx.Query(ctx).Exec("DELETE FROM comment_versions WHERE comment_id IN ?", ids).Error; err != nil {
			return err
		}
		return forgetWriters(ctx, tx, list, true)
	})
	return total, errors.Join(err, forgetAddress(ctx, db, w))
}

// forgetAddress removes what is known of a writer's address, if that is what
// the writer was found by.
func forgetAddress(ctx context.Context, db *models.DB, w Writer) error {
	if w.Email == "" {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error { return people.ForgetAddress(ctx, tx, w.Email) })
}

// eachOwn does something with a writer's comments, some at a time. What is
// done must make them no longer the writer's.
func eachOwn(ctx context.Context, db *models.DB, w Writer, do func(*models.Tx, []Comment) error) (total int, err error) {
	for {
		n := 0
		err := db.Write(ctx, func(tx *models.Tx) error {
			list, err := WrittenBy(ctx, tx, w, 0)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			return do(tx, list)
		})
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

func forgetWriters(ctx context.Context, tx *models.Tx, list []Comment, texts bool) error {
	ids := make([]int64, len(list))
	for i, c := range list {
		ids[i] = c.ID
		tx.Touch(newsroom.ArticleTag(c.ArticleID), CommentsTag)
	}
	set := map[string]any{
		"author": Anonymous, "email": "", "url": "", "user_id": nil, "ip": "", "network": "", "agent": "", "token_hash": "", "duplicate_key": nil, "verified": false,
	}
	if err := tx.Query(ctx).Where("comment_id IN ?", ids).Delete(&Follow{}).Error; err != nil {
		return err
	}
	if texts {
		set["text"], set["html"], set["reasons"], set["learned"], set["similar_a"], set["similar_b"] = "", "", "[]", "", nil, nil
	}
	if err := tx.Query(ctx).Model(&Comment{}).Where("id IN ?", ids).UpdateColumns(set).Error; err != nil {
		return err
	}
	return reindex(ctx, tx, ids)
}
