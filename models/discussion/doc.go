// Package discussion holds comments: posting them, the rules that judge them, and
// the decisions on them. It is the only package that changes a comment's state.
//
//	comment.go   the comment row
//	post.go      Post: refusals in order, then one transaction
//	preview.go   the preview of a comment, with hints
//	ban.go       bans, as they apply to a submission
//	judge.go     the state of a new comment, by named rules
//	declined.go  the rule for commenters with mostly declined comments
//	rejudge.go   judging without storing: candidates, other rules, streams
//	reasons.go   the stored form of the reasons of a judgement
//	proof.go     links by which a browser verifies an address
//	edit.go      changes of a comment by its commenter, and earlier texts
//	staff.go     answers and corrections by the staff
//	reports.go   holding reported comments
//
//	state.go     the states and the table of allowed moves
//	tally.go     the single door for changes of state
//	decide.go    Decide: one action on comments, in one transaction
//	conflict.go  causes of a conflict between decisions
//	undo.go      the undo of a decision
//	article.go   an article's status, with its comments
//	batch.go     comments of imports and load tests, stored with their states
//	erase.go     anonymising, erasing and deleting comments
//	tell.go      the jobs that send mail about a comment
//
//	index.go     the search index of comments
//
// Packages below this one do not know comments: decisionlog keeps the log of
// decisions, threadblocks counts the threads of long discussions, spamcounts counts
// features of texts, wordindex finds comments by their words, pace limits how quickly
// one commenter posts, complaints ends and reopens appeals, commentrows stores changes
// of rows. Packages above
// use comments: thread shows them, react takes recommendations and reports, notify
// decides about mail, learn teaches the spam score, imports brings comments from
// elsewhere, privacy exports and erases a commenter's data, and moderation is the
// moderators' view.
//
// # Why one door
//
// A change of state concerns much more than the comment: counts, the pages of the
// article, the decision log, the undo, mail. Each of them would be forgotten once if
// every caller did its part. So all of them - posting, [Decide], [Undo], [Answer],
// an article's trash, imports, deletion - note their changes in the tally, which
// writes everything. Undo alone stores the states with its own statement, because
// each comment gets back its own earlier values.
//
// # Why counts are stored
//
// An article's page shows the number of its comments, the desk the number of held
// ones. Counting them on demand costs more with every comment, so each change of
// state also changes the counts of the article and the site, in the same
// transaction.
package discussion
