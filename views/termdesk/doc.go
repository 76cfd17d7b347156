// Package termdesk has the structs of the pages on which editors look after categories,
// tags, authors and redirects. They hold plain values. Package views embeds them in its
// pages, so it stays small.
//
//	terms.go     the lists of terms, the form of one, the question before a merge
//	log.go       the changes of terms
//	removal.go   the question before the removal of a category
//	redirects.go the redirects and the trial of a file
package termdesk
