// Package digest chooses the articles and comments of digests by mail, and gives each
// subscriber each issue once.
//
//	issue.go    the row of an issue; which one is due, across changes of the clock
//	build.go    choosing the articles and comments of an issue
//	content.go  the public part of an issue for one subscriber, when it is sent
//	deliver.go  queueing the subscribers, and recording each delivery
//	opening.go  an editor's words at the head of the next issue
//
// # Guarantees
//
// There is one issue for a frequency and a day of the site's zone, because the
// database refuses a second one. Publishing writes nothing here: an issue is built
// from the lists of articles when it is due. An issue is built before its first mail
// is sent, so that an article is in one issue of a list only; its status is read
// again for each mail.
//
// Each subscriber has one job for an issue. The transaction that adds a batch of jobs
// also stores how far the batches have come. A mail is recorded after the mail server
// accepted it. A process that dies between the two sends the mail again, with the
// same Message-ID: SMTP offers no way to avoid that.
package digest
