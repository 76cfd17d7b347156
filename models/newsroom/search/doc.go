// Package search finds the public articles that a reader asks for.
//
// Where things are:
//
//	search.go   Find: a query, its hits and their pages
//	ids.go      the hits of a query by number
//	rank.go     the questions to the index, and the order of the answers
//	verify.go   reads texts to see whether they have the words in sequence
//	words.go    what a query asks of the index: words, stems, prefixes
//	snippet.go  the part of a text that shows the words, with marks
//	nearest.go  words to try where nothing was found
//	keep.go     keeps the index up to date, and builds it again
//	titles.go   articles by the beginning of their titles
//
// # Bounded work
//
// The index answers each question with the newest articles, at most maxHits. A few
// questions make the candidates: the words anywhere, in the title, as a phrase, and
// so on. So an old article with the words of the query as a phrase is a candidate
// although each word is in very many articles, and no query ranks all articles that
// have a word.
package search
