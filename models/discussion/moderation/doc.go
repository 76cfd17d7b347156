// Package moderation reads comments for the moderators' desk: the queues, the
// surroundings of a comment, the figures and mail about held comments. It runs the
// background tasks of the desk and stores the desk's own small tables. Only package
// discussion changes a comment's state; recount.go corrects stored counts.
//
//	heated.go        the queue with the most heated comments first
//	queue.go         the queues and their filters
//	found.go         the comments that words, marks and fingerprints find
//	sections.go      the two ways to list the comments of some categories
//	page.go          a page of a queue, with near-duplicates as one card
//	surroundings.go  facts about one comment; articles and parents of many
//	claim.go         the comments that a moderator is looking at
//	scope.go         the categories that a moderator is limited to
//	saved.go         saved filters and saved replies
//	reach.go         the comments and commenters that a ban would affect
//	dryrun.go        the effect of proposed rules on last week's comments
//	figures.go       the task that counts arrivals and decisions
//	figures_sums.go  the stored figures of hours, days and decisions
//	figures_waits.go how long comments waited until they were decided
//	figures_read.go  the figures for the desk
//	surge.go         the detection of unusually many comments
//	heldmail.go      mail about held comments, and decisions from its link
//	recount.go       stored counts compared with the rows
//
// # Why every list is bounded
//
// The desk must be as quick with a million comments as with a thousand. A page of a
// queue is read by an index. A search looks up words in an index and applies the
// other conditions to the newest [MostHits] hits only. Counts are stored totals, or
// end at a limit that the page shows.
package moderation
