// Command broadsheet is a news website in one program.
//
// This package is the only place that reads flags, the environment and
// files named on the command line; everything below it is handed what it
// needs.
//
//	main.go      the table of commands; errors to exit codes
//	config.go    options shared by all commands; opening the database
//	serve.go     run the site: open, wire, listen, drain, stop
//	tls.go       the certificate, read again when it is renewed
//	control.go   how a command waits for a running server to take notice
//	article.go   import JSON Lines, publish Markdown
//	comment.go   import, list, decide
//	imports.go   files, progress and counts of both imports
//	setting.go people.go migrate.go health.go
//	seed.go      a synthetic site of any size
//	demo.go      the demo newsroom; its texts and pictures stand in demo/
//	gallery.go   every page in every state
//
// testdata holds command scripts, run by script_test.go.
package main
