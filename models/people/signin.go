package people

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"broadsheet/models"

	"gorm.io/gorm/clause"
)

// SignInAttempt is an email address and a password from one network.
type SignInAttempt struct {
	Email    string
	Password string
	Network  string // the /24 or /48 that it comes from, or UnknownNetwork
}

// UnknownNetwork is the network of all clients whose address cannot be
// determined. It has no failure counter and is never a known network of an
// account: otherwise one stranger could lock all of these clients out. The
// limit of each account still counts.
const UnknownNetwork = "unknown"

// attemptLimit is how many failures a window allows before attempts are
// refused.
type attemptLimit struct {
	most   int
	window time.Duration
}

// The limits. The first two stop guesses from one network. The third stops
// guesses from many networks; it does not count for networks from which the
// account has signed in before, so that its owner is not locked out. A code of
// six digits takes a million guesses: an account allows twenty wrong codes a day
// from unknown networks, and twenty from known ones, again for its owner.
var (
	perNetwork           = attemptLimit{50, 15 * time.Minute}
	perAccountAndNetwork = attemptLimit{10, 15 * time.Minute} // for one account
	perAccount           = attemptLimit{100, time.Hour}
	codesPerAccount      = attemptLimit{20, 24 * time.Hour}
	resetMailsPerAddress = attemptLimit{3, time.Hour} // mails with a link to a new password
	knownNetworkAge      = 90 * 24 * time.Hour
	longestWindow        = 24 * time.Hour
)

// failureCounter is the number of failed attempts under a key since an
// instant.
type failureCounter struct {
	Key      string `gorm:"primaryKey"`
	Failures int
	Since    models.Time
}

func (failureCounter) TableName() string { return "sign_in_failures" }

// knownNetwork is a network from which an account has signed in.
type knownNetwork struct {
	UserID  int64  `gorm:"primaryKey"`
	Network string `gorm:"primaryKey"`
	At      models.Time
}

// errWrongPassword is the one answer to a wrong password and to an unknown
// address, so that it does not reveal whether there is an account.
var errWrongPassword = models.Refusal(models.Forbidden, "sign-in-wrong", "the email address and the password do not belong together")

// errWrongCode is the answer to a wrong code after a right password.
var errWrongCode = models.Refusal(models.Forbidden, "sign-in-code", "the code is wrong, or was used already")

// hashQueue limits how many passwords are compared at once, because each
// comparison takes 19 MiB and a core. It also limits how many requests wait.
type hashQueue struct {
	slots   chan struct{}
	waiting atomic.Int32
}

// maxWaiting is how many requests a queue holds before it refuses the next.
const maxWaiting = 64

// errBusy refuses a sign-in when too many passwords wait to be compared.
var errBusy = models.Refusal(models.Unavailable, "unavailable", "too many sign-ins are being checked: try again in a moment")

