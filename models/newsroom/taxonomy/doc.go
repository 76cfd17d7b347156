// Package taxonomy holds the terms that articles are classified by: categories,
// tags and authors, with their names and slugs.
//
// Where things are:
//
//	category.go  the tree of categories; EnsureCategory
//	tag.go       tags (topics); EnsureTag
//	author.go    authors; EnsureAuthor
//	account.go   the account that an author belongs to
//	checks.go    the checks of a category before publication
//	naming.go    how a term is found by its name
//	comments.go  how comments begin in a category or under a tag
//	leads.go     all leads of a term, for the log of changes
//	former.go    earlier addresses and names of terms
//	slug.go      slugs, and the form in which titles are searched
package taxonomy
