// Package notify decides which mails a commenter gets and records which were
// sent: the comment is public or declined, it has replies, a link to the own
// comments. Package discussion queues the jobs, package handlers/jobs writes and
// sends the mails.
//
//	commentkey.go  keys of the status page, for its address in a mail
//	follow.go      requests for mail about replies, and the mails sent for them
//	corrections.go  mails about corrections of articles that somebody commented on
//	proof.go       verified addresses of comments
//
// # Why mails are limited
//
// A commenter can type the address of a stranger into a comment form. The owner gets
// one mail that asks for consent, a browser or network can cause only a few such
// mails an hour, and nothing else is sent before the owner agrees.
package notify
