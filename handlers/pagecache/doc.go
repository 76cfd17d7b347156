// Package pagecache caches whole answers, ready to be sent, until something
// that they show changes.
//
// # The map
//
//	cache.go       the store: lookup, one load for all waiting requests, eviction
//	invalidate.go  dropping pages after a change; loads that a change overtook; hot tags
//	page.go        one answer: its variants and validators, and how it is sent
//	recompress.go  compressing a page again that is a little too large for one round trip
//	personal.go    a page with one visitor's own parts
//	key.go         the query string in a cache key
//
// # Exact invalidation
//
// Each answer has the cache tags of the things that it shows. The database
// reports each commit with the tags that it touched, before the writer gets an
// answer. The cache then drops all answers with one of these tags. A load
// records the number of the last change when it starts. If a later change
// touched a tag of the loaded page, the page may show the state before that
// change. Requests that came before the change get this page. It is not stored,
// and later requests start another load.
//
// Pages also change with time. An answer names its deadlines: it is valid only
// between two of them.
//
// # Why not a library
//
// A cache library bounds memory, loads once and expires entries. But here three
// things must happen under one lock: finding the pages of a tag, noticing that a
// load was overtaken, and storing. A library's store with an index of tags
// beside it would be two stores that disagree for moments. The rest is short:
// immutable maps that are read without a lock, and SIEVE (Zhang and others, NSDI
// 2024), which evicts by one bit that a hit sets.
//
// # Why compressed pages are spliced
//
// A commenter sees their name in the form and their own held comments. The
// rest of the page is the same for all visitors. It is compressed in pieces that do
// not refer to each other, and the commenter's own parts go uncompressed
// between them. That costs almost nothing. It also keeps secrets: private text
// never shares a compression dictionary with text that other people wrote, so
// the length of the answer reveals nothing (BREACH).
package pagecache
