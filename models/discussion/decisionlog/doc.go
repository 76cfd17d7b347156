// Package decisionlog keeps the log of decisions on comments: a table to which
// rows are only added, with a hash chain over its rows and a signed head. Package
// discussion adds an entry for each change of a comment's state. The log of
// settings, accounts and articles is another one, in package models.
//
//	entry.go  the entries: adding, listing, exporting
//	head.go   the signed head: signing, moving it forward
//	check.go  the check of the chain and of its head
//	keep.go   the check that a task repeats, for the page of the log
//
// # Why a chain and a head
//
// The log shows who published or hid a comment and why, so a later change of it
// must be noticed. The hash of each entry covers the entry before it: a changed
// or removed entry breaks the chain. Entries removed at the end leave a valid
// chain; the signed head, which counts the entries, reveals that. An entry names
// no commenter, so it can stay when a commenter's data are erased.
package decisionlog
