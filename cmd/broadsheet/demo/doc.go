// Package demo is the demo newsroom: stories, comments and pictures of a
// paper, a city and people that do not exist.
//
//	newsroom.yaml      the paper, its sections, authors and tags
//	articles/*.md      a story each: front matter and Markdown
//	comments/*.jsonl   the comments under the story of the same name
//	illustrate/        draws the pictures
//
// Times are ages: how long before the demo is started something happened, so
// that it is always today's paper.
package demo
