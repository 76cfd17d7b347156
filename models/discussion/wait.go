package discussion

import (
	"context"
	"net/netip"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// refuseFlood asks guests to wait between two comments. It counts by email and
// by [models.Customer]: a machine can choose a new address in its /64 for each
// comment.
func (c *Comment) refuseFlood(ctx context.Context, tx *models.Tx, site *newsroom.Site, now models.Time) error {
	window := site.CommentFloodWindow
	if window == 0 {
		return nil
	}
	list, err := recent(ctx, tx, "email", c.Email, 1, window, now, "")
	if err != nil {
		return err
	}
	column, value, most := "ip", c.IP, 1
	if ip, err := netip.ParseAddr(c.IP); err == nil && ip.Is6() {
		// The /64 of an address is not stored, its /48 is.
		column, value, most = "network", c.Network, mostRecent
	}
	near, err := recent(ctx, tx, column, value, most, window, now, "")
	if err != nil {
		return err
	}
	customer := models.CustomerOf(c.IP)
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

// slowNetwork is how many comments one network may send to an article in the
// time in which slow mode takes one from each reader.
const slowNetwork = 3

// refuseSlow lets one reader comment once in a while on an article. A reader is
// a browser and an email. A browser is a reader of its own only when it has an
// approved comment already: cookies are easily collected beforehand. Another one
// counts by its [models.Customer], and one without a cookie by its
// [models.Network], which sends [slowNetwork] comments at most in any case.
func (c *Comment) refuseSlow(ctx context.Context, tx *models.Tx, window time.Duration, in Submission, now models.Time) error {
	// Two posts by one reader must not look for each other at the same moment.
	for _, key := range []string{c.Network, c.TokenHash, c.Email} {
		if err := models.LockKey(ctx, tx, "slow "+key); err != nil {
			return err
		}
	}
	known, err := c.fromKnownBrowser(ctx, tx, in)
	if err != nil {
		return err
	}
	var latest models.Time
	take := func(at models.Time) {
		if at.After(latest.Time) {
			latest = at
		}
	}
	for column, value := range map[string]string{"email": c.Email, "token_hash": c.TokenHash} {
		list, err := recent(ctx, tx, column, value, 1, window, now, "AND article_id = ?", c.ArticleID)
		if err != nil {
			return err
		}
		for _, r := range list {
			take(r.CreatedAt)
		}
	}
	near, err := recent(ctx, tx, "network", c.Network, mostRecent, window, now, "AND article_id = ?", c.ArticleID)
	if err != nil {
		return err
	}
	customer := models.CustomerOf(c.IP)
	for i, r := range near { // the newest first
		if in.Token == "" || !known && r.isFrom(customer) || i+1 == slowNetwork {
			take(r.CreatedAt)
		}
	}
	return wait("slow", "this story takes one comment from each reader in a while", latest, window, now)
}

// fromKnownBrowser reports whether the browser came with a cookie and has an
// approved comment on this site.
func (c *Comment) fromKnownBrowser(ctx context.Context, tx *models.Tx, in Submission) (bool, error) {
	if in.Token == "" {
		return false, nil
	}
	var id int64
	return models.Take(ctx, tx, []any{&id}, "SELECT id FROM comments WHERE token_hash = ? AND token_hash <> '' AND state = 'approve' LIMIT 1", c.TokenHash)
}

// earlier is what the waits ask of an earlier comment.
type earlier struct {
	CreatedAt models.Time
	IP        string `gorm:"column:ip"`
}

func (e *earlier) isFrom(customer string) bool {
	return customer != "" && models.CustomerOf(e.IP) == customer
}

// mostRecent bounds how many earlier comments of a network are looked at, so
// that a crowd behind one network costs little.
const mostRecent = 200

// recent returns the newest comments within a window, the newest first, whose
// column has a value. more narrows them. A comment that lies ahead of now by more
// than the window comes from an import or a wrong clock and keeps no reader
// waiting.
func recent(ctx context.Context, r models.Reader, column, value string, most int, window time.Duration, now models.Time, more string, args ...any) ([]earlier, error) {
	if value == "" {
		return nil, nil
	}
	var list []earlier
	values := append(append([]any{value, models.At(now.Add(-window)), models.At(now.Add(window))}, args...), most)
	return list, r.Query(ctx).Raw("SELECT created_at, ip FROM comments WHERE "+column+" = ? AND "+column+" <> '' AND created_at > ? AND created_at <= ? "+
		more+" ORDER BY created_at DESC LIMIT ?", values...).Scan(&list).Error
}

// wait refuses a comment that comes too soon after the last one, whose time is
// zero if there is none.
func wait(code, text string, last models.Time, window time.Duration, now models.Time) error {
	return refuseFor(models.Wait(last, window, now), code, text)
}

// refuseFor returns nil when there is nothing to wait for, else a TooMany error
// with the wait.
func refuseFor(wait time.Duration, code, text string) error {
	if wait <= 0 {
		return nil
	}
	refusal := models.Refuse(models.TooMany, code, text)
	refusal.RetryAfter = max(time.Second, wait)
	return refusal
}
