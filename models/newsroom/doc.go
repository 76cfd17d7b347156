// Package newsroom holds what a newsroom makes: articles with their
// bylines, pictures and corrections, their sections and tags,
// and the lists and addresses that follow from them.
//
// Below it is package taxonomy (categories, tags, authors). Built on it are the packages front (the front page) and related (related
// articles).
//
// Where things are:
//
//	site.go         settings and sections in one snapshot that every page needs
//	spam_mark.go         the spam mark in force, and the marks before it
//	article.go      the article row and its statuses
//	save.go         Save writes an article and all rows that depend on it
//	article_terms.go    an article's bylines, sections and tags
//	publish.go      changes of status and their effect on lists
//	public.go       refusals for articles that are not public
//	discuss.go      an article's comments: whether it takes them, their counts
//	refresh.go      bodies rendered again under a new policy
//	page.go         everything an article page shows, in four statements
//	list.go         lists of stories and their pages
//	listing.go       the rows and the counts of lists
//	navigation.go   the section bar, and how active sections are
//	search.go       search for stories by title
//	find.go         from an address to an article, also for moved ones
//	permalink.go    from an article to its address, and addresses it cannot have
//	shortlink.go    WordPress's short forms of addresses, such as ?p=42
//	file.go         the article of a published file
//	related_index.go  the index behind related articles, see package related
//	cache_tags.go   tags of the change log
//	media.go        pictures, and which of them visitors may see
//	correction.go   corrections and clarifications
//	import.go       articles from JSON Lines
//	bulk.go         InsertArticles writes many new articles, table by table
//
// # Why lists have a table of their own
//
// A section lists its children's stories, newest first. Asking for that with
// a join grows with the section; listings holds one row for every list a
// story is in, so a page of any list is one short walk along an index.
// listing_counts says how many stories a list has by year, month and day, so
// page 700 is found by walking counts, never by skipping rows.
//
// Only published articles have rows in listings and related_sets.
package newsroom
