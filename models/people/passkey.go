package people

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Limits of passkeys.
const (
	// MaxPasskeys is how many passkeys an account can have.
	MaxPasskeys = 20
	// MaxPasskeyName is the longest name of a passkey, in characters, see
	// [richtext.TooLong].
	MaxPasskeyName = 100
	// CeremonyTimeout is how long an authenticator may take to answer.
	CeremonyTimeout = 5 * time.Minute
)

// Passkey is a key pair that an authenticator keeps for this site: a
// telephone, a computer or a security key. It replaces password and one-time
// password, because the authenticator itself has verified its user.
type Passkey struct {
	ID         int64
	UserID     int64
	Credential string // the credential ID, base64url
	Record     string // the webauthn.Credential as JSON
	SignCount  int64  `gorm:"column:signatures"` // the signature counter that the authenticator last sent
	Name       string
	CreatedAt  models.Time `gorm:"autoCreateTime:false"`
	UsedAt     models.Time
	ClonedAt   models.Time `gorm:"column:copied_at"` // when the counter did not grow: the key exists twice
}

// usedChallenge is the hash of a challenge that was answered.
type usedChallenge struct {
	Hash string `gorm:"primaryKey"`
	At   models.Time
}

// Passkeys makes challenges and checks the answers of authenticators. A
// challenge is not stored: it travels through the browser, signed. Its hash is
// stored with the answer, so that it works once.
type Passkeys struct {
	web   *webauthn.WebAuthn
	links *Links
}

// NewPasskeys returns nil for a site whose address cannot have passkeys: one
// without TLS that is not this machine's own, or an IP address.
func NewPasskeys(base *url.URL, links *Links) (*Passkeys, error) {
	host := base.Hostname()
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if _, err := netip.ParseAddr(host); err == nil || base.Scheme != "https" && !local {
		return nil, nil
	}
	discoverable := true
	web, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: host, RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &discoverable,
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: CeremonyTimeout, TimeoutUVD: CeremonyTimeout},
			Registration: webauthn.TimeoutConfig{Timeout: CeremonyTimeout, TimeoutUVD: CeremonyTimeout},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", host, err)
	}
	return &Passkeys{web, links}, nil
}

// errPasskey refuses an answer of an authenticator. All faults have the same
// text.
var errPasskey = models.Refusal(models.Forbidden, "passkey-wrong", "the passkey was not accepted")

// refusedPasskey returns [errPasskey] with the reason as its cause, for the
// log.
func refusedPasskey(err error) error {
	e := *errPasskey
	e.Cause = err
	if p, ok := errors.AsType[*protocol.Error](err); ok {
		e.Cause = fmt.Errorf("%s: %s %s", p.Type, p.Details, p.DevInfo)
	}
	return &e
}

// Ceremony is a challenge to an authenticator, as WebAuthn calls a
// registration or a sign-in.
type Ceremony struct {
	Options json.RawMessage `json:"options"` // for the browser
	Key     string          `json:"key"`     // comes back with the answer
}

func (p *Passkeys) newCeremony(options any, challenge, subject string, now time.Time) (*Ceremony, error) {
	data, err := json.Marshal(options)
	return &Ceremony{data, p.links.Make(ForPasskey, challenge+" "+subject, now)}, err
}

// readChallenge reads a ceremony's key. It refuses a key that is too old or
// was made for another subject.
func (p *Passkeys) readChallenge(key, subject string, now time.Time) (string, error) {
	said, age, ok := p.links.Read(ForPasskey, key, now)
	challenge, of, _ := strings.Cut(said, " ")
	if !ok || age > CeremonyTimeout || of != subject {
		return "", errPasskey
	}
	return challenge, nil
}

// useChallenge notes that a challenge was answered. It refuses the second
// answer.
func useChallenge(ctx context.Context, tx *models.Tx, challenge string) error {
	used := tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&usedChallenge{hashToken(challenge), models.At(tx.Now)})
	if used.Error == nil && used.RowsAffected == 0 {
		return errPasskey
	}
	return used.Error
}

// webauthnUser is an account as the webauthn package wants it.
type webauthnUser struct {
	*User
	keys []webauthn.Credential
}

// WebAuthnID is the user handle: it reveals nothing about the account and
// never changes.
func (h webauthnUser) WebAuthnID() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "broadsheet account %d of %d", h.ID, h.CreatedAt.UnixMicro()))
	return sum[:]
}

