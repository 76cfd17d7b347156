// Package migrations brings a database's schema up to date.
//
// Each step is a pair of SQL files, NNNN_name.sqlite.sql and
// NNNN_name.postgres.sql, run inside the transaction that also records it. A step
// that rewrites rows in a way that SQL alone cannot has a function, too.
// A step that has landed is never edited; a later step corrects it.
//
//	migrate.go    runs the steps, and names those with a function
//	addresses.go  the function of step 0017
//	pictures.go   the function of step 0022
package migrations
