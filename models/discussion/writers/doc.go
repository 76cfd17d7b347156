// Package writers shows moderators the commenters of the site as the desk knows them
// again, and lets moderators act on them.
//
//	writer.go   the kinds of writers and their comments
//	address.go  addresses of writers' pages, which reveal nothing
//	profile.go  what is known about one writer
//	list.go     the list of writers, and the search in it
//	bans.go     bans of one writer, lists of bans, undoing a ban
//	field.go    changing the name or website of a comment
//
// A commenter is known by the account, else by the address that the browser had
// verified, else by the browser. An imported comment has none of these. Its typed
// address is a writer of its own kind, because anybody can type an address.
package writers
