// Package queue stores work for later, such as a mail that is due. A job is a row
// that is added in the transaction that causes it, so both are committed or neither.
//
//	queue.go  adding, claiming and repeating jobs
//	stuck.go  jobs that keep failing
//
// # Guarantees
//
// A job is done at least once. A worker claims it for [Lease]; if that process
// dies, another worker claims the job afterwards. So work must be safe to repeat.
// A job that fails is tried again at growing intervals. After [MaxAttempts] it is
// dead: it stays in the table for the operator.
//
// # Why not a library
//
// Jobs must be added in the same GORM transaction, also on SQLite. The package is
// one table and three statements.
package queue
