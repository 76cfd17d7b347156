// Package moderation is what moderators see of a discussion, and what looks
// after it in the background: queues of comments, what is known around each,
// figures, mail about what waits. It reads, and keeps the desk's own small
// tables; every change of a comment goes through package discussion.
//
//	queue.go    the queues and what they can be narrowed down to
//	fold.go     comments that say nearly the same, as one
//	around.go   what a moderator may want to know about a comment
//	claim.go    who is looking at which comment
//	scope.go    which sections a moderator looks after
//	saved.go    saved filters and saved replies
//	reach.go    whom a ban would touch
//	dryrun.go   what other rules would have made of last week's comments
//	figures.go  the task that keeps figures: what came in, what was decided
//	show.go     those figures as they are shown
//	surge.go    many more comments than usual
//	digest.go   mail about what is held, and deciding from it
//	recount.go  kept counts against the rows
//
// # Why every list is bounded
//
// The desk must be as quick with a million comments as with a thousand. Queues
// are read by an index, a page at a time; what is searched for is looked up in
// an index of words and only the newest [MostHits] hits are narrowed down
// further; counts come from kept totals or end at a bound that is shown.
package moderation
