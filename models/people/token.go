package people

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Links makes and reads the tokens in the links of mails. A token holds its
// subject, in clear, and the time when it was made, in seconds. The site signs
// both together with the token's purpose.
type Links struct{ signer *models.Signer }

// NewLinks derives the signing key from the site's session key. Tokens made
// with an older session key are read as well.
func NewLinks(secret []byte, old ...[]byte) *Links {
	return LinksOf(models.NewKeyring(secret, old...))
}

// LinksOf is [NewLinks] with the site's keys.
func LinksOf(keys *models.Keyring) *Links {
	return &Links{keys.Signer("mailed links", base64.RawURLEncoding.EncodeToString)}
}

// Purpose is the use of a token. A token for one purpose opens nothing else.
type Purpose string

// The purposes.
const (
	ForMail     Purpose = "mail"     // to choose the mail that one gets; the subject is an address
	ForComments Purpose = "comments" // to see and remove the comments written with an address
	ForProof    Purpose = "proof"    // to verify an address; the subject is the address and an article's number
	ForPassword Purpose = "password" // to set a new password; the subject is an address and the account's stamp
	ForCode     Purpose = "code"     // between the right password and the one-time password
	ForPasskey  Purpose = "passkey"  // a challenge for an authenticator
	ForSecret   Purpose = "secret"   // a secret of one-time passwords that is not confirmed yet
	ForDigest   Purpose = "digest"   // to confirm, change and end a subscription; the subject is its id
	ForBounce   Purpose = "bounce"   // to report that an issue was not delivered; the subject is the issue and the subscription
	ForTheft    Purpose = "theft"    // of a security notice: "it was not me"; the subject is an account and the address of the mail
	ForEmail    Purpose = "email"    // to confirm a new address; the subject is an account, its stamp and the address
	ForInvite   Purpose = "invite"   // to accept an invitation; the subject is its number and version
	ForReceipt  Purpose = "receipt"  // to see what became of a report; the subject is its number and its comment's
	ForHeld     Purpose = "held"     // to decide held comments; the subject is the id of a set of held comments and an account's stamp
)

// LinkRule is how long the tokens of a purpose are valid, and how often they
// work.
type LinkRule struct {
	Lifetime  time.Duration // 0: no limit
	SingleUse bool          // the second use is refused
	// Stamped: the token carries an account's [User.Stamp]. It ends with a
	// sign-out everywhere, a new password, a change of a second factor, and
	// the closing of the account.
	Stamped bool
	// Revocable: the token proves that its bearer reads the mail of an address.
	// It ends when [Address.RevokeProofs] is called for the address.
	Revocable bool
}

// LinkRules has the rule of every purpose. Three links have no token of this
// kind: the link that makes the first administrator, which works once and while the
// process that printed it runs; the key of an own comment's pages, which has
// no end; and the preview of a comment that waits, which works for ten
// minutes.
var LinkRules = map[Purpose]LinkRule{
	ForMail:     {},                                                           // stopping mail always works (RFC 8058)
	ForComments: {Lifetime: time.Hour, Revocable: true},                       // many times
	ForProof:    {Lifetime: 24 * time.Hour, SingleUse: true, Revocable: true}, // once
	ForPassword: {Lifetime: time.Hour, SingleUse: true, Stamped: true},        // the new password changes the stamp
	ForCode:     {Lifetime: 10 * time.Minute, Stamped: true},                  // wrong codes are counted
	ForPasskey:  {Lifetime: CeremonyTimeout, SingleUse: true},                 // stamped when it adds a passkey
	ForSecret:   {Lifetime: 30 * time.Minute, SingleUse: true, Stamped: true}, // one-time passwords change the stamp
	ForDigest:   {},                                                           // ending a subscription always works (RFC 8058)
	ForBounce:   {Lifetime: 30 * 24 * time.Hour},                              // an issue counts once
	ForTheft:    {Lifetime: SecurityMailAge, SingleUse: true},                 // without a stamp: a thief who changes more must not end it
	ForEmail:    {Lifetime: 24 * time.Hour, SingleUse: true, Stamped: true},   // the new address changes the stamp
	ForInvite:   {Lifetime: 7 * 24 * time.Hour, SingleUse: true},              // also ends when it is sent again or revoked
	ForReceipt:  {},                                                           // a decision can come late
	ForHeld:     {Lifetime: 24 * time.Hour, Stamped: true},                    // once for each comment
}

// MailProofLifetime is how long the link in the mail that asks for consent
// also verifies the address. It does so once. Links in other mails verify
// nothing.
const MailProofLifetime = 30 * 24 * time.Hour

// Make returns a token for a purpose and a subject, made at an instant.
func (l *Links) Make(p Purpose, subject string, at time.Time) string {
	body := base64.RawURLEncoding.EncodeToString([]byte(subject)) + "." + strconv.FormatInt(at.Unix(), 36)
	return body + "." + l.signer.Sign(p.signed(body))
}

// Read returns a token's subject and its age. ok is false for a token that
// this site did not make for that purpose, or that was made more than a minute
// ahead of now.
func (l *Links) Read(p Purpose, token string, now time.Time) (subject string, age time.Duration, ok bool) {
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 || !l.signer.Verify(p.signed(token[:cut]), token[cut+1:]) {
		return "", 0, false
	}
	encoded, made, _ := strings.Cut(token[:cut], ".")
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	seconds, timeErr := strconv.ParseInt(made, 36, 64)
	age = now.Sub(time.Unix(seconds, 0))
	if err != nil || timeErr != nil || age < -time.Minute {
		return "", 0, false
	}
	return string(text), max(0, age), true
}

// signed returns the text that is signed for the body of a token.
func (p Purpose) signed(body string) string { return string(p) + "\n" + body }

// usedLink is a used link of a purpose whose links work once.
type usedLink struct {
	Hash  string `gorm:"primaryKey"`
	Until models.Time
}

// MarkLinkUsed notes that a link was used. It returns false if it was used
// before. until is when the link expires anyway.
func MarkLinkUsed(ctx context.Context, tx *models.Tx, token string, until time.Time) (first bool, err error) {
	used := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&usedLink{hashToken(token), models.At(until)})
	return used.RowsAffected == 1, used.Error
}

// MarkLinkUsedNow is [MarkLinkUsed] in a transaction of its own.
func MarkLinkUsedNow(ctx context.Context, db *models.DB, token string, until time.Time) (first bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		first, err = MarkLinkUsed(ctx, tx, token, until)
		return err
	})
	return first, err
}

// IsLinkUsed reports whether a link was marked as used.
func IsLinkUsed(ctx context.Context, r models.Queryer, token string) (bool, error) {
	var hash string
	return models.QueryRow(ctx, r, []any{&hash}, "SELECT hash FROM used_links WHERE hash = ?", hashToken(token))
}
