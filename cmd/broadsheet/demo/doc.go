// Package demo is the demo newsroom: articles, comments and pictures of a
// paper, a city and people that do not exist.
//
//	newsroom.yaml      the paper, its categories, authors and tags
//	articles/*.md      an article each: front matter and Markdown
//	comments/*.jsonl   the comments under the article of the same name
//	illustrate/        draws the pictures
//
// Times are ages: how long before the demo is started something happened, so
// that it is always today's paper.
package demo
