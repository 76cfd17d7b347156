// Package collection selects public content by many conditions at once, as clients
// of WordPress's REST interface ask for it.
//
//	query.go    a question for articles, and which plan answers it
//	plain.go    plan 1: a page of one list, also between two dates, from kept counts
//	scan.go     plan 2: a bounded scan of the smallest list
//	conditions.go the conditions of a scan, and the choice of the smallest list
//	terms.go    tags and authors that have public articles
//	pictures.go pictures that public articles use
//	page.go     entries, totals, and the cache tags that they depend on
//
// # Bounded work
//
// The list of all articles and the lists of one category, tag or author are exact
// at any depth and any size: newsroom keeps their counts by day. A combination of
// conditions has no kept count. It looks through the first [MaxReach] articles, in
// the order asked for, of the smallest list that contains the result, so its cost
// does not grow with the site. Later entries need narrower dates.
package collection
