// Package latest reads the newest public comments: of the site, of an article, and
// the replies to a comment. Feeds show them.
//
//	latest.go  the three lists
//
// Each list is a bounded read of an index, however many comments there are.
package latest
