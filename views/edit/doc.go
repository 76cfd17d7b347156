// Package edit has the structs of the pages on which editors write. They hold plain
// values. Package views embeds them in its pages, so it stays small.
//
//	list.go   the list of articles
//	versions.go the versions of an article, and the planned changes
//	review.go notes, the check list, the embargo and the texts of a live article, in the form
//	front.go  the form of the front page and the breaking line
//	story.go  the form of an article, and the question about an overlap
//	pictures.go  the pictures of the library
//	bar.go    the moves in the bar of the form
//	corrections.go the part of the form about corrections
package edit
