package people

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/queue"
)

// JobEmail is the kind of job that mails a link to a new address of an account.
const JobEmail = "new address"

// EmailRequest is its payload.
type EmailRequest struct {
	User  int64
	Email string
	Stamp string
}

// newAddressMails limits the links to new addresses that an account causes.
var newAddressMails = attemptLimit{5, time.Hour}

// RequestEmailChange queues a mail to a new address of an account. The account keeps
// its address until the link in the mail is opened. The answer does not tell whether
// another account has the address.
func RequestEmailChange(ctx context.Context, db *models.DB, u *User, email string) error {
	email, err := NormalizeEmail(email)
	if err != nil || email == u.Email {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		_, n, err := incrementCounter(ctx, tx, "new address of "+u.Email, newAddressMails.window)
		if err != nil || n > newAddressMails.most {
			return err
		}
		return queue.Add(ctx, tx, JobEmail, hashToken(u.Stamp()+" "+email), EmailRequest{u.ID, email, u.Stamp()}, tx.Now)
	})
}

// ChangeEmail gives an account the address that has just been confirmed, by a link
// with the account's stamp. All mailed links end; sessions continue. It refuses with
// Gone (link-ended) and Conflict (email-taken).
func ChangeEmail(ctx context.Context, db *models.DB, id int64, stamp, email string) error {
	err := db.Write(ctx, func(tx *models.Tx) error {
		u, err := AuthorizeLink(ctx, tx, id, stamp, "")
		if err == nil {
			err = u.tellOwner(ctx, tx, EmailChanged, email, "")
		}
		if err == nil {
			err = u.changeEmail(ctx, tx, email)
		}
		return err
	})
	return explainDuplicate(err, email)
}

func (u *User) changeEmail(ctx context.Context, tx *models.Tx, email string) error {
	taken, err := HasEmail(ctx, tx, email)
	if err == nil && taken {
		err = errEmailTaken(email)
	}
	if err == nil {
		err = tx.Query(ctx).Model(&User{}).Where("id = ?", u.ID).
			UpdateColumns(map[string]any{"email": email, "updated_at": models.At(tx.Now)}).Error
	}
	if err == nil {
		err = recordChange(ctx, tx, u.Actor(), u, "email", email)
	}
	if err == nil {
		err = endMailedLinks(ctx, tx, u.ID)
	}
	tx.Touch(PeopleTag)
	return err
}
