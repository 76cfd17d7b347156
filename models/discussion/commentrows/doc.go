// Package commentrows stores what decisions change in the rows of comments: the state, the
// comments shown in a thread, and the marks of reports and of a removal. A decision changes
// the comment and the first one of its thread, which are often the same, so all changes
// share one statement.
//
//	rows.go  the changes and their statement
//
// The package knows no comments, only changes of rows. Package discussion decides what is
// to be changed.
package commentrows
