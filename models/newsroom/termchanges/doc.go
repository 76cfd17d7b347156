// Package termchanges changes the terms of a site: categories, tags and authors. It
// renames, moves, merges and removes them and updates what depends on them: the lists of
// articles and their counts, the related articles, the bylines, the search, the
// addresses and the names that lead to a term.
//
// Where things are:
//
//	category.go   SaveCategory: new, renamed and moved categories
//	merge.go      MergeCategories
//	remove.go     RemoveCategory; how a category leaves the tree
//	removal.go    RemovalOf: the effects of RemoveCategory, in advance
//	lists.go      the lists and the related articles after a change of the tree
//	tag.go        AddTag, SaveTag, MergeTags, RemoveTag
//	author.go     SaveAuthor, MergeAuthors; the bylines of articles
//	follow.go     FollowTerms: an article's comments follow its terms again
//	common.go     shared by all: names, slugs, audit
//	record.go     the log of changes, with the rows that each has written
//	record_lists.go  the terms of articles, and chosen categories, in that log
//	undo.go       Undo: gives these rows back
//	derive.go     lists, counts, related articles and bylines after an undo
//	log.go        pages of the log; PruneChanges deletes the data for undos after a week
//	similar.go    pairs of terms with nearly the same name
//
// # Why a change stores rows
//
// An undo could also compute the inverse of a change. But a merge loses which articles had
// which term and in which place, and a new column would be forgotten by one of the inverses.
// So each change stores the rows that differ, and the undo compares them with the present
// ones before it writes.
//
// # Why every page is rendered again
//
// The pages of a term's articles, lists, feeds, sitemaps and the REST interface show the
// term. Editors change terms a few times a day only. So each change touches
// [models.EverythingTag], which cannot miss a page.
package termchanges
