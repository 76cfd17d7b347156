// Package queue stores work for later, such as a mail that is due. A job is a row
// that is added in the transaction that causes it, so both are committed or neither.
//
//	queue.go  adding, claiming and repeating jobs
//	stuck.go  jobs that keep failing, and the functions that their kinds call
//
// # Guarantees
//
// A job is done at least once. A worker claims it for [Lease]; if that process
// dies, another worker claims the job afterwards. So work must be safe to repeat.
// A job that fails is tried again at growing intervals. After [MaxAttempts] it is
// dead: it stays in the table for the operator.
//
// # Lanes
//
// A worker does the jobs of its own kinds, one by one. The kinds of one worker are
// a lane: mail, for example, or the calls of a WebSub hub. A server that never answers
// delays its own lane alone. Jobs of a kind that no worker of this process does
// stay in the queue: another release or instance may know the kind.
//
// # Why not a library
//
// Jobs must be added in the same GORM transaction, also on SQLite. The package is
// one table and three statements.
package queue
