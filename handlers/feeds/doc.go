// Package feeds makes the feeds of the site: which articles or comments they
// list, and their text in each format. Handlers send feeds, and background jobs
// compare them to tell a hub of changes.
//
//	topic.go    the feeds that there are, their names and addresses
//	feed.go     a feed with its items, and its digest
//	make.go     loads a feed
//	stories.go  articles as items
//	replies.go  comments as items
//	corrections.go corrections as items
//	breaking.go breaking lines as items
//	body.go     the whole text with absolute addresses
//	clean.go    text that XML can hold
//	format.go   the formats
//	rss.go rdf.go atom.go json.go
//	            RSS 2.0, RSS 1.0 (RDF), Atom 1.0 (RFC 4287), JSON Feed 1.1
//
// # Identity
//
// A reader of feeds shows an item as new when its id is new. So ids never depend on
// the address of the site, the permalink pattern or the slug: the id of an article
// is its stored GUID, and that of a comment is the article's GUID with the comment's
// number. RSS 1.0 has no id but the address of its item, so there the id takes the
// place of the address in rdf:about.
//
// # One content, four formats
//
// A body depends only on the database and the base URL. It holds no time of its own
// making, so all instances send the same bytes, before and after a restart.
//
// # Why not a library
//
// Libraries that write feeds cover the core of each format, without content:encoded
// of RSS 1.0, slash, thr and media elements, languages or categories with names. The
// formats are structs for encoding/xml and encoding/json here, which is shorter than
// the conversion into a library's types and back.
package feeds
