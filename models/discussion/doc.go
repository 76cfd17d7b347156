// Package discussion holds what readers write under articles: comments in
// threads, how they come in, how they are judged and who decided what.
//
//	comment.go  the comment row
//	state.go    the states and the table of allowed moves
//	post.go     a new comment: refusals in order, then one transaction
//	judge.go    which state a new comment gets, by named rules
//	declined.go writers most of whose comments were declined
//	restrain.go bans, slow mode, and judging again by other rules
//	proof.go    links by which a browser shows that an address is its own
//	learn.go    what decisions teach the spam model
//	learnsite.go  the mark and the model that a site sets itself from decisions
//	stream.go     comments judged in order, each label learnt some rows later
//	decide.go   Decide, the only door to a change of state
//	own.go      what writers may do with their own comment
//	voice.go    what readers say of others' comments: recommended, reported
//	expire.go   when it is forgotten where a comment came from
//	thread.go   the threads of an article, as a page shows them
//	blocks.go   how the pages of a very long discussion are found
//	place.go    where one comment can be read
//	queue.go    comments by state, for moderators and commands
//	import.go   comments from JSON Lines
//
// # Why counts are kept
//
// An article's page shows how many comments it has, a queue how many wait.
// Counting them would cost more with every comment, so each change of state
// also changes the counts on the article and of the whole site, in the same
// transaction.
package discussion
