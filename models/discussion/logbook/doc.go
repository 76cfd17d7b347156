// Package logbook lists the decision log for the desk: by person, act, time,
// comment and commenter, a page at a time, and within the categories of a moderator.
// The log itself is in package decisionlog.
//
//	filter.go  what a list is limited to
//	list.go    a page of the list, and all entries for an export
//
// # Why windows
//
// A filter with an index of its own is answered by that index. The other filters of
// the same list are applied to the next entries only, a window of them: a page costs
// the same whether the log has a thousand entries or a million, and the page says
// where its window ended.
package logbook
