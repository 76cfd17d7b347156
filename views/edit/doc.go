// Package edit has the structs of the pages on which editors write. They hold plain
// values. Package views embeds them in its pages, so it stays small.
//
//	list.go   the list of articles
//	versions.go the versions of an article, and what will happen next
//	story.go  the form of an article, and the question about an overlap
package edit
