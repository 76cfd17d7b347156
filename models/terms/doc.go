// Package terms splits text into words that can be compared: for word lists,
// for the spam score, and for names that only look different.
//
//	fold.go       one form for all spellings of the same letters
//	invisible.go  characters without a glyph
//	disguise.go   words with disguised letters
//	class.go      properties of characters, in one table
//	words.go      words of a text
//	unit.go       the units of a text that a search can find: words and signs
//	foldunit.go   one form of a unit for all its spellings
//	stem.go       the part that the forms of a word have in common
//	bag.go        the index terms of a text
//	query.go      a query as readers type it, and the index terms that it needs
//	spelling.go   a text as word lists compare it: items and their spellings
//	list.go       a list of terms, matched all at once
//	machine.go    finds sequences of items in one pass
//	globs.go      finds terms with stars
//	doubt.go      terms that match everyday talk, or no text
package terms
