// Package views has all HTML of the site and the structs for it.
//
// A page is a struct and a template in pages/; the list of names in render.go ties
// each struct to its template. Parts of several
// pages are in parts/, the frame of all pages is in layouts/. Structs hold plain
// values: no maps, no any, no access to a database.
//
//	page.go       the frame, front page, lists, categories, errors
//	search.go     the page of a search
//	feeds.go      the list of feeds for people
//	ranking.go    the most read and the most discussed articles
//	changes_pages.go corrections of the paper, changes of an article; changes/ has their structs
//	republish.go  the copy of an article for other sites
//	article.go    an article, its comments, the reply form
//	breaking.go   the breaking line of public pages
//	staffbar.go   the bar and the actions of the staff on public pages
//	account.go    sign-in, accounts, the staff
//	desk.go desk_bans.go desk_writers.go desk_rules.go desk_settings.go desk_figures.go desk_log.go desk_robots.go desk_held.go resend.go
//	desk_appeals.go desk_stories.go desk_transparency.go
//	              the moderators' desk
//	edit_pages.go the editors' desk; edit/ has its structs
//	term_pages.go categories, tags, authors and redirects; termdesk/ has their structs
//	sitemapxml/   the XML of sitemaps
//	app.go        the page for readers without a network
//	help.go       the manual at the desk
//	manual/       the manual's text
//	mail.go       mails; mailquote/ has the quotes in them
//	digest.go     subscribing to digests
//	embed.go      an article in a frame on another site, and oEmbed
//	linkeddata/   data for search engines (JSON-LD)
//	reasons.go why.go names and details of judging rules in words; why a comment is held
//	direction.go  left to right or right to left; direction/ counts letters
//	render.go     parsing a page at its first use; Render for typed pages
//	fold/         inserting messages into parsed templates
//	rest/         the JSON of WordPress's REST interface
//	charts/       places and sizes of the bars of charts
//	compiled/     executing templates that html/template has escaped
//	html.go       the only place where text becomes trusted HTML
//	funcs.go      functions for templates: messages, dates, numbers
//	messages.go   texts of the interface: messages/*.json, one file per language
//	fixtures/     every page in every state, for the gallery and tests
//
// # Personal parts
//
// A page has the same bytes for all visitors, except between the marks
// <!--personal--> and <!--/personal-->: these parts have the remembered fields of
// the reply form and the commenter's own held comments. So one cached page serves
// all visitors.
//
// To add a page, add a struct, a Name for it in render.go, a template and a
// fixture.
package views
