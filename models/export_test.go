package models

// RowTypes is a value of every row type of the package.
var RowTypes = []any{Change{}, settingRow{}, start{}, cursor{}, Lease{}, settingEntry{}}

// Waiting returns how many callers of Write wait for their turn.
func Waiting(db *DB) int {
	db.lane.mu.Lock()
	defer db.lane.mu.Unlock()
	return len(db.lane.queue)
}