func (h webauthnUser) WebAuthnName() string                       { return h.Email }
func (h webauthnUser) WebAuthnDisplayName() string                { return h.Name }
func (h webauthnUser) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func loadWebauthnUser(ctx context.Context, r models.Queryer, u *User) (webauthnUser, error) {
	h := webauthnUser{User: u}
	list, err := PasskeysOf(ctx, r, u.ID)
	for _, k := range list {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Record), &c); err != nil {
			return h, fmt.Errorf("passkey %d: %w", k.ID, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, err
}

// PasskeysOf returns an account's passkeys, oldest first.
func PasskeysOf(ctx context.Context, r models.Queryer, user int64) ([]Passkey, error) {
	var list []Passkey
	return list, r.Query(ctx).Where("user_id = ?", user).Order("id").Find(&list).Error
}

// registrationSubject is the subject of a ceremony that adds a passkey. The
// ceremony ends when the account's credentials change.
func registrationSubject(u *User) string {
	return "add " + strconv.FormatInt(u.ID, 10) + " " + u.Stamp()
}

// BeginRegistration asks an authenticator for a new passkey of an account. The
// caller has just checked the account's password.
func (p *Passkeys) BeginRegistration(ctx context.Context, db *models.DB, u *User) (*Ceremony, error) {
	h, err := loadWebauthnUser(ctx, db, u)
	if err != nil {
		return nil, err
	}
	if len(h.keys) >= MaxPasskeys {
		return nil, models.Refusal(models.Conflict, "passkeys-many", fmt.Sprintf("an account has at most %d passkeys", MaxPasskeys))
	}
	options, session, err := p.web.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, err
	}
	return p.newCeremony(options, session.Challenge, registrationSubject(u), db.Now())
}

// Register stores the passkey that an authenticator has made.
func (p *Passkeys) Register(ctx context.Context, db *models.DB, u *User, key, answer, name string) error {
	challenge, err := p.readChallenge(key, registrationSubject(u), db.Now())
	if err != nil {
		return err
	}
	if name, err = cleanPasskeyName(name); err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return refusedPasskey(err)
	}
	h := webauthnUser{User: u}
	made, err := p.web.CreateCredential(h, webauthn.SessionData{
		Challenge: challenge, UserID: h.WebAuthnID(), UserVerification: protocol.VerificationRequired,
		CredParams: webauthn.CredentialParametersDefault(),
	}, parsed)
	if err != nil {
		return refusedPasskey(err)
	}
	record, err := json.Marshal(made)
	if err != nil {
		return err
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err := useChallenge(ctx, tx, challenge); err != nil {
			return err
		}
		if err := u.checkUnchanged(ctx, tx); err != nil {
			return err
		}
		err := tx.Query(ctx).Create(&Passkey{
			UserID: u.ID, Credential: base64.RawURLEncoding.EncodeToString(made.ID), Record: string(record),
			SignCount: int64(made.Authenticator.SignCount), Name: name, CreatedAt: models.At(tx.Now),
		}).Error
		if err == nil {
			err = u.tellOwner(ctx, tx, PasskeyAdded, name, "")
		}
		if err != nil {
			return err
		}
		return endMailedLinks(ctx, tx, u.ID)
	})
	if models.IsDuplicate(err) {
		return errPasskey
	}
	return err
}

func cleanPasskeyName(name string) (string, error) {
	name = richtext.PlainLine(name)
	if name == "" {
		name = "Passkey"
	}
	if _, err := cleanName(name); err != nil || richtext.TooLong(name, MaxPasskeyName) {
		text := fmt.Sprintf("a passkey's name is one line of at most %d characters", MaxPasskeyName)
		return "", models.Refusal(models.Invalid, "passkey-name", text)
	}
	return name, nil
}

// BeginSignIn asks the browser for any passkey of this site.
func (p *Passkeys) BeginSignIn(now time.Time) (*Ceremony, error) {
	options, session, err := p.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, err
	}
	return p.newCeremony(options, session.Challenge, "sign-in", now)
}

