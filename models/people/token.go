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
	return &Links{models.NewKeyring(secret, old...).Signer("mailed links", base64.RawURLEncoding.EncodeToString)}
}

// Purpose is what a token is for. A token for one purpose opens nothing else.
type Purpose string

// The purposes.
const (
	ForMail     Purpose = "mail"     // to choose what mail one gets; the subject is an address
	ForComments Purpose = "comments" // to see and remove what was written with an address
	ForProof    Purpose = "proof"    // to show that an address is one's own; the subject is an address and an article's number
	ForPassword Purpose = "password" // to choose a new one; the subject is an address and the old one's mark
	ForCode     Purpose = "code"     // the password was right, the code is still to come
	ForPasskey  Purpose = "passkey"  // a challenge that an authenticator is asked to sign
	ForSecret   Purpose = "secret"   // a secret of one-time passwords on its way into force
	ForHeld     Purpose = "held"     // to decide held comments; the subject is a set's number and an account's stamp
)

// LinkRule says how long the tokens of a purpose work, and how often.
type LinkRule struct {
	Lifetime  time.Duration // 0: for ever
	SingleUse bool          // the second use is refused
	// Stamped: the token carries an account's [User.Stamp], so it ends with a
	// sign-out everywhere, a new password, a change of a factor and the account.
	Stamped bool
	// Revocable: the token speaks for an email address, and ends when the proofs
	// of the address are taken back, see [Address.RevokedAt].
	Revocable bool
}

// LinkRules has the rule of every purpose. Beside these there are, without a
// token of this kind: the link to the first administrator, which works once and
// while the process that printed it runs; the key of an own comment's pages,
// which works for ever; and the preview of a comment that waits, ten minutes.
var LinkRules = map[Purpose]LinkRule{
	ForMail:     {},                                                           // stopping mail always works (RFC 8058); for proofs see MailProofLifetime
	ForComments: {Lifetime: time.Hour, Revocable: true},                       // many times
	ForProof:    {Lifetime: 24 * time.Hour, SingleUse: true, Revocable: true}, // once
	ForPassword: {Lifetime: time.Hour, SingleUse: true, Stamped: true},        // the new password changes the stamp
	ForCode:     {Lifetime: 10 * time.Minute, Stamped: true},                  // wrong codes are counted
	ForPasskey:  {Lifetime: CeremonyTimeout, SingleUse: true},                 // stamped when it adds a passkey
	ForSecret:   {Lifetime: 30 * time.Minute, SingleUse: true, Stamped: true}, // one-time passwords change the stamp
	ForHeld:     {Lifetime: 24 * time.Hour, Stamped: true},                    // once for each comment
}

// MailProofLifetime is how long the link in the mail that asks an owner whether mail is
// welcome shows that the address is the reader's own. It does so once. Links of
// all other mails prove nothing.
const MailProofLifetime = 30 * 24 * time.Hour

// Make returns a token.
func (l *Links) Make(p Purpose, subject string, at time.Time) string {
	body := base64.RawURLEncoding.EncodeToString([]byte(subject)) + "." + strconv.FormatInt(at.Unix(), 36)
	return body + "." + l.signer.Sign(p.signed(body))
}

// Read returns a token's subject and how long ago it was made. ok is false
// for a token that was not made here for that purpose, or lies ahead by more
// than a minute.
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

// usedLink is a link that works once and has been used.
type usedLink struct {
	Hash  string `gorm:"primaryKey"`
	Until models.Time
}

// MarkLinkUsed notes that a link which works once was used. It reports false for one
// that was used before. until is when the link is too old to work anyway.
func MarkLinkUsed(ctx context.Context, tx *models.Tx, token string, until time.Time) (first bool, err error) {
	used := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&usedLink{hashToken(token), models.At(until)})
	return used.RowsAffected == 1, used.Error
}

// MarkLinkUsedNow is MarkLinkUsed in a transaction of its own.
func MarkLinkUsedNow(ctx context.Context, db *models.DB, token string, until time.Time) (first bool, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		first, err = MarkLinkUsed(ctx, tx, token, until)
		return err
	})
	return first, err
}

// IsLinkUsed reports whether a link which works once was used.
func IsLinkUsed(ctx context.Context, r models.Queryer, token string) (bool, error) {
	var hash string
	return models.QueryRow(ctx, r, []any{&hash}, "SELECT hash FROM used_links WHERE hash = ?", hashToken(token))
}
