// Package discussion holds comments: posting them, the rules that judge them, and
// the decisions on them. Packages below it know no comments: decisionlog,
// threadblocks, spamcounts. Packages above it use comments: thread shows them,
// notify mails about them, imports brings them, learn teaches the spam score,
// privacy exports and erases them, moderation is the moderators' view.
//
//	comment.go    the comment row
//	article.go    an article's status, with its comments
//	batch.go      comments from elsewhere, stored with their state and time
//	conflict.go   causes of a conflict between decisions
//	decide.go     Decide: one action on comments, in one transaction
//	declined.go   writers with mostly declined comments
//	erase.go      anonymising, erasing and deleting comments
//	index.go      the search index of comments
//	judge.go      the state of a new comment, by named rules
//	nudge.go      hints beside the preview of a comment
//	own.go        a commenter's actions on own comments
//	post.go       a new comment: refusals in order, then one transaction
//	proof.go      links by which a browser verifies its address
//	queue.go      comments by state, for moderators and commands
//	reasons.go    the reasons of a judgement, as they are stored
//	render.go     comments rendered again under a new policy
//	restrain.go   bans, slow mode, and judging again by other rules
//	staff.go      answers by the staff
//	state.go      the states and the table of allowed moves
//	tally.go      the single door for changes of state, with all counts
//	tell.go       the jobs that send mail about a comment
//	undo.go       the undo of a decision
//	voice.go      recommendations and reports by readers
//	wait.go       flood control and slow mode
//
// # Why counts are kept
//
// An article's page shows how many comments it has, a queue how many wait.
// Counting them would cost more with every comment, so each change of state
// also changes the counts on the article and of the whole site, in the same
// transaction.
package discussion
