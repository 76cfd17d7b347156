// Package commentlist selects public comments by many conditions at once, as clients
// of WordPress's REST interface ask for them.
//
//	commentlist.go  a question for comments and its answer
//	any.go         comments in any state, for programs of moderators
//	newest.go       the newest comments of several articles
//
// A comment is public while it is approved and its article is published. Every list
// is a scan of an index that ends after collection.MaxReach comments, so its cost
// does not grow with the site.
package commentlist
