// Package front chooses the articles of the front page.
//
// Where things are:
//
//	front.go   Load: the lead, the second rank, the latest list; pinned articles
//	blocks.go  the blocks of categories below them
package front
