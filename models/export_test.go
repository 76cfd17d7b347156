package models

import "time"

// RowTypes is a value of every row type of the package.
var RowTypes = []any{Change{}, settingRow{}, start{}, cursor{}, Lease{}, AuditEntry{}, Notice{}}

// Waiting returns how many callers of Write wait for their turn.
func Waiting(db *DB) int {
	db.lane.mu.Lock()
	defer db.lane.mu.Unlock()
	return len(db.lane.queue)
}

// StopLaneClock makes a transaction take in whoever waits, however slow the
// machine is.
func StopLaneClock(db *DB) {
	stopped := db.lane.clock()
	db.lane.clock = func() time.Time { return stopped }
}
