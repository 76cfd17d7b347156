// Package termchanges changes the terms of a site: categories, tags and authors. It
// renames, moves, merges and removes them with everything that follows: the lists of
// articles and their counts, the related articles, the bylines, the search, the
// addresses and the names that lead to a term.
//
// Where things are:
//
//	category.go   SaveCategory: new, renamed and moved categories
//	merge.go      MergeCategory
//	remove.go     RemoveCategory; how a category leaves the tree
//	lists.go      the lists and the related articles after a change of the tree
//	tag.go        AddTag, SaveTag, MergeTags, RemoveTag
//	author.go     SaveAuthor, MergeAuthors; the bylines of articles
//	follow.go     FollowTerms: comments of an article as its terms say
//	common.go     common to all: names, slugs, audit
//	similar.go    terms with nearly the same name
//
// # Why every page is rendered again
//
// A term stands on the pages of its articles, in lists, feeds, sitemaps and the REST
// interface. Editors change a term a few times a day. So each change touches
// [models.EverythingTag], which cannot miss a page.
package termchanges
