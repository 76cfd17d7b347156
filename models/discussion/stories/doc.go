// Package stories lists the public articles for the moderators' desk, with how their
// discussions stand: open or closed, held back, slow, and what waits there.
//
// All counts are stored with the article, except the reported comments, which an index
// of their own lists, and the time of the last comment, which is one step into an index
// for each article of a page.
//
//	list.go     the list and its filters
//	policy.go   closing and opening
//	changes.go  the changes of an article's settings for comments
package stories
