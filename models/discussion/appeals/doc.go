// Package appeals holds the appeals of commenters: one against each decision not to
// publish a comment. A moderator other than the first one upholds or reverses the
// decision, where there is another one.
//
//	appeal.go    the row, and the decision that an appeal is against
//	file.go      filing an appeal
//	decide.go    upholding or reversing, and the moderators that may do so
//	list.go      the appeals at the desk
//	reversed.go  the share of reversed decisions, by reason and by moderator
//
// # Why the row copies the decision
//
// Spam and trash are deleted after a month, and the log names no rule. The shares of
// reversed decisions are about years, so each row keeps the reason, the rule and the
// moderator of its decision.
package appeals
