// Package thread reads discussions for pages: the threads of an article, a page
// at a time, and the page of a single comment. It changes nothing.
//
//	page.go     a page of an article's threads
//	tree.go     comments as trees, with a limit of depth
//	place.go    the page that shows a comment
//	comment.go  the page of a single comment
//	held.go     the held comments of an article, for the staff
//	own.go      a commenter's own comments, and the outcome of one
//
// # Why a page is bounded
//
// An article may have a million comments, a thread ten thousand. A page takes at
// most four statements, and each reads a bounded number of rows through an index:
// the page's threads, and the first replies of each. Replies that are left out
// are on the page of their thread's first comment.
package thread
