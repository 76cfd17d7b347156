package models

import "context"

// TruncateLog copies SQLite's write-ahead log into the database file and empties
// the log, which otherwise keeps old pages until others overwrite them. It
// returns false when readers of an older state were in the way for longer than
// the busy timeout; another try later may succeed. PostgreSQL has no such log to
// empty.
func (db *DB) TruncateLog(ctx context.Context) (done bool, err error) {
	if db.lane == nil {
		return true, nil
	}
	err = db.lane.outside(ctx, func(c *writeConn) error {
		var busy, frames, copied int
		err := c.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &copied)
		done = err == nil && busy == 0
		return err
	})
	return done, err
}
