package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"broadsheet/models"
)

// Limits of a session.
const (
	// SessionMaxIdle is how long a session lasts without a request.
	SessionMaxIdle = 14 * 24 * time.Hour
	// SessionMaxAge is how long a session lasts in all.
	SessionMaxAge = 90 * 24 * time.Hour
	// seenInterval is the least time between two updates of SeenAt. Showing when an
	// account was last used must not cost a write in each request.
	seenInterval = time.Hour
)

// maxSessionAgent is how many bytes of the User-Agent header are stored.
const maxSessionAgent = 200

// Session is a signed-in browser. The browser holds a random token; the
// database holds its hash, so that a copy of the database cannot sign in.
type Session struct {
	Hash      string `gorm:"primaryKey"`
	UserID    int64
	Role      Role        // at sign-in; a session of another role gets a new token
	CreatedAt models.Time `gorm:"autoCreateTime:false"`
	SeenAt    models.Time
	Network   string
	Agent     string
	// Generation is that of the account at sign-in. When the account has a
	// newer one, the session is over.
	Generation int64
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// createSession stores a new session and returns its token.
func (u *User) createSession(ctx context.Context, tx *models.Tx, network, agent string) (string, error) {
	token := rand.Text()
	now := models.At(tx.Now)
	return token, tx.Query(ctx).Create(&Session{
		Hash: hashToken(token), UserID: u.ID, Role: u.Role, CreatedAt: now, SeenAt: now, Network: network, Generation: u.Generation,
		Agent: strings.ToValidUTF8(agent[:min(len(agent), maxSessionAgent)], ""),
	}).Error
}

// isValid reports whether a session has not expired. A session that was begun
// more than [maxClockSkew] ahead of now comes from a wrong clock, and would
// outlast all others: it is not valid.
func (s *Session) isValid(now time.Time) bool {
	return now.Sub(s.SeenAt.Time) <= SessionMaxIdle && now.Sub(s.CreatedAt.Time) <= SessionMaxAge && s.CreatedAt.Sub(now) <= maxClockSkew
}

// maxClockSkew is how far ahead of now a session may begin.
const maxClockSkew = 24 * time.Hour

// sessionRow is a session with its account. Each request of the staff reads both, so it
// does so in one statement.
type sessionRow struct {
	User    User    `gorm:"embedded"`
	Session Session `gorm:"embedded;embeddedPrefix:session_"`
}

const sessionColumns = "u.*, s.hash AS session_hash, s.user_id AS session_user_id, s.role AS session_role, " +
	"s.created_at AS session_created_at, s.seen_at AS session_seen_at, s.network AS session_network, " +
	"s.agent AS session_agent, s.generation AS session_generation"

// ResumeSession returns the session of a token and its account. It returns nil
// for a token that is unknown, revoked or expired.
func ResumeSession(ctx context.Context, db *models.DB, token string) (*Session, *User, error) {
	if token == "" {
		return nil, nil, nil
	}
	row, err := models.First[sessionRow](db.Query(ctx).Table("sessions s").Joins("JOIN users u ON u.id = s.user_id").
		Select(sessionColumns).Where("s.hash = ?", hashToken(token)))
	if err != nil || row == nil {
		return nil, nil, err
	}
	now, s, u := db.Now(), &row.Session, &row.User
	if !s.isValid(now) || u.Closed() || u.Generation != s.Generation {
		return nil, nil, nil
	}
	if now.Sub(s.SeenAt.Time) > seenInterval {
		err = db.Write(ctx, func(tx *models.Tx) error {
			err := tx.Query(ctx).Model(&Session{}).Where("hash = ?", s.Hash).UpdateColumn("seen_at", models.At(tx.Now)).Error
			if err == nil {
				err = u.recordSeen(ctx, tx)
			}
			return err
		})
	}
	return s, u, err
}

// recordSeen notes that the account is used now.
func (u *User) recordSeen(ctx context.Context, tx *models.Tx) error {
	return models.Exec(ctx, tx, "UPDATE users SET seen_at = ? WHERE id = ?", models.At(tx.Now), u.ID)
}

// RotateSession ends a session and begins another in its place, with a new
// token.
func RotateSession(ctx context.Context, db *models.DB, old *Session, u *User) (token string, s *Session, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		gone := tx.Query(ctx).Where("hash = ?", old.Hash).Delete(&Session{})
		if gone.Error != nil || gone.RowsAffected == 0 {
			// Another request of the same browser has rotated it.
			token = ""
			return gone.Error
		}
		token, err = u.createSession(ctx, tx, old.Network, old.Agent)
		if err == nil {
			// A new token is not a new sign-in, so the session lasts no longer. u may be
			// older than a change that this session has survived.
			err = models.Exec(ctx, tx, "UPDATE sessions SET created_at = ?, "+
				"generation = (SELECT generation FROM users WHERE id = sessions.user_id) WHERE hash = ?", old.CreatedAt, hashToken(token))
		}
		return err
	})
	if err != nil || token == "" {
		return "", nil, err
	}
	s, _, err = ResumeSession(ctx, db, token)
	return token, s, err
}

