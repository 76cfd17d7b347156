// Package handlers turns HTTP requests into calls of the models and their
// answers into pages of views. Nothing imports it but the command.
//
// # How a request travels
//
// keep.go first looks for a kept page (package pagecache) when the request is a
// visitor's, and sends it. Most requests end there. For all others server.go
// puts the middleware around the router: request log, recovery from panics,
// security headers, cross-origin check. spelling.go gives the path its one
// spelling, and redirect.go is the only place that redirects a GET. routes.go is
// the table of routes: each row has the role, the cache policy, the query
// parameters that count, the greatest body and the rate limit. The handler (40
// lines at most) calls models, builds a page struct with the functions of
// present*.go and hands it to render.go. render.go writes status, headers and
// body, and notes the tags of the page, so that the page is kept until one of
// them changes. A handler that fails returns the error; errors.go is the only
// place that makes a page of it.
//
// # The map
//
//	server.go routes.go care.go    options, middleware, the two tables of routes
//	access.go mask.go              the request log, and the keys that it masks
//	address.go proxywatch.go       the client's address, and faults of proxies
//	guard.go                       security headers and rate limits
//	typed.go                       forms, and text of requests made storable
//	spelling.go redirect.go        one address for each page
//	keep.go keep_own.go            kept pages, and the reader's own parts of them
//	gate.go making.go              the queue for pages that are not kept
//	render.go                      sending an answer
//	errors.go refusals.go ways.go  pages of errors, their texts and links
//	session.go                     the cookies of commenters and of the desk
//	ops.go media.go wordpress.go   health checks, pictures, WordPress's addresses
//
//	front.go article.go lists.go   pages to read
//	comment.go voice.go            posting, recommending and reporting comments
//	own.go mine.go mail.go proof.go
//	                               own comments, mail about them, verified addresses
//
//	signin.go passkey.go account.go newpassword.go staff.go
//	                               accounts
//	desk.go queue.go card.go decide.go receipt.go
//	                               the queue, decisions and their messages
//	closing.go bans.go rules.go digest.go figures.go
//	                               comments of one article, bans, rules, mail, figures
//	help.go                        the manual
//	resend.go stuck.go             forms after a session's end; mail not sent
//	present*.go                    page structs from models
//	jobs/ pagecache/ webtest/      background jobs, the page cache, test scripts
//	onewrite/                      an answer in one write, where possible
//
// # How to add a page
//
// Add a row in routes.go, a handler method, a struct in views with its template
// and fixture, and a script in testdata. A test names the missing ones.
//
// Handlers are methods of small receivers, such as reader for pages, talk for
// comments and operator for machines. Each embeds the server.
package handlers
