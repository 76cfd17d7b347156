package privacy

import (
	"context"
	"time"

	"broadsheet/models"
)

// The origin of a comment is kept for so long: its address for a month, for flood
// control and bans, and its network for half a year, for patterns.
const (
	KeepAddress = 30 * 24 * time.Hour
	KeepNetwork = 180 * 24 * time.Hour
)

// expireBatch is how many rows one transaction changes, so that other writers
// hardly wait.
const expireBatch = 500

// ExpireAddresses removes the addresses of comments older than KeepAddress. It
// removes networks and browsers' names of comments, recommendations and reports
// older than KeepNetwork, and the names and addresses of the senders of notices.
func ExpireAddresses(ctx context.Context, db *models.DB) error {
	now := db.Now()
	address, network := models.At(now.Add(-KeepAddress)), models.At(now.Add(-KeepNetwork))
	for _, s := range []struct {
		statement string
		before    models.Time
	}{
		{`UPDATE comments SET ip = ''
			WHERE id IN (SELECT id FROM comments WHERE ip <> '' AND created_at <= ? ORDER BY created_at LIMIT ?)`, address},
		{`UPDATE comments SET network = '', agent = ''
			WHERE id IN (SELECT id FROM comments WHERE network <> '' AND created_at <= ? ORDER BY created_at LIMIT ?)`, network},
		// A network counts once for a comment, so its replacement is unique.
		{`UPDATE recommendations SET network = 'expired ' || id, token_hash = 'expired ' || id, expired = TRUE
			WHERE id IN (SELECT id FROM recommendations WHERE NOT expired AND at <= ? ORDER BY at LIMIT ?)`, network},
		{`UPDATE reports SET network = 'expired ' || id, token_hash = '', name = '', email = '', proven = FALSE, expired = TRUE
			WHERE id IN (SELECT id FROM reports WHERE NOT expired AND at <= ? ORDER BY at LIMIT ?)`, network},
	} {
		for {
			var changed int64
			err := db.Write(ctx, func(tx *models.Tx) error {
				result := tx.Query(ctx).Exec(s.statement, s.before, expireBatch)
				changed = result.RowsAffected
				return result.Error
			})
			if err != nil {
				return err
			}
			if changed < expireBatch {
				break
			}
		}
	}
	return nil
}
