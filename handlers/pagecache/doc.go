// Package pagecache keeps whole answers, ready to be sent, until something
// that they show has changed.
//
// # The map
//
//	cache.go     the store: looking up, loading once for all waiting requests, bounding
//	change.go    what a change drops, overtakes or, in a storm, makes old
//	page.go      one answer: its bytes, validators, and how it is sent
//	encoding.go  content encodings and Accept-Encoding
//	tight.go     a page near the size of the initial congestion window, compressed again
//	personal.go  a page with one reader's own parts put in
//	key.go       what an answer is kept under
//
// # Exact
//
// Each answer carries the tags of what it shows. The database tells of every
// commit by the tags it touched, before whoever wrote gets an answer; answers
// with one of the tags are dropped then. A load notes the number of the last
// change when it begins. If a change that came after it touched what was
// loaded, the answer may show the state before it: it goes to those who asked
// earlier, is not kept, and whoever asked later is given another load.
//
// Time changes pages too: an answer names the instants at which it must be
// made anew, and is good only between them.
//
// # Why an own store
//
// A cache library bounds well, loads once and expires. But here three things
// must happen as one step: finding what a tag belongs to, noticing that a load
// was overtaken, and storing. A library's store behind an own index by tags
// would be a second truth that lags behind the first. What is left without it
// is short: immutable maps that readers look at without a lock, and SIEVE
// (Zhang and others, NSDI 2024), which evicts by one bit that a hit sets.
//
// # Why compressed pages are spliced
//
// A reader who has written here sees their name in the form and what waits of
// theirs. The page around is everybody's, compressed in pieces that do not
// refer to each other; the reader's own parts go between them as they are.
// That costs next to nothing, and no length tells a secret: what one reader may
// see never shares a dictionary with what others wrote (BREACH).
package pagecache
