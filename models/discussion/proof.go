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

// JobProof is the kind of job that mails a link to verify an address. Its key is
// the address.
const JobProof = "comments-proof"

// proofJob is the payload of a JobProof: the article with the form that was used.
type proofJob struct {
	Article int64 `json:"article"`
}

// ProofArticle returns the article of a JobProof.
func ProofArticle(j *queue.Job) (int64, error) {
	var p proofJob
	err := j.Read(&p)
	return p.Article, err
}

// RequestProof queues a mail with a link that verifies an address, for an article
// that takes comments from verified addresses only. It returns the address, and ""
// if the commenter needs no verification. It does not reveal whether the address
// is known. It refuses what [Post] refuses for the article, and
//
//	Invalid  the address is missing or is none
func RequestProof(ctx context.Context, db *models.DB, site *newsroom.Site, in Submission) (email string, err error) {
	in.ParentID = 0 // [Post] checks it
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
