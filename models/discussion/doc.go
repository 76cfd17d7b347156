// Package discussion holds comments: their threads, the way they come in, the
// rules that judge them, and the decisions on them.
//
//	comment.go    the comment row
//	adopt.go      comments of other sites under their articles here
//	article.go    an article's status, with its comments
//	blocks.go     the pages of a very long discussion
//	clean.go      spam and trash that are deleted after a time
//	conflict.go   causes of a conflict between decisions
//	decide.go     Decide: one action on comments, in one transaction
//	declined.go   writers with mostly declined comments
//	expire.go     the time after which a comment's origin is removed
//	follow.go     mail about replies
//	import.go     comments from JSON Lines
//	index.go      the search index of comments
//	judge.go      the state of a new comment, by named rules
//	kept.go       the data about a commenter, for an export
//	learn.go      decisions that the spam model learns from
//	learnsite.go  the mark and the model that a site learns from decisions
//	nudge.go      hints beside the preview of a comment
//	own.go        a commenter's actions on own comments
//	place.go      the page that shows a comment
//	post.go       a new comment: refusals in order, then one transaction
//	privacy.go    export, anonymising and erasure
//	proof.go      links by which a browser verifies its address
//	purge.go      the bytes of deleted rows in files and indexes
//	queue.go      comments by state, for moderators and commands
//	reasons.go    the reasons of a judgement, as they are stored
//	render.go     comments rendered again under a new policy
//	restrain.go   bans, slow mode, and judging again by other rules
//	staff.go      answers by the staff
//	state.go      the states and the table of allowed moves
//	stream.go     comments judged in order, each label learnt some rows later
//	synthetic.go  comments for load tests
//	tally.go      the single door for changes of state, with all counts
//	thread.go     the threads of an article, as a page shows them
//	traces.go     rows about a commenter in other tables
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
