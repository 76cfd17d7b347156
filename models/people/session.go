package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"broadsheet/models"
)

// Times of a session.
const (
	// SessionIdle is how long a session lasts that nobody uses.
	SessionIdle = 14 * 24 * time.Hour
	// SessionMost is how long it lasts at all.
	SessionMost = 90 * 24 * time.Hour
	// seenEvery is how exactly it is known when a session was last used.
	seenEvery = 5 * time.Minute
)

// maxSessionAgent is how many bytes of the browser's name are kept.
const maxSessionAgent = 200

// Session is one browser in which somebody is signed in. The browser holds a
// random token; the database holds its hash, so that whoever reads the
// database cannot sign in with it.
type Session struct {
	Hash      string `gorm:"primaryKey"`
	UserID    int64
	Role      Role        // at sign-in; a session of another role gets a new token
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
	SeenAt    models.Time
	Network   string
	Agent     string
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// begin stores a new session and returns its token.
func (u *User) begin(ctx context.Context, tx *models.Tx, network, agent string) (string, error) {
	token := rand.Text()
	now := models.At(tx.Now)
	return token, tx.Query(ctx).Create(&Session{
		Hash: hashToken(token), UserID: u.ID, Role: u.Role, CreatedAt: now, SeenAt: now, Network: network, Agent: agent[:min(len(agent), maxSessionAgent)],
	}).Error
}

// Resume returns the session of a token and whose it is; nil for a token
// that was never given out, was revoked, or has run out.
func Resume(ctx context.Context, db *models.DB, token string) (*Session, *User, error) {
	if token == "" {
		return nil, nil, nil
	}
	var found []*Session
	if err := db.Query(ctx).Where("hash = ?", hashToken(token)).Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, nil, err
	}
	s, now := found[0], db.Now()
	if now.Sub(s.SeenAt.Time) > SessionIdle || now.Sub(s.CreatedAt.Time) > SessionMost {
		return nil, nil, nil
	}
	u, err := ByID(ctx, db, s.UserID)
	if models.KindOf(err) == models.NotFound {
		return nil, nil, nil
	}
	if err == nil && now.Sub(s.SeenAt.Time) > seenEvery {
		err = db.Write(ctx, func(tx *models.Tx) error {
			return tx.Query(ctx).Model(&Session{}).Where("hash = ?", s.Hash).UpdateColumn("seen_at", models.At(tx.Now)).Error
		})
	}
	return s, u, err
}

// Rotate ends a session and begins another in its place, with a new token.
func Rotate(ctx context.Context, db *models.DB, old *Session, u *User) (token string, s *Session, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		gone := tx.Query(ctx).Where("hash = ?", old.Hash).Delete(&Session{})
		if gone.Error != nil || gone.RowsAffected == 0 {
			// Another request of the same browser was quicker.
			token = ""
			return gone.Error
		}
		token, err = u.begin(ctx, tx, old.Network, old.Agent)
		return err
	})
	if err != nil || token == "" {
		return "", nil, err
	}
	s, _, err = Resume(ctx, db, token)
	return token, s, err
}

// SessionsOf returns where an account is signed in, the last used first.
func SessionsOf(ctx context.Context, r models.Reader, user int64) ([]Session, error) {
	var list []Session
	return list, r.Query(ctx).Where("user_id = ?", user).Order("seen_at DESC, hash").Find(&list).Error
}

// SignOut ends one session. hash is the stored one; it must be the account's.
func SignOut(ctx context.Context, db *models.DB, user int64, hash string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("user_id = ? AND hash = ?", user, hash).Delete(&Session{}).Error
	})
}

// SignOutEverywhere ends all sessions of an account but the one kept, which
// may be "".
func SignOutEverywhere(ctx context.Context, tx *models.Tx, user int64, kept string) error {
	return tx.Query(ctx).Where("user_id = ? AND hash <> ?", user, kept).Delete(&Session{}).Error
}

// PruneSessions removes sessions that have run out and failures that no
// longer count.
func PruneSessions(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		err := tx.Query(ctx).Where("seen_at < ? OR created_at < ?", models.At(tx.Now.Add(-SessionIdle)), models.At(tx.Now.Add(-SessionMost))).Delete(&Session{}).Error
		if err == nil {
			err = tx.Query(ctx).Where("since < ?", models.At(tx.Now.Add(-24*time.Hour))).Delete(&failures{}).Error
		}
		return err
	})
}
