// Package terms takes text apart into words that can be compared: for word
// lists, for the spam score, for names that only look different.
//
//	fold.go   one form for all spellings of the same letters
//	invisible.go  characters without a glyph
//	words.go  words of a text, spaced-out letters closed up
//	list.go   a list of terms, matched all at once
package terms
