// Package newsroom holds what a newsroom makes: articles with their
// bylines, pictures and corrections, the sections and tags they stand in,
// and the lists, addresses and related stories that follow from them.
//
// Where things are:
//
//	site.go       settings and sections in one snapshot that every page needs
//	mark.go       the hold mark in force, and the marks before it
//	article.go    the article row and its statuses
//	save.go       the one way in: Save writes an article and all that hangs on it
//	publish.go    changes of status and what each does to lists
//	page.go       everything an article page shows, in four statements
//	list.go       lists of stories and their pages; count.go keeps their counts
//	front.go      the front page: lead, second rank, section blocks
//	find.go       from an address to an article, also for moved ones
//	permalink.go  from an article to its address, and which addresses it cannot have
//	naming.go     names of tags, authors and sections, and their slugs
//	file.go       which article a published file is
//	related.go    related stories and why they were chosen
//	section.go tag.go byline.go media.go correction.go
//	shortlink.go  WordPress's short forms of addresses, such as ?p=42
//	import.go     articles from JSON Lines; date.go reads their dates
//
// # Why lists have a table of their own
//
// A section lists its children's stories, newest first. Asking for that with
// a join grows with the section; listings holds one row for every list a
// story stands in, so a page of any list is one short walk along an index.
// listing_counts says how many stories a list has by year, month and day, so
// page 700 is found by walking counts, never by skipping rows.
//
// Only published articles have rows in listings and related_sets.
package newsroom