// SignIn checks the answer of an authenticator and returns the account of the
// passkey.
func (p *Passkeys) SignIn(ctx context.Context, db *models.DB, key, answer string) (*User, error) {
	challenge, err := p.readChallenge(key, "sign-in", db.Now())
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, refusedPasskey(err)
	}
	stored, h, err := passkeyByCredential(ctx, db, parsed.RawID)
	if err != nil {
		return nil, err
	}
	_, checked, err := p.web.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil },
		webauthn.SessionData{Challenge: challenge, UserVerification: protocol.VerificationRequired}, parsed)
	if err != nil {
		return nil, refusedPasskey(err)
	}
	if err := stored.recordUse(ctx, db, challenge, checked); err != nil {
		return nil, err
	}
	return h.User, nil
}

// passkeyByCredential returns the passkey with a credential ID, and its
// account.
func passkeyByCredential(ctx context.Context, db *models.DB, id []byte) (*Passkey, webauthnUser, error) {
	key, err := models.First[Passkey](db.Query(ctx).Where("credential = ?", base64.RawURLEncoding.EncodeToString(id)))
	if err != nil || key == nil {
		return nil, webauthnUser{}, errors.Join(err, errPasskey)
	}
	u, err := ByID(ctx, db, key.UserID)
	if err != nil {
		return nil, webauthnUser{}, err
	}
	if u.Closed() {
		return nil, webauthnUser{}, errPasskey
	}
	h, err := loadWebauthnUser(ctx, db, u)
	return key, h, err
}

// recordUse notes that a passkey was used. A passkey whose signature counter
// does not grow exists twice (WebAuthn, 6.1.1): it is refused until its owner
// has replaced it.
func (k *Passkey) recordUse(ctx context.Context, db *models.DB, challenge string, checked *webauthn.Credential) error {
	record, err := json.Marshal(checked)
	if err != nil {
		return err
	}
	var outcome error
	err = db.Write(ctx, func(tx *models.Tx) error {
		if outcome = useChallenge(ctx, tx, challenge); outcome != nil {
			return outcome
		}
		n, now := int64(checked.Authenticator.SignCount), models.At(tx.Now)
		changes := map[string]any{"record": string(record), "signatures": n, "used_at": now}
		used := tx.Query(ctx).Model(&Passkey{}).
			Where("id = ? AND copied_at IS NULL AND (signatures < ? OR signatures = 0 AND ? = 0)", k.ID, n, n).UpdateColumns(changes)
		if used.Error != nil || used.RowsAffected == 1 && !checked.Authenticator.CloneWarning {
			return used.Error
		}
		outcome = models.Refusal(models.Forbidden, "passkey-copied", "this passkey seems to exist twice: sign in another way and remove it")
		return tx.Query(ctx).Model(&Passkey{}).Where("id = ? AND copied_at IS NULL", k.ID).UpdateColumn("copied_at", now).Error
	})
	if err == nil {
		err = outcome
	}
	return err
}

// RenamePasskey gives one of an account's passkeys another name.
func RenamePasskey(ctx context.Context, db *models.DB, u *User, id int64, name string) error {
	name, err := cleanPasskeyName(name)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return requireRow(tx.Query(ctx).Model(&Passkey{}).Where("id = ? AND user_id = ?", id, u.ID).UpdateColumn("name", name))
	})
}

// RemovePasskey removes one of an account's passkeys.
func RemovePasskey(ctx context.Context, db *models.DB, u *User, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := requireRow(tx.Query(ctx).Where("id = ? AND user_id = ?", id, u.ID).Delete(&Passkey{})); err != nil {
			return err
		}
		if err := u.tellOwner(ctx, tx, PasskeyRemoved, "", ""); err != nil {
			return err
		}
		return endMailedLinks(ctx, tx, u.ID)
	})
}

// requireRow returns a NotFound error if a statement has changed no row.
func requireRow(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return models.Errorf(models.NotFound, "there is no such passkey")
	}
	return done.Error
}

// CountPasskeys returns how many passkeys each account has.
func CountPasskeys(ctx context.Context, r models.Queryer) (map[int64]int, error) {
	var rows []struct {
		UserID int64
		N      int
	}
	err := r.Query(ctx).Model(&Passkey{}).Select("user_id, COUNT(*) AS n").Group("user_id").Scan(&rows).Error
	counts := make(map[int64]int, len(rows))
	for _, row := range rows {
		counts[row.UserID] = row.N
	}
	return counts, err
}
