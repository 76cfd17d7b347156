// Package moderation holds what only the desk reads of discussions, and what
// looks after them in the background. What changes a comment's state stands
// in discussion.
//
//	reach.go    whom a ban would touch
//	dryrun.go   what other rules would have made of last week's comments
//	figures.go  the task that keeps figures: what came in, what was decided
//	show.go     those figures as they are shown
//	surge.go    many more comments than usual
//	digest.go   mail about what is held, and deciding from it
//	recount.go  kept counts against the rows
package moderation
