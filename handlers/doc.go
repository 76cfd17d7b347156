// Package handlers turns HTTP requests into calls of the models and their
// answers into pages of views. Nothing imports it but the command.
//
// # How a request travels
//
// keep.go looks first whether a stranger's page is kept (package pagecache) and
// sends it: that is the short way, and most requests end there. For all others
// server.go puts the middleware around the router: request log, panic net,
// security headers, cross-origin check. spelling.go gives the path its one
// spelling, and redirect.go is the only place that redirects a GET. routes.go is the one table of routes;
// each row says who may enter, how the answer may be cached, which parameters
// count, how large a body may be and how often one network may ask. The handler
// (40 lines at most) calls models, builds a page struct with the functions of
// present*.go and hands it to render.go, which writes status, headers and body,
// and says what the page shows, so that it is kept until that changes. A
// handler that fails returns the error; errors.go is the only place that makes
// a page of it.
//
// # How to add a page
//
// A row in routes.go, a handler method, a struct in views with its template
// and fixture, a script in testdata. A test names whichever is missing.
//
// The receivers are small: reader shows pages, talk takes comments, operator
// answers machines. Each lists the few things it needs.
package handlers