// openSession is the condition of the sessions that still sign in, for the arguments of
// [openArguments].
const openSession = "seen_at >= ? AND created_at >= ? AND created_at <= ? " +
	"AND generation = (SELECT generation FROM users WHERE users.id = sessions.user_id)"

func openArguments(now time.Time) []any {
	return []any{models.At(now.Add(-SessionMaxIdle)), models.At(now.Add(-SessionMaxAge)), models.At(now.Add(maxClockSkew))}
}

// SessionsOf returns the sessions of an account that are open at an instant, the last
// used first.
func SessionsOf(ctx context.Context, r models.Queryer, user int64, now time.Time) ([]Session, error) {
	var list []Session
	q := r.Query(ctx).Where("user_id = ?", user).Where(openSession, openArguments(now)...)
	return list, q.Order("seen_at DESC, hash").Find(&list).Error
}

// CountSessions returns the number of open sessions of each account that has one.
func CountSessions(ctx context.Context, r models.Queryer, now time.Time) (map[int64]int, error) {
	query := "SELECT user_id, count(*) FROM sessions WHERE " + openSession + " GROUP BY user_id"
	rows, err := models.QueryRows(ctx, r, query, openArguments(now)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[int64]int{}
	for rows.Next() {
		var user int64
		var n int
		if err := rows.Scan(&user, &n); err != nil {
			return nil, err
		}
		counts[user] = n
	}
	return counts, rows.Err()
}

// EndSession ends one session of an account and notes it in the log. hash is the stored
// one. It changes nothing if the account has no such session. The owner gets a mail if
// somebody else has ended it.
func EndSession(ctx context.Context, db *models.DB, by models.Actor, id int64, hash string) error {
	return changeAccount(ctx, db, by, id, func(tx *models.Tx, u *User) (string, string, error) {
		gone := tx.Query(ctx).Where("user_id = ? AND hash = ?", id, hash).Delete(&Session{})
		if gone.Error != nil || gone.RowsAffected == 0 {
			return "", "", gone.Error
		}
		return "session", "", u.tellOfSignOut(ctx, tx, SessionEnded, by)
	})
}

// tellOfSignOut tells the owner that somebody else has ended sessions.
func (u *User) tellOfSignOut(ctx context.Context, tx *models.Tx, event SecurityEvent, by models.Actor) error {
	if by.UserID != nil && *by.UserID == u.ID {
		return nil
	}
	return u.tellOwner(ctx, tx, event, "", by.Name)
}

// SignOut ends a session of an account. It is for the account's own browser, so the log
// has nothing of it. hash is the stored one.
func SignOut(ctx context.Context, db *models.DB, user int64, hash string) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("user_id = ? AND hash = ?", user, hash).Delete(&Session{}).Error
	})
}

// SignOutToken ends the session of a token.
func SignOutToken(ctx context.Context, db *models.DB, token string) error {
	if token == "" {
		return nil
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("hash = ?", hashToken(token)).Delete(&Session{}).Error
	})
}

// SignOutOthers ends all sessions of an account but one, and all links that were mailed
// to it. It notes it in the log.
func SignOutOthers(ctx context.Context, db *models.DB, u *User, kept string) error {
	return changeAccount(ctx, db, u.Actor(), u.ID, func(tx *models.Tx, u *User) (string, string, error) {
		return "others", "", renewCredentials(ctx, tx, u.ID, kept)
	})
}

// PruneSessions removes expired rows: sessions, failure counters, known networks and
// browsers, security notices that no mail server took, challenges and used links.
func PruneSessions(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		ago := func(d time.Duration) models.Time { return models.At(tx.Now.Add(-d)) }
		err := tx.Query(ctx).Where("seen_at < ? OR created_at < ? OR created_at > ?",
			ago(SessionMaxIdle), ago(SessionMaxAge), ago(-maxClockSkew)).Delete(&Session{}).Error
		if err == nil {
			err = tx.Query(ctx).Where("since < ?", ago(longestWindow)).Delete(&failureCounter{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("at < ?", ago(knownNetworkAge)).Delete(&knownNetwork{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("at < ?", ago(knownBrowserAge)).Delete(&knownBrowser{}).Error
		}
		if err == nil {
			err = models.Exec(ctx, tx, "DELETE FROM jobs WHERE kind = ? AND created_at < ?", JobSecurity, ago(SecurityMailAge))
		}
		if err == nil {
			err = tx.Query(ctx).Where("at < ?", ago(2*CeremonyTimeout)).Delete(&usedChallenge{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("until < ?", models.At(tx.Now)).Delete(&usedLink{}).Error
		}
		return err
	})
}
