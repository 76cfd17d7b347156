// Package richtext turns what people write, Markdown, HTML or plain text,
// into HTML that is safe to show. It is the only importer of bluemonday and
// of the Markdown parser.
//
//	policy.go   what articles and comments may contain
//	article.go  Article: Markdown, HTML or text to a story's body
//	cards.go    own stories' addresses alone on a line, shown as cards
//	comment.go  Comment: WordPress's small HTML, paragraphs, links
//	balance.go  bounding depth and closing what was left open
//	plain.go    single lines, excerpts, plain text
//
// # Why two steps
//
// bluemonday decides what may stay; it does not close what was left open.
// Text that is shown inside a page must not reach beyond its place, so a
// second pass bounds the depth and closes every element.
package richtext
