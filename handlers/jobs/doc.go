// Package jobs does what has to be done without anybody asking: periodic
// tasks, listed in one table. A job is a request without a browser: it works
// through models, never the other way round. What is in the queue is done here as
// well: mail (mail.go).
package jobs
