// Package richtext turns what people write, Markdown, HTML or plain text,
// into HTML that is safe to show. It is the only importer of bluemonday.
package richtext
