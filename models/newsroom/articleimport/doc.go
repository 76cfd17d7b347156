// Package articleimport brings articles in from outside: from JSON Lines, and
// from files that an operator publishes. It writes them with newsroom.Saver.
//
// Where things are:
//
//	jsonlines.go  Importer: articles from JSON Lines
//	file.go       SaveFile: the article of a published file
package articleimport
