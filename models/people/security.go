package people

import (
	"context"
	"crypto/rand"
	"time"

	"broadsheet/models"
	"broadsheet/models/queue"
)

// SecurityEvent is an event of which the owner of an account is told by mail, so that
// a thief of a password or of a session does not go unnoticed.
type SecurityEvent string

// The events.
const (
	PasswordChanged SecurityEvent = "password"
	TOTPEnabled     SecurityEvent = "totp-on"
	TOTPDisabled    SecurityEvent = "totp-off"
	CodesReplaced   SecurityEvent = "codes"
	PasskeyAdded    SecurityEvent = "passkey-add"
	PasskeyRemoved  SecurityEvent = "passkey-remove"
	// Package apppasswords has the passwords of programs.
	AppPasswordAdded SecurityEvent = "app-password-add"
	AppPasswordEnded SecurityEvent = "app-password-end"
	FactorsRemoved   SecurityEvent = "factors"
	EmailChanged     SecurityEvent = "email"
	RoleChanged      SecurityEvent = "role"
	NewBrowser       SecurityEvent = "browser"
	SessionEnded     SecurityEvent = "session" // by somebody else
	SignedOut        SecurityEvent = "out"     // by somebody else, everywhere
)

// SecurityEvents lists the events.
var SecurityEvents = []SecurityEvent{
	PasswordChanged, TOTPEnabled, TOTPDisabled, CodesReplaced, PasskeyAdded, PasskeyRemoved, AppPasswordAdded, AppPasswordEnded,
	FactorsRemoved, EmailChanged, RoleChanged, NewBrowser, SessionEnded, SignedOut,
}

// JobSecurity is the kind of job that mails a [SecurityNotice].
const JobSecurity = "security"

// SecurityNotice is the payload of such a job. The instant of the event is that of
// the job.
type SecurityNotice struct {
	User   int64
	Email  string // before the event: the old address is told of a new one
	Event  SecurityEvent
	Detail string // the new role, the new address, the name of the passkey or program
	By     string // the actor, "" for the owner
	Origin
}

// Origin is the place that a request comes from. It travels in the context, because
// each change of an account would otherwise carry it for the mail alone.
type Origin struct {
	Network string
	Agent   string
	Browser string `json:"-"` // the token by which a browser is known again
}

type originKey struct{}

// WithOrigin returns a context that carries an origin.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// tellOwner queues the mail about an event within the transaction that causes it. The
// origin of a change by another actor says nothing to the owner, so it is left out.
func (u *User) tellOwner(ctx context.Context, tx *models.Tx, event SecurityEvent, detail, by string) error {
	n := SecurityNotice{User: u.ID, Email: u.Email, Event: event, Detail: detail, By: by}
	if by == "" {
		n.Origin, _ = ctx.Value(originKey{}).(Origin)
	}
	return queue.Add(ctx, tx, JobSecurity, rand.Text(), n, tx.Now)
}

// Announce notes a change of an account's credentials in the audit, under the name of the
// event, and tells the owner by mail. It is for packages with credentials of their own.
func Announce(ctx context.Context, tx *models.Tx, by models.Actor, u *User, event SecurityEvent, detail string) error {
	name := by.Name
	if by.UserID != nil && *by.UserID == u.ID {
		name = ""
	}
	err := u.tellOwner(ctx, tx, event, detail, name)
	if err == nil {
		err = recordChange(ctx, tx, by, u, string(event), detail)
	}
	return err
}

// SecurityMailAge is the age from which a notice is not mailed any more. A site
// without a mail server forgets its notices after this time.
const SecurityMailAge = 7 * 24 * time.Hour

// knownBrowser is a browser in which an account has signed in.
type knownBrowser struct {
	UserID int64  `gorm:"primaryKey"`
	Hash   string `gorm:"primaryKey"` // of the token in its cookie
	At     models.Time
}

// knownBrowserAge is how long a browser is known without a sign-in.
const knownBrowserAge = 400 * 24 * time.Hour

// rememberBrowser remembers the browser of a sign-in, and tells the owner of a new one.
// It tells nothing of the first sign-in of an account, nor of the first one since
// browsers are remembered if it comes from a known network.
func (u *User) rememberBrowser(ctx context.Context, tx *models.Tx, network string) error {
	o, _ := ctx.Value(originKey{}).(Origin)
	if o.Browser == "" {
		return nil
	}
	b := &knownBrowser{u.ID, hashToken(o.Browser), models.At(tx.Now)}
	seen := tx.Query(ctx).Model(b).Where("user_id = ? AND hash = ?", u.ID, b.Hash).UpdateColumn("at", b.At)
	if seen.Error != nil || seen.RowsAffected > 0 {
		return seen.Error
	}
	var quiet bool
	_, err := models.QueryRow(ctx, tx, []any{&quiet}, `SELECT NOT EXISTS (SELECT 1 FROM known_browsers WHERE user_id = ?)
		AND (NOT EXISTS (SELECT 1 FROM known_networks WHERE user_id = ?)
		OR EXISTS (SELECT 1 FROM known_networks WHERE user_id = ? AND network = ?))`, u.ID, u.ID, u.ID, network)
	if err == nil {
		err = tx.Query(ctx).Create(b).Error
	}
	if err != nil || quiet {
		return err
	}
	return u.tellOwner(ctx, tx, NewBrowser, "", "")
}

// ReportTheft ends all sessions and links of an account, whose owner opened the link of
// a security notice, and forgets its browsers. The link works once. It gives back the
// address to which the notice was mailed if the account has another one since.
func ReportTheft(ctx context.Context, db *models.DB, link string, id int64, email string) (u *User, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		first, err := MarkLinkUsed(ctx, tx, link, tx.Now.Add(LinkRules[ForTheft].Lifetime))
		if err == nil && !first {
			err = ErrResetGone
		}
		if err == nil {
			u, err = Authorize(ctx, tx, id, "")
		}
		if err == nil && u.Email != email {
			err = u.changeEmail(ctx, tx, email)
		}
		if err == nil {
			err = renewCredentials(ctx, tx, id, "")
		}
		if err == nil {
			err = tx.Query(ctx).Where("user_id = ?", id).Delete(&knownBrowser{}).Error
		}
		if err == nil {
			err = recordChange(ctx, tx, u.Actor(), u, "theft", "")
		}
		if err == nil {
			u, err = ByID(ctx, tx, id) // with the new generation
		}
		return err
	})
	return u, err
}
