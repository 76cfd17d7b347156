// Package richtext turns what people write, Markdown, HTML or plain text,
// into HTML that is safe to show. It is the only importer of bluemonday and
// of the Markdown parser.
//
//	policy.go    what articles and comments may contain
//	article.go   Article: Markdown, HTML or text to the body of an article
//	markdown.go  the Markdown parser, made to fit scripts without spaces
//	cards.go     addresses of own articles alone on a line, shown as cards
//	comment.go   Comment: WordPress's small HTML, paragraphs, links
//	read.go      the reader of tags: what is a tag, an entity, text
//	address.go   web addresses in a text, and as a website
//	marks.go     bounds on the marks of one letter
//	balance.go   bounding depth and closing what was left open
//	plain.go     single lines, excerpts, plain text
//	length.go    limits in characters as people count them
//
// # Text in, text out
//
// A person types text. Only complete, allowed tags in it are markup; one pass
// (read.go) decides that, and all forms of a comment come from it: the page,
// and the plain text of mails, excerpts, the desk and the search index.
// bluemonday checks the result; it never sees what a person typed, because it
// takes "x<y and more" for a tag and drops it.
//
// HTML of another system is read differently: [HTMLLine] and [PlainText] for
// it, [PlainLine] and [CommentText] for what was typed.
//
// # Why an address finder of its own
//
// Package xurls was measured first. On 71 addresses of linkify-it's fixtures
// it agrees in 67, this one in 71; but xurls keeps every mark that is not
// ASCII inside of an address (“https://a.example”, 「https://a.example」), and
// joins text of scripts without spaces to the host. Both are a matter of one
// pass, and xurls is a regular expression.
//
// # Why two steps
//
// bluemonday decides what may stay; it does not close what was left open.
// Text that is shown inside a page must not reach beyond its place, so a
// second pass bounds the depth and closes every element.
package richtext
