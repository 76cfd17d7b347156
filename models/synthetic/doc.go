// Package synthetic adds made-up articles and comments to a database, for load
// tests and benchmarks. The same seed gives the same rows.
//
// Where things are:
//
//	articles.go    AddArticles: articles with categories, tags, authors and links
//	comments.go    AddComments: discussions under the published articles
//	commenters.go  commenters, their texts, and what moderators decided
//	texts.go       articles that are mixed of real ones
//	vocabulary.go  an invented language: words, names, titles, paragraphs
package synthetic
