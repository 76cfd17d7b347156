// Package jobs does the background work: periodic tasks, and the mails of the
// queue. Like a handler it calls models; models never call it.
//
//	table.go   the table of periodic tasks, and the loops that run them
//	mail.go    mails to commenters and accounts
//	invitation.go  mail with an invitation to an account
//	security.go  mail to the owner of an account about changes of it
//	targets.go mail about missed targets of the desk
//	indexnow.go  tells search engines which articles have changed
//	appeal.go  mail about the answer to an appeal
//	notice.go  mail about the outcome of a notice
//	pictures.go deletes files that no picture needs
//	digest.go  mail to moderators about held comments
//	links.go   asks other sites whether the links of stories lead anywhere
//	review.go  mail about a story that was sent back, and about answers to notes
//	hub.go hub_look.go  telling a WebSub hub which feeds have changed
//	correction.go  mail to commenters about a correction
//	proof.go   mail with a link that verifies an address
//	issue.go   digests to their subscribers
//	testissue.go the next digest to an editor
//	subscription.go mail that asks for consent to digests
package jobs
