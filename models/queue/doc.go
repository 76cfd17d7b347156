// Package queue keeps work that must be done later and must not be forgotten:
// a mail that is due, for one. A job is a row, added in the transaction that
// causes it, so that there is never one without the other.
//
//	queue.go  adding, taking and repeating jobs
//	stuck.go  jobs that do not get done
//
// # Promises
//
// A job is done at least once. Whoever takes it has it for [Lease]; if that
// process dies, another one takes it afterwards. Work must therefore be safe
// to do twice. A job that fails is tried again, at growing intervals, and
// put aside as dead after [MaxAttempts], where an operator can see it.
//
// # Why not a library
//
// The client's GORM transaction is where jobs must be added, and it runs on
// SQLite as well; the whole is a table and three statements.
package queue
