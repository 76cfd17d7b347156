// Package moderation is the moderators' view of a discussion, with its
// background tasks: queues of comments, facts around each comment, figures, and
// mail about held comments. It reads comments, and keeps the desk's own small
// tables. Only package discussion changes comments.
//
//	queue.go    the queues and their filters
//	fold.go     comments that say nearly the same, as one
//	around.go   facts around one comment
//	claim.go    the comments that a moderator is looking at
//	scope.go    the sections that a moderator looks after
//	saved.go    saved filters and saved replies
//	reach.go    the comments and readers that a ban would affect
//	dryrun.go   the effect of other rules on last week's comments
//	figures.go  the task that counts arrivals and decisions
//	show.go     those figures as they are shown
//	surge.go    many more comments than usual
//	digest.go   mail about held comments, and deciding from it
//	recount.go  kept counts against the rows
//
// # Why every list is bounded
//
// The desk must be as quick with a million comments as with a thousand. Queues
// are read by an index, a page at a time; what is searched for is looked up in
// an index of words and only the newest [MostHits] hits are narrowed down
// further; counts come from kept totals or end at a bound that is shown.
package moderation
