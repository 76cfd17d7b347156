package pace

import (
	"context"
	"net/netip"
	"time"

	"broadsheet/models"
)

// Origin tells where a new comment comes from.
type Origin struct {
	Email     string
	IP        string
	Network   string // see [models.Network]
	TokenHash string // of the browser
	// HasCookie is set if the browser sent its token. It is not set for a browser
	// that is given a token only now.
	HasCookie bool
}

// RefuseFlood refuses a comment within the window after the last one from the same
// email or the same [models.Customer]. A window of 0 refuses nothing.
func RefuseFlood(ctx context.Context, tx *models.Tx, from Origin, window time.Duration) error {
	now := models.At(tx.Now)
	if window == 0 {
		return nil
	}
	list, err := recent(ctx, tx, "email", from.Email, 1, window, now, "")
	if err != nil {
		return err
	}
	column, value, most := "ip", from.IP, 1
	if ip, err := netip.ParseAddr(from.IP); err == nil && ip.Is6() {
		// The comment stores the /48 of its address, not the /64.
		column, value, most = "network", from.Network, mostRecent
	}
	near, err := recent(ctx, tx, column, value, most, window, now, "")
	if err != nil {
		return err
	}
	customer := models.CustomerOf(from.IP)
	for _, r := range near {
		if r.isFrom(customer) {
			list = append(list, r)
		}
	}
	var latest models.Time
	for _, r := range list {
		if r.CreatedAt.After(latest.Time) {
			latest = r.CreatedAt
		}
	}
	return wait("flood", "you are posting too quickly", latest, window, now)
}

// slowNetwork is the number of comments that one network may send to an article
// during the window of slow mode.
const slowNetwork = 3

// RefuseSlow refuses a second comment of one commenter on an article within the
// window. It recognises a commenter by email and by browser. It trusts a browser
// only if the browser has an approved comment, because cookies are easily
// collected beforehand. Other browsers share the window of their
// [models.Customer]. Comments without a cookie share the window of their
// [models.Network]. A network sends at most slowNetwork comments in any case.
func RefuseSlow(ctx context.Context, tx *models.Tx, from Origin, article int64, window time.Duration) error {
	now := models.At(tx.Now)
	// These locks keep two posts by one commenter from running this check at the
	// same time.
	for _, key := range []string{from.Network, from.TokenHash, from.Email} {
		if err := models.LockKey(ctx, tx, "slow "+key); err != nil {
			return err
		}
	}
	known, err := fromKnownBrowser(ctx, tx, from)
	if err != nil {
		return err
	}
	var latest models.Time
	take := func(at models.Time) {
		if at.After(latest.Time) {
			latest = at
		}
	}
	for column, value := range map[string]string{"email": from.Email, "token_hash": from.TokenHash} {
		list, err := recent(ctx, tx, column, value, 1, window, now, "AND article_id = ?", article)
		if err != nil {
			return err
		}
		for _, r := range list {
			take(r.CreatedAt)
		}
	}
	near, err := recent(ctx, tx, "network", from.Network, mostRecent, window, now, "AND article_id = ?", article)
	if err != nil {
		return err
	}
	customer := models.CustomerOf(from.IP)
	for i, r := range near { // the newest first
		if !from.HasCookie || !known && r.isFrom(customer) || i+1 == slowNetwork {
			take(r.CreatedAt)
		}
	}
	return wait("slow", "this story takes one comment from each reader in a while", latest, window, now)
}

// fromKnownBrowser reports whether the browser came with a cookie and has an
// approved comment on this site.
func fromKnownBrowser(ctx context.Context, tx *models.Tx, from Origin) (bool, error) {
	if !from.HasCookie {
		return false, nil
	}
	var id int64
	return models.QueryRow(ctx, tx, []any{&id}, `SELECT id FROM comments
		WHERE token_hash = ? AND token_hash <> '' AND state = 'approve' LIMIT 1`, from.TokenHash)
}

// earlier holds the columns of an earlier comment that the waits need.
type earlier struct {
	CreatedAt models.Time
	IP        string `gorm:"column:ip"`
}

func (e *earlier) isFrom(customer string) bool {
	return customer != "" && models.CustomerOf(e.IP) == customer
}

// mostRecent limits the number of earlier comments of a network that are read,
// so that a crowd behind one network costs little.
const mostRecent = 200

// recent returns the comments within a window that have a value in a column, the
// newest first. more adds a condition. It skips a comment that is dated more than
// the window ahead of now: such a date comes from an import or a wrong clock and
// must not make a commenter wait.
func recent(
	ctx context.Context, r models.Queryer, column, value string, most int, window time.Duration, now models.Time, more string, args ...any,
) ([]earlier, error) {
	if value == "" {
		return nil, nil
	}
	var list []earlier
	values := append(append([]any{value, models.At(now.Add(-window)), models.At(now.Add(window))}, args...), most)
	return list, r.Query(ctx).Raw("SELECT created_at, ip FROM comments WHERE "+column+" = ? AND "+column+" <> ''"+
		" AND created_at > ? AND created_at <= ? "+more+" ORDER BY created_at DESC LIMIT ?", values...).Scan(&list).Error
}

// wait refuses a comment that comes too soon after the last one. last is the
// time of the last one, zero if there is none.
func wait(code, text string, last models.Time, window time.Duration, now models.Time) error {
	return Refuse(models.Wait(last, window, now), code, text)
}

// Refuse returns a TooMany error with the wait. It returns nil when there is
// nothing to wait for.
func Refuse(wait time.Duration, code, text string) error {
	if wait <= 0 {
		return nil
	}
	refusal := models.Refusal(models.TooMany, code, text)
	refusal.RetryAfter = max(time.Second, wait)
	return refusal
}
