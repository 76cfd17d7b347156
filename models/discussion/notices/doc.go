// Package notices tells what became of the reports of readers. A report that says that
// a comment is against the law is a notice, as the European Union's Digital Services
// Act (article 16) calls it.
//
//	led.go     whether a report led to a decision
//	notice.go  a report with its outcome, from the decision log
//	tell.go    mail to the senders of notices
//
// # Why the outcome is not stored
//
// A decision can be undone, and an approval settles all reports about a comment. The
// decision log and comments.reports_seen tell both, so a stored outcome could only
// differ from them.
package notices
