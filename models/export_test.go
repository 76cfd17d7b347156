package models

import "time"

// RowTypes is a value of every row type of the package.
var RowTypes = []any{Change{}, start{}, cursor{}, Lease{}, AuditEntry{}, Notice{}}

// Waiting returns how many callers of Write are in the queue.
func Waiting(db *DB) int {
	db.queue.mu.Lock()
	defer db.queue.mu.Unlock()
	return len(db.queue.waiting)
}

// StopQueueClock lets a transaction take in callers of Write for any time, so
// that a slow machine does not change the result of a test.
func StopQueueClock(db *DB) {
	stopped := db.queue.clock()
	db.queue.clock = func() time.Time { return stopped }
}
