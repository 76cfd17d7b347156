// Package indexnow finds the articles that search engines should hear about by
// IndexNow (indexnow.org).
//
//	pending.go  the key, and the addresses that have changed since a change
//
// # Why it reads the change log
//
// Each save of an article leaves its cache tag in the change log. So nothing is written
// in the article's transaction, an article that is saved ten times between two
// looks is named once, and a search engine that does not answer holds up nothing: the
// cursor stays where it is. The log is kept for a day; after a longer failure the
// sitemaps tell the rest.
package indexnow
