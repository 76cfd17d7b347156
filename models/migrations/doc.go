// Package migrations brings a database's schema up to date.
//
// A step is one file, NNNN_name.sql, with placeholders such as {id} for the
// few words that always differ between the databases; files.go lists them.
// Where more differs, the step is a pair: NNNN_name.sqlite.sql and
// NNNN_name.postgres.sql. A step runs inside the transaction that also records
// it. A step that rewrites rows in a way that SQL alone cannot has a function,
// too. A step that has landed is never edited; a later step corrects it.
//
//	files.go      the steps, their placeholders and statements
//	migrate.go    runs the steps, and names those with a function
//	addresses.go  the function of step 0017
//	pictures.go   the function of step 0022
package migrations
