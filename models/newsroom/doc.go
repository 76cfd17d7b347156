// Package newsroom holds the articles of a site with their bylines, pictures and
// corrections, and the lists and addresses that follow from them.
//
// Below it are the packages taxonomy (categories, tags, authors), pictures, permalink
// (addresses), relatedsets (the index of related articles) and searchindex (the
// index of the search). Above it are front (the front page), related (related
// articles), search, shortlink (WordPress's short addresses), articleimport
// (articles from JSON Lines and files) and drafts (what editors write before readers
// see it).
//
// Where things are:
//
//	site.go           settings and categories in one snapshot that every page needs
//	spam_mark.go      the spam mark in force, and earlier ones
//	instants.go       when an article was published and modified, as all outputs give it
//	article.go        the article's row, its statuses, and the teaser that lists show
//	manuscript.go     the manuscript of an article: its checks and its digest
//	save.go           Save writes an article and all rows that depend on it
//	save_slug.go      the slug that a save gives to an article
//	dependents.go     the rows that a save replaces: body, authors, links, corrections
//	links.go          links of a body to articles of this site
//	version.go        the manuscripts of earlier saves
//	article_terms.go  an article's authors, categories and tags
//	status.go         changes of status and their effect on lists, comments, audit
//	public.go         errors for articles that are not public
//	discuss.go        an article's comments: whether it takes them, their counts
//	comment_default.go the comments of a new article, as its terms say
//	refresh.go        bodies rendered again under a new sanitising policy
//	page.go           everything that an article's page shows, in four statements
//	list.go           lists of articles and their pages
//	listing.go        the rows and the counts of lists
//	listing_change.go ChangeList, for changes of terms
//	navigation.go     the navigation bar, and how active categories are
//	address.go        from an article to its address
//	find.go           from an address to an article, also for articles that moved
//	cache_tags.go     the cache tags that this package touches
//	correction.go     corrections and clarifications
//	bulk.go           InsertArticles writes many new articles, table by table
//
// # Why lists have a table of their own
//
// The list of a category contains the articles of its children, newest first. A
// query with a join would take longer the more articles the category has. So
// listings has one row for each list that an article is in, and a page of a list
// is one short range of an index. listing_counts has the number of articles of
// each list by year, month and day, so the position of page 700 is computed from
// counts instead of skipping rows.
//
// Only published articles have rows in listings and related_sets.
package newsroom
