// Package wordindex finds comments by their words, the names of their commenters,
// the hosts of their links and the rules that judged them, for the moderators'
// search. It knows no comments, only entries under a comment's number.
//
//	entry.go   writing and removing entries
//	query.go   queries as SQL conditions, and the found words in a text
//	newest.go  the newest comments that a query finds in PostgreSQL
//
// The words of texts and of queries come from package terms, as those of the
// readers' search do, so both understand the same phrases, -word and begin*.
// package discussion writes the entries: of changed comments in the transaction of
// the change, of new ones a moment later or before the next search. So a flood of
// comments does not wait for the index, and a search is never behind.
package wordindex
