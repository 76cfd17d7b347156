package models

import "context"

// TruncateLog copies SQLite's write-ahead log into the database file and
// empties the log (a TRUNCATE checkpoint). Without it the log keeps old pages
// until new ones overwrite them. It returns false when readers of an older
// snapshot blocked the checkpoint for longer than the busy timeout; a later
// call may succeed. It does nothing on PostgreSQL.
func (db *DB) TruncateLog(ctx context.Context) (done bool, err error) {
	if db.queue == nil {
		return true, nil
	}
	err = db.queue.withoutTransaction(ctx, func(c *writeConn) error {
		var busy, frames, copied int
		err := c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &copied)
		done = err == nil && busy == 0
		return err
	})
	return done, err
}
