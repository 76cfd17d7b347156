// Package republish makes the copy of an article that other sites may take: plain
// HTML and plain text, with credit and the canonical address, without pictures,
// scripts and counting.
//
// Where things are:
//
//	republish.go  Allowed, and Make with the parts of a copy
//	clean.go      the plain elements that a copy keeps
//	text.go       the copy as plain text
package republish
