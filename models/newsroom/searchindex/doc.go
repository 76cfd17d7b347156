// Package searchindex maintains the index of the readers' search: for each public
// article, the set of terms by which it is found.
//
// Where things are:
//
//	entry.go     what is indexed of an article, and how it is read and analysed
//	write.go     Put and Remove: the entry of an article
//	docid.go     numbers of entries, which grow with the date
//	words.go     the words of all articles, and how many articles have each
//	find.go      the newest entries that a query needs
//	build.go     the first fill, and building the index again while it answers
//	renamed.go   articles of authors with a new name
//	database.go  the statements that differ between SQLite and PostgreSQL
//
// # Terms instead of positions
//
// An entry is a set of terms, see [terms.Bag]: words, stems, pairs of neighbours,
// words of the title, and names of categories and authors. So each condition of a
// query, also a phrase and a filter, is the presence of terms, and both databases
// answer it from the index alone. Positions would make a phrase of common words
// slow on SQLite, and on PostgreSQL each hit would be read to compare them.
//
// # Newest first
//
// Both databases return entries by docid, the newest first. A reader of news wants
// these, and so a word in every article costs as little as a rare one: reading ends
// with the number of hits that the caller asks for.
//
// # One door
//
// Package newsroom calls [Put] where an article enters the public lists, and [Remove]
// where it leaves them, in the same transaction. Put reads the article from its
// rows, so that all ways to change an article give the same entry as [Build].
package searchindex
