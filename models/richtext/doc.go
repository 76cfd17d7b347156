// Package richtext turns text that people write (Markdown, HTML or plain text)
// into HTML that is safe to show. Only this package imports bluemonday and the
// Markdown parser.
//
//	policy.go    the allowed elements of articles and comments
//	article.go   Article: Markdown, HTML or text to the body of an article
//	markdown.go  the Markdown parser, adapted to scripts without spaces
//	cards.go     addresses of own articles alone on a line, shown as cards
//	paste.go     CleanPaste: the clipboard of word processors to the HTML of an article
//	paste_text.go, paste_list.go  the look of pasted text, and the lists of Word
//	pictures.go  the pictures that a body shows or links to
//	comment.go   Comment: WordPress's small HTML, paragraphs, links
//	tokens.go    the tokens of HTML, which together are its bytes
//	read.go      the reader of tags: splits a text into tags, entities and text
//	address.go   web addresses in a text, and as a website
//	marks.go     limits on the marks of one letter
//	balance.go   bounds the depth and closes open elements
//	plain.go     single lines, excerpts, plain text
//	length.go    limits in characters as people count them
//	found.go     marks found words in rendered HTML
//
// # Text in, text out
//
// A person types text. Only complete, allowed tags in it are markup. One pass
// (read.go) decides that, and all forms of a comment come from it: the page,
// and the plain text of mails, excerpts, the desk and the search index.
// bluemonday checks the result. It never gets the typed text, because it takes
// "x<y and more" for a tag and drops it.
//
// HTML of another system is read by [HTMLLine] and [PlainText]. Typed text is
// read by [PlainLine] and [CommentText].
//
// # Why an address finder of its own
//
// Package xurls was measured first. Of the 71 addresses in linkify-it's
// fixtures it finds 67 as expected, this package 71. But xurls keeps every mark
// that is not ASCII inside of an address (“https://a.example”,
// 「https://a.example」), and joins text of scripts without spaces to the host.
// Both need a single-pass reader, and xurls is a regular expression.
//
// # Why two steps
//
// bluemonday decides which elements may stay, but it does not close open
// elements. Text inside a page must not change the page around it, so a second
// pass bounds the depth and closes every element.
package richtext
