// Package views is all HTML of the site and the structs it is fed.
//
// A page is a struct and a template of the same name in pages/. Parts that
// several pages share are in parts/, the frame around every page is in layouts/.
// Structs hold plain values: no maps, no any, no access to a database.
//
//	page.go       the frame, front page, lists, sections, errors
//	article.go    an article, its comments, the reply form
//	account.go    sign-in, accounts, the staff
//	desk.go desk_care.go resend.go
//	              the moderators' desk
//	help.go       the manual at the desk
//	manual/       the manual's text
//	mail.go mailquote.go
//	              mails, and visitors' text in them
//	linkeddata.go data for search engines (JSON-LD)
//	reasons.go    rules' names and details in words
//	direction.go  left to right or right to left
//	render.go     parses a page when it is first shown; Render a typed page
//	fold.go       puts messages into templates when they are parsed
//	compiled/     runs templates that html/template has escaped
//	html.go       the one place where text becomes trusted HTML
//	funcs.go      functions for templates: messages, dates, numbers
//	messages.go   interface text: messages/*.json, one file a language
//	fixtures/     every page in every state, for the gallery and tests
//
// # Personal parts
//
// A page has the same bytes for all readers, except between the marks
// <!--personal--> and <!--/personal-->: the remembered fields of the reply form
// and the reader's own waiting comments. So one cached page serves all readers.
//
// To add a page: a struct, a Name for it in render.go, a template, a fixture.
package views
