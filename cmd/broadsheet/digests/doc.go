// Package digests has the commands about digests by mail.
//
//	command.go      the commands and their options
//	digests.go      digests with how far they are; the next one
//	subscribers.go  subscribers as CSV, out and in
//	bounce.go       reports of digests that came back
package digests
