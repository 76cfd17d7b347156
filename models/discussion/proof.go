package discussion

import (
	"context"
	"errors"
	"strings"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/queue"
)

// JobProof sends a link by which a browser shows that an address is its own.
// Its key is the address.
const JobProof = "comments-proof"

// proofJob is its payload: the article whose form asked for it.
type proofJob struct {
	Article int64 `json:"article"`
}

// ProofArticle returns the article whose form asked for a link.
func ProofArticle(j *queue.Job) (int64, error) {
	var p proofJob
	err := j.Read(&p)
	return p.Article, err
}

// AskForProof leaves a job that sends a link to the address of somebody who
// may comment only once it is known to be theirs, and returns the address.
// Nobody is told whether it was ever written with. Who needs no link gets
// none: then the address is "". It refuses what [Post] refuses for the
// article, and
//
//	Invalid  the address is missing or is none
func AskForProof(ctx context.Context, db *models.DB, site *newsroom.Site, in Submission) (email string, err error) {
	in.ParentID = 0 // for Post to look at
	_, err = admit(ctx, db, site, in, models.At(db.Now()))
	if refusal, ok := errors.AsType[*models.Error](err); !ok || refusal.Code != "verify" {
		return "", err
	}
	typed := strings.TrimSpace(in.Email)
	if typed == "" {
		return "", models.InvalidFields(models.FieldError{Field: "email", Code: "required"})
	}
	email, err = people.NormalizeEmail(typed)
	if err != nil || len(typed) > MaxEmailBytes {
		return "", models.InvalidFields(models.FieldError{Field: "email", Code: "invalid"})
	}
	return email, db.Write(ctx, func(tx *models.Tx) error {
		return queue.Add(ctx, tx, JobProof, email, proofJob{in.ArticleID}, tx.Now)
	})
}

// RevokeProofs revokes all proofs that an address belongs to a commenter. The
// desk no longer shows its comments as verified, earlier cookies and links
// prove nothing, and mail waits for a new confirmation. It returns the number
// of comments that were verified.
func RevokeProofs(ctx context.Context, db *models.DB, email string) (comments int64, err error) {
	email, err = people.NormalizeEmail(email)
	if err != nil {
		return 0, err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		_, err := people.ChangeAddress(ctx, tx, email, func(a *people.Address, now models.Time) bool {
			a.RevokeProofs(now)
			return true
		})
		if err != nil {
			return err
		}
		tx.Touch(CommentsTag)
		changed := tx.Query(ctx).Model(&Comment{}).Where("email = ? AND email <> '' AND verified", email).UpdateColumn("verified", false)
		comments = changed.RowsAffected
		return changed.Error
	})
	return comments, err
}