// enter waits for a free slot; leave frees it.
func (l *hashQueue) enter(ctx context.Context) (leave func(), err error) {
	defer l.waiting.Add(-1)
	if l.waiting.Add(1) > maxWaiting {
		return nil, errBusy
	}
	select {
	case l.slots <- struct{}{}:
		return func() { <-l.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// SignInGuard checks the passwords of one site. It has two queues: requests
// from networks that their account knows have one of their own, so that a flood
// from elsewhere does not delay them. Each site of a process has its own guard.
type SignInGuard struct {
	unknownNetworks *hashQueue
	knownNetworks   *hashQueue
	// compared counts the compared hashes. Tests read it: they show by count,
	// not by time, that an unknown account costs as much as a known one.
	compared atomic.Int64
}

// NewSignInGuard returns a guard that compares as many passwords at once as the
// machine has cores, and one more from known networks.
func NewSignInGuard() *SignInGuard {
	return &SignInGuard{
		unknownNetworks: &hashQueue{slots: make(chan struct{}, max(1, runtime.NumCPU()))},
		knownNetworks:   &hashQueue{slots: make(chan struct{}, 1)},
	}
}

// dummyHash is a hash that no password has. Comparing with it makes an unknown
// account take as long as a known one.
var dummyHash = sync.OnceValues(func() (string, error) { return HashPassword("nobody has this password") })

// countedAttempt is an attempt that was counted as a failure before its result
// was known. Success takes back only what this attempt added. If it cleared the
// counter of the network, an attacker could sign in to an own account between
// guesses at another one, and guess without end.
type countedAttempt struct {
	keys  []string
	known bool // from a network that the account knows
}

// CheckSignIn checks email and password. It refuses with Forbidden
// (sign-in-wrong), with TooMany after too many failures, and with Unavailable
// when too many sign-ins wait. The caller still has to ask for the one-time
// password of an account that uses them.
func (g *SignInGuard) CheckSignIn(ctx context.Context, db *models.DB, a SignInAttempt) (*User, error) {
	email, _ := NormalizeEmail(a.Email) // "" has no account, like an unknown address
	u, err := ByEmail(ctx, db, email)
	if err != nil && models.KindOf(err) != models.NotFound && models.KindOf(err) != models.Invalid {
		return nil, err
	}
	if err != nil || u.Closed() {
		u = nil
	}
	counted, err := countAttempt(ctx, db, email, a.Network, u, false)
	if err != nil {
		return nil, err
	}
	right, renewed, err := g.compareQueued(ctx, u, a.Password, counted.known)
	if err != nil {
		return nil, err
	}
	if !right {
		return nil, errWrongPassword
	}
	err = db.Write(ctx, func(tx *models.Tx) error {
		if renewed != "" {
			if err := u.replaceHash(ctx, tx, renewed); err != nil {
				return err
			}
		}
		return counted.undo(ctx, tx)
	})
	if err != nil || renewed == "" {
		return u, err
	}
	return ByID(ctx, db, u.ID) // with the new hash, which changes its stamp
}

// CheckOwnPassword checks the password of a signed-in account again, before an
// act that a stolen session must not do. It is limited like a sign-in.
func (g *SignInGuard) CheckOwnPassword(ctx context.Context, db *models.DB, u *User, password, network string) error {
	checked, err := g.CheckSignIn(ctx, db, SignInAttempt{Email: u.Email, Password: password, Network: network})
	if err == nil && checked.ID != u.ID {
		err = errWrongPassword
	}
	return err
}

// compareQueued compares a password with the account's as soon as its queue has a free
// slot. Without an account, u is nil and it compares with a hash that no password has,
// in the same time. It returns a hash to store after success, "" for none.
func (g *SignInGuard) compareQueued(ctx context.Context, u *User, password string, known bool) (right bool, renewed string, err error) {
	queue := g.unknownNetworks
	if known {
		queue = g.knownNetworks
	}
	leave, err := queue.enter(ctx)
	if err != nil {
		return false, "", err
	}
	defer leave()
	probe := User{}
	if u != nil {
		probe.PasswordHash = u.PasswordHash
	}
	possible := probe.PasswordHash != ""
	if !possible {
		if probe.PasswordHash, err = dummyHash(); err != nil {
			return false, "", err
		}
	}
	if len(password) > MaxPasswordBytes {
		password, possible = "", false
	}
	c, err := probe.comparePassword(password)
	g.compared.Add(c.hashes)
	return c.right && possible, c.renewed, err
}

// countAttempt counts an attempt as a failure before its result is known, and
// refuses after too many. It makes the same queries for an address without an
// account.
func countAttempt(ctx context.Context, db *models.DB, email, network string, u *User, code bool) (*countedAttempt, error) {
	var id int64
	if u != nil {
		id = u.ID
	}
	since := models.At(db.Now().Add(-knownNetworkAge))
	seen, err := models.First[knownNetwork](db.Query(ctx).Where("user_id = ? AND network = ? AND at > ?", id, network, since))
	if err != nil {
		return nil, err
	}
	counted, wait := &countedAttempt{known: seen != nil && network != UnknownNetwork}, time.Duration(0)
	err = db.Write(ctx, func(tx *models.Tx) error {
		wait, counted.keys = 0, nil
		for _, counter := range attemptCounters(email, network, counted.known, code) {
			since, n, err := incrementCounter(ctx, tx, counter.key, counter.window)
			if err != nil {
				return err
			}
			counted.keys = append(counted.keys, counter.key)
			if n > counter.most {
				// Stop here: otherwise one blocked network could lock the account for all.
				wait = since.Add(counter.window).Sub(tx.Now)
				break
			}
		}
		return nil
	})
	if err != nil || wait <= 0 {
		return counted, err
	}
	refusal := models.Refusal(models.TooMany, "sign-in-often", "there were too many attempts to sign in: wait a while")
	refusal.RetryAfter = wait
	return nil, refusal
}

type attemptCounter struct {
	key string
	attemptLimit
}

// attemptCounters returns the counters of an attempt, with their limits.
func attemptCounters(email, network string, known, code bool) []attemptCounter {
	var list []attemptCounter
	if network != UnknownNetwork {
		list = append(list, attemptCounter{"network " + network, perNetwork})
		list = append(list, attemptCounter{"account " + email + " from " + network, perAccountAndNetwork})
	}
	if !known {
		list = append(list, attemptCounter{"account " + email, perAccount})
	}
	if !code {
		return list
	}
	if known {
		return append(list, attemptCounter{"codes of " + email + " from known networks", codesPerAccount})
	}
	return append(list, attemptCounter{"codes of " + email, codesPerAccount})
}

// incrementCounter adds one to a counter. It returns the start of the
// counter's window and the count. A counter restarts after its window, and
// when its start lies ahead of now because the clock was put back.
func incrementCounter(ctx context.Context, tx *models.Tx, key string, window time.Duration) (since models.Time, n int, err error) {
	var row failureCounter
	now, past := models.At(tx.Now), models.At(tx.Now.Add(-window))
	err = tx.Query(ctx).Raw(`INSERT INTO sign_in_failures (key, failures, since) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET
		failures = CASE WHEN sign_in_failures.since <= ? OR sign_in_failures.since > ? THEN 1 ELSE sign_in_failures.failures + 1 END,
		since = CASE WHEN sign_in_failures.since <= ? OR sign_in_failures.since > ? THEN excluded.since ELSE sign_in_failures.since END
		RETURNING *`,
		key, now, past, now, past, now).Scan(&row).Error
	return row.Since, row.Failures, err
}

// undo subtracts the attempt from its counters.
func (t *countedAttempt) undo(ctx context.Context, tx *models.Tx) error {
	return tx.Query(ctx).Exec("UPDATE sign_in_failures SET failures = failures - 1 WHERE key IN ? AND failures > 0", t.keys).Error
}

// SignIn begins a session for an account that has shown its password or
// passkey. It remembers the network and the browser, and removes the account's failures there.
// It refuses if the account was closed or its credentials changed since u was
// read.
func SignIn(ctx context.Context, db *models.DB, u *User, network, agent string) (token string, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		if err = u.checkUnchanged(ctx, tx); err == nil {
			token, err = u.createSession(ctx, tx, network, agent)
		}
		if err == nil {
			err = u.recordSeen(ctx, tx)
		}
		if err == nil {
			err = u.rememberBrowser(ctx, tx, network)
		}
		if err == nil {
			known := &knownNetwork{u.ID, network, models.At(tx.Now)}
			err = tx.Query(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(known).Error
		}
		if err == nil {
			err = tx.Query(ctx).Where("key = ?", "account "+u.Email+" from "+network).Delete(&failureCounter{}).Error
		}
		return err
	})
	return token, err
}
