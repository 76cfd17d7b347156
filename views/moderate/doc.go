// Package moderate has the structs that the pages of the moderators' desk show. The
// pages themselves are in package views; package edit has those of the editors' desk.
//
//	bans.go   the form of a ban, and a ban in a list
//	rules.go  the settings by which comments are judged, and the results of a dry run
package moderate
