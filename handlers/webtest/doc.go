// Package webtest runs request scripts: plain-text files with the requests of a
// browser and the expected answers. Reading and writing a script needs no Go.
//
// # The map
//
//	doc.go       this page: the language
//	script.go    text → steps
//	run.go       Run, and the browsers that walk through the steps
//	request.go   building a request; filling in the page's forms
//	expect.go    the expectations of an answer
//	check.go     CheckResponse: the rules for every answer
//	markup.go    the part of it that reads HTML
//	page.go      a parsed answer, and finding things in it
//
// # The language
//
// One line is one step. A line that begins with # is a comment; blank lines are
// ignored. Texts are in double quotes with Go's escapes, CSS selectors are not
// quoted.
//
//	# A reader replies
//	GET /2026/11/20/first-story/
//	status 200
//	see h1 "First story"
//
//	as Anna
//	submit #commentform
//	field comment "I was there."
//	status 303
//	follow
//	see .comment-awaiting-moderation
//	let id = attr .comment-awaiting-moderation id "comment-(\\d+)"
//
//	run decide approve {id}
//	as a visitor
//	GET /2026/11/20/first-story/
//	see #comment-{id} "I was there."
//
// The browser. Every script starts as "a visitor", a browser without cookies.
//
//	as NAME                 use the browser NAME from here on; it keeps its cookies
//	as a visitor           use a new browser without cookies
//	from ADDRESS            use this network address from here on
//
// The request. The lines after the first belong to the request. It is sent at the
// first expectation, or when the next request begins.
//
//	GET PATH                or HEAD, POST, PUT, PATCH, DELETE, OPTIONS
//	click SELECTOR          GET the address of a link of the last page
//	submit SELECTOR         send a form of the last page with its present values
//	follow                  GET the address the last answer redirects to
//	field NAME "value"      a form field, instead of the form's value
//	file NAME "x.jpg" "what" a file of the form, with a content that Server.File makes
//	with HEADER "value"     a request header; without HEADER leaves one out
//	send TYPE               a raw body: the lines after it that begin with |
//
// Expectations. Runs of white space in texts are compared as one space.
//
//	status CODE
//	see SELECTOR ["text"]   there is such an element, and it contains the text
//	no SELECTOR ["text"]    there is no such element
//	text SELECTOR "text"    the text of the first such element equals this
//	count SELECTOR NUMBER
//	order SELECTOR "a" "b"  elements containing these come in this order
//	attr SELECTOR NAME "value"
//	title "text"            the page's title contains it
//	header NAME "text"      the header contains it; no-header NAME: it is absent
//	body contains "text"    the raw body does; body lacks "text": does not
//	allow RULE              skip a rule of CheckResponse for this answer
//
// Variables and commands.
//
//	let NAME = attr SELECTOR NAME ["regexp"]   later used as {NAME}
//	let NAME = text SELECTOR ["regexp"]        (the first group, if there is one)
//	let NAME = header NAME ["regexp"]
//	run COMMAND ARGUMENTS   a command of the test's Server: clock +1h, decide approve 1
//
// # Why
//
// Substring tests of HTML pass and fail for the wrong reasons; a selector names the
// element that is meant. Most accidents (a cookie for an anonymous browser, a text
// escaped twice, a field without a label) happen on pages with a test of something
// else, so every answer is checked for them.
package webtest
