package privacy

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Commenter is the author of comments who asks for them: a browser by its token,
// or the verified owner of an email address. The staff, who acts for a person on the
// telephone, also names a browser by the stored form of its token, an account, or an
// address that was only typed. One of the fields is set, beside Everywhere.
type Commenter struct {
	Token     string
	TokenHash string
	Email     string // lower case; only a verified one
	Typed     string // lower case; it selects no comment with a better proof
	Account   int64
	// Everywhere is for an Email that the staff names: the traces of browsers without a
	// comment under another address go, too, although they have not verified it.
	Everywhere bool
}

// condition selects the commenter's comments. A commenter without token and email
// has none.
func (who Commenter) condition() (where string, arg any) {
	switch {
	case who.Token != "":
		return "token_hash = ? AND token_hash <> ''", discussion.HashToken(who.Token)
	case who.TokenHash != "":
		return "token_hash = ? AND token_hash <> ''", who.TokenHash
	case who.Email != "":
		return "email = ? AND email <> ''", who.Email
	case who.Typed != "":
		return "email = ? AND email <> '' AND NOT verified AND token_hash = '' AND user_id IS NULL", who.Typed
	case who.Account != 0:
		return "user_id = ?", who.Account
	default:
		return "id = ?", 0
	}
}

// byBrowser reports whether the commenter is a browser.
func (who Commenter) byBrowser() bool { return who.Token != "" || who.TokenHash != "" }

// PageSize is how many comments [CommentsBy] returns at most.
const PageSize = 500

// CommentsBy returns a commenter's comments in all states, by number, beginning
// after the one numbered after.
func CommentsBy(ctx context.Context, r models.Queryer, who Commenter, after int64) ([]discussion.Comment, error) {
	where, arg := who.condition()
	var list []discussion.Comment
	return list, r.Query(ctx).Where(where, arg).Where("id > ?", after).Order("id").Limit(PageSize).Find(&list).Error
}

// Anonymise removes the name, email, website and all other data that identify
// the commenter from all of their comments, and their other traces. The texts
// and their places stay. It returns the number of comments.
func Anonymise(ctx context.Context, db *models.DB, who Commenter) (int, error) {
	return forget(ctx, db, who, discussion.Anonymise)
}

// Erase removes a commenter's comments from the site: the texts, the texts
// before edits, all data that identify the commenter, and their other traces.
// Replies by other commenters stay, below a placeholder for the erased comment.
// It returns the number of comments.
//
// Three things stay on purpose: the log of decisions, which names no commenter;
// a ban, which its subject could otherwise lift by erasure; and, as a hash, the
// fact that an address wants no mail.
func Erase(ctx context.Context, db *models.DB, who Commenter) (int, error) {
	return forget(ctx, db, who, discussion.Erase)
}

// forget runs do on all of a commenter's comments, in batches. Then it removes
// the commenter's other traces and the bytes of deleted rows in the files.
// After do, the comments must no longer belong to the commenter.
func forget(
	ctx context.Context, db *models.DB, who Commenter, do func(context.Context, *models.Tx, []discussion.Comment) error,
) (total int, err error) {
	traces := newTraces(who)
	for n := 1; n > 0; {
		err := db.Write(ctx, func(tx *models.Tx) error {
			list, err := CommentsBy(ctx, tx, who, 0)
			if n = len(list); err != nil || n == 0 {
				return err
			}
			traces.of(list)
			return do(ctx, tx, list)
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
