// Package whole reads whole articles, many at once: with text, picture, authors,
// categories, tags and the articles that the text links to. Feeds need them.
//
//	whole.go  Load
//
// [newsroom.LoadPage] reads one article in four statements. A feed of a hundred
// articles would take four hundred; this package takes three for any number.
package whole
