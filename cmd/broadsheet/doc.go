// Command broadsheet is a news website in one program.
//
// This package is the only place that reads flags, the environment and
// files named on the command line; it hands the values to the packages
// below.
//
//	main.go         the table of commands; errors to exit codes
//	config.go       options shared by all commands; opening the database
//	keys.go         session keys, private files, the log's signed head
//	serve.go        run the site: open, wire, listen, drain, stop
//	connections.go  the bound on open connections
//	tls.go          the certificate, read again when it is renewed
//	control.go      how a command waits until a running server knows of a change
//	article.go      import JSON Lines, publish Markdown
//	comment.go      import, list, decide, revoke proofs
//	judge.go        the answers of the rules and the spam score to texts
//	stream.go       the same for labelled rows in order, with learning
//	imports.go      files, progress and counts of both imports
//	doctor.go       checks of data, keys, mail, log and counts
//	notices.go      faults that a running server has found, for the doctor
//	setting.go people.go migrate.go health.go
//	seed.go         a synthetic site of any size
//	demo.go         the demo newsroom; demo/ holds its texts and pictures
//	gallery.go      every page in every state
//	help.go         the help of commands, and the manual's topics
//
// testdata holds command scripts, run by script_test.go.
package main
