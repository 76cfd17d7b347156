// Command broadsheet is a news website in one program.
//
// This package is the only place that reads flags, the environment and files
// named on the command line. It hands their values to the packages below.
//
//	main.go         the table of commands; errors to exit codes
//	help.go         the help of commands, and the manual's topics
//	option_help.go  long help texts of options
//	config.go       options shared by all commands; opening the database
//	keys.go         session keys, private files, the log's signed head
//	serve.go        run the site: open, wire, listen, drain, stop
//	started.go      the options of serve, for the page of settings
//	tls.go          the certificate, read again when it is renewed
//	control.go      how a command waits until a running server has read a change
//	article.go      import JSON Lines, publish Markdown
//	comment.go      import, list, decide, revoke proofs
//	judge.go        apply the rules and the spam score to texts
//	stream.go       the same for labelled rows in order, with learning
//	imports.go      files, progress and counts of both imports
//	doctor.go       checks of data, keys, mail, log and counts
//	notices.go      faults that a running server has found, for the doctor
//	setting.go      list and change settings
//	search.go       build the index of the search again
//	people.go       accounts
//	migrate.go      the state of the schema
//	health.go       a container's health check
//	seed.go         a synthetic site of any size
//	filldemo/       fills a database with the demo newsroom; demo/ holds its texts and pictures
//	gallery.go      every page in every state
//
// digests/ has the commands about digests by mail.
// connlimit/ limits the open connections. testdata holds command scripts, run by script_test.go.
package main
