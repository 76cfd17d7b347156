package people

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// Attempt is somebody at the door.
type Attempt struct {
	Email    string
	Password string
	Network  string // the /24 or /48 that it comes from
	Agent    string
}

// limit is how many failures a window takes before the door stays shut.
type limit struct {
	most   int
	window time.Duration
}

// The limits. Somebody who guesses from one place is stopped by the first
// two. Somebody who guesses from everywhere is stopped by the third, which
// does not count for networks from which the account was signed in to
// before: the owner still gets in.
var (
	fromNetwork    = limit{50, 15 * time.Minute}
	withinNetwork  = limit{10, 15 * time.Minute} // for one account
	forAccount     = limit{100, time.Hour}
	networkIsKnown = 90 * 24 * time.Hour
)

// failures is how often a door was tried in vain since an instant.
type failures struct {
	Key      string `gorm:"primaryKey"`
	Failures int
	Since    models.Time
}

func (failures) TableName() string { return "sign_in_failures" }

// knownNetwork is a network from which an account was signed in to.
type knownNetwork struct {
	UserID  int64  `gorm:"primaryKey"`
	Network string `gorm:"primaryKey"`
	At      models.Time
}

// errWrong is the one answer to whatever is wrong, so that it does not tell
// whether there is such an account.
var errWrong = models.Refuse(models.Forbidden, "sign-in-wrong", "the email address and the password do not belong together")

// errWrongCode is the answer to a wrong code, when the password was right.
var errWrongCode = models.Refuse(models.Forbidden, "sign-in-code", "the code is wrong, or was used already")

// hashing bounds how many passwords are checked at once: each takes 19 MiB
// and a core.
var hashing = make(chan struct{}, max(1, runtime.NumCPU()))

// someHash is a hash that no password has, so that an unknown account takes
// as long as a known one.
var someHash = sync.OnceValues(func() (string, error) { return HashPassword("nobody has this password") })

// CheckSignIn checks email and password. It refuses with Forbidden
// (sign-in-wrong), or TooMany where too much was tried before. The account's
// one-time password, if it uses them, is still to be asked for.
func CheckSignIn(ctx context.Context, db *models.DB, a Attempt) (*User, error) {
	email, _ := NormalizeEmail(a.Email) // "" finds nobody, as an unknown address does
	u, err := ByEmail(ctx, db, email)
	if err != nil && models.KindOf(err) != models.NotFound && models.KindOf(err) != models.Invalid {
		return nil, err
	}
	if err != nil {
		u = nil
	}
	if err := tryDoor(ctx, db, email, a.Network, u); err != nil {
		return nil, err
	}
	right, err := u.checkSlowly(ctx, a.Password)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, errWrong
	}
	return u, nil
}

// checkSlowly compares a password with the account's, or with nothing for no
// account, in the same time.
func (u *User) checkSlowly(ctx context.Context, password string) (bool, error) {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	probe := User{}
	if u != nil {
		probe.PasswordHash = u.PasswordHash
	}
	known := probe.PasswordHash != ""
	if !known {
		var err error
		if probe.PasswordHash, err = someHash(); err != nil {
			return false, err
		}
	}
	if len(password) > MaxPasswordBytes {
		password, known = "", false
	}
	right, err := probe.CheckPassword(password)
	return right && known, err
}

// tryDoor counts one attempt as a failure, before it is known whether it is
// one, and refuses when there were too many. Success takes it back.
func tryDoor(ctx context.Context, db *models.DB, email, network string, u *User) error {
	known := false
	if u != nil {
		var rows []knownNetwork
		err := db.Query(ctx).Where("user_id = ? AND network = ? AND at > ?", u.ID, network, models.At(db.Now().Add(-networkIsKnown))).Limit(1).Find(&rows).Error
		if err != nil {
			return err
		}
		known = len(rows) > 0
	}
	var wait time.Duration
	err := db.Write(ctx, func(tx *models.Tx) error {
		wait = 0
		for _, door := range doors(email, network, known) {
			since, n, err := count(ctx, tx, door.key, door.window)
			if err != nil {
				return err
			}
			if n > door.most {
				wait = max(wait, since.Add(door.window).Sub(tx.Now))
			}
		}
		return nil
	})
	if err != nil || wait <= 0 {
		return err
	}
	refusal := models.Refuse(models.TooMany, "sign-in-often", "there were too many attempts to sign in: wait a while")
	refusal.RetryAfter = wait
	return refusal
}

type door struct {
	key string
	limit
}

func doors(email, network string, known bool) []door {
	list := []door{{"network " + network, fromNetwork}, {"account " + email + " from " + network, withinNetwork}}
	if !known {
		list = append(list, door{"account " + email, forAccount})
	}
	return list
}

// count adds a failure to a window, which begins anew when it is over.
func count(ctx context.Context, tx *models.Tx, key string, window time.Duration) (since models.Time, n int, err error) {
	var row failures
	err = tx.Query(ctx).Raw(`INSERT INTO sign_in_failures (key, failures, since) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET
		failures = CASE WHEN sign_in_failures.since <= ? THEN 1 ELSE sign_in_failures.failures + 1 END,
		since = CASE WHEN sign_in_failures.since <= ? THEN excluded.since ELSE sign_in_failures.since END RETURNING *`,
		key, models.At(tx.Now), models.At(tx.Now.Add(-window)), models.At(tx.Now.Add(-window))).Scan(&row).Error
	return row.Since, row.Failures, err
}

// SignIn begins a session for an account that has shown who it is, and
// forgets the failures of that account in that network.
func SignIn(ctx context.Context, db *models.DB, u *User, network, agent string) (token string, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		now := models.At(tx.Now)
		token, err = u.begin(ctx, tx, network, agent)
		if err == nil {
			err = tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&knownNetwork{u.ID, network, now}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("key = ?", "account "+u.Email+" from "+network).Delete(&failures{}).Error
		}
		if err == nil {
			err = tx.Query(ctx).Exec("UPDATE sign_in_failures SET failures = failures - 1 WHERE key IN ? AND failures > 0",
				[]string{"network " + network, "account " + u.Email}).Error
		}
		return err
	})
	return token, err
}

// ChangePassword stores a new password for an account and ends its sessions,
// but for the one kept, which may be "".
func ChangePassword(ctx context.Context, db *models.DB, u *User, password, keep string) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		if err := tx.Query(ctx).Model(u).Select("password_hash", "updated_at").Updates(User{PasswordHash: hash, UpdatedAt: models.At(tx.Now)}).Error; err != nil {
			return err
		}
		return SignOutEverywhere(ctx, tx, u.ID, keep)
	})
}

// PasswordMark changes with the password, so that a link to reset it works
// once.
func (u *User) PasswordMark() string {
	return hashToken(strings.Join([]string{u.Email, u.PasswordHash}, " "))[:16]
}
