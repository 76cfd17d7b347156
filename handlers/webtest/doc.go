// Package webtest runs request scripts: plain-text files that say what a
// reader's browser asks for and what it must find in the answer. An editor
// who knows no Go can read one, and add another.
//
// # The map
//
//	doc.go       this page: the language
//	script.go    text → steps
//	run.go       Run, and the browsers that walk through the steps
//	request.go   building a request; filling in the page's own forms
//	expect.go    what can be expected of an answer
//	check.go     CheckResponse: what must hold for every answer, asked or not
//	markup.go    the part of it that reads HTML
//	page.go      a parsed answer, and finding things in it
//
// # The language
//
// One line is one step; a line that begins with # is a comment, and blank
// lines part the scenes. Text stands in double quotes with Go's escapes, a
// CSS selector stands bare.
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
//	as a stranger
//	GET /2026/11/20/first-story/
//	see #comment-{id} "I was there."
//
// Who asks. Every script starts as "a stranger", a browser without cookies.
//
//	as NAME                 from here on NAME's browser asks; it keeps its cookies
//	as a stranger           a new browser, without any
//	from ADDRESS            from here on, the network address of the one who asks
//
// Asking. The lines after the first belong to the request, which goes out
// when something is expected of its answer or the next request begins.
//
//	GET PATH                or HEAD, POST, PUT, PATCH, DELETE, OPTIONS
//	click SELECTOR          GET the address of a link on the page before
//	submit SELECTOR         send a form of the page before, filled in as it stands
//	follow                  GET the address the last answer redirects to
//	field NAME "value"      a form field, in place of the form's own value
//	with HEADER "value"     a request header; without HEADER leaves one out
//	send TYPE               a raw body: the lines after it that begin with |
//
// Expecting. Text is compared with runs of white space made one space.
//
//	status CODE
//	see SELECTOR ["text"]   an element is there, and contains the text
//	no SELECTOR ["text"]    none is
//	text SELECTOR "text"    the first such element's text is exactly this
//	count SELECTOR NUMBER
//	order SELECTOR "a" "b"  elements containing these come in this order
//	attr SELECTOR NAME "value"
//	title "text"            the page's title contains it
//	header NAME "text"      the header contains it; no-header NAME: it is absent
//	body contains "text"    the raw body does; body lacks "text": does not
//	allow RULE              for this answer, leave out a rule of CheckResponse
//
// Doing.
//
//	let NAME = attr SELECTOR NAME ["regexp"]   later used as {NAME}
//	let NAME = text SELECTOR ["regexp"]        (the first group, if there is one)
//	let NAME = header NAME ["regexp"]
//	run COMMAND ARGUMENTS   a command of the test's Server: clock +1h, decide approve 1
//
// # Why
//
// Substring tests of HTML pass for the wrong reasons and fail for the wrong
// reasons; selectors say what is meant. And most accidents (a cookie for a
// stranger, a text escaped twice, an unlabelled field) happen on pages whose
// test looks at something else, so every answer is checked for them.
package webtest
