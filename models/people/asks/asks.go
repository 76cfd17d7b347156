package asks

import (
	"context"
	"time"

	"broadsheet/models"
)

// These are the hourly limits of the mails that ask the owner of an address for
// the first time whether mail is welcome: for one browser, one network and the
// whole site. They are needed because the address may belong to a stranger.
const (
	maxOfBrowser = 3
	maxOfNetwork = 10
	maxOfSite    = 200
)

// Within reports whether a browser and a network may cause another mail to an
// unconfirmed address. token is the stored form of the browser's token. A token or
// network of "" is not counted. It returns a TooMany error if the whole site sent
// too many such mails within an hour, so that the job is tried again later.
func Within(ctx context.Context, tx *models.Tx, token, network string) (bool, error) {
	var sent struct{ Site, Browser, Network int }
	from, to := models.At(tx.Now.Add(-time.Hour)), models.At(tx.Now)
	err := tx.Query(ctx).Raw(`SELECT COUNT(*) AS site,
		COALESCE(SUM(CASE WHEN token_hash = ? AND token_hash <> '' THEN 1 ELSE 0 END), 0) AS browser,
		COALESCE(SUM(CASE WHEN network = ? AND network <> '' THEN 1 ELSE 0 END), 0) AS network
		FROM (
			SELECT c.token_hash, c.network FROM addresses a LEFT JOIN comments c ON c.id = a.asked_for
			WHERE a.asked_at > ? AND a.asked_at <= ?
			UNION ALL SELECT token_hash, network FROM digest_subscriptions WHERE asked_at > ? AND asked_at <= ?
		) asked`, token, network, from, to, from, to).Scan(&sent).Error
	switch {
	case err != nil:
		return false, err
	case sent.Site >= maxOfSite:
		refusal := models.Refusal(models.TooMany, "asks", "too many unconfirmed addresses were asked within an hour")
		refusal.RetryAfter = time.Hour
		return false, refusal
	}
	return sent.Browser < maxOfBrowser && sent.Network < maxOfNetwork, nil
}
