// Package relatedsets maintains the table related_sets, the index by which package
// related finds articles that share categories.
//
// Where things are:
//
//	sets.go   the features of an article and their closed sets
//	table.go  Add and Remove: the rows of an article
package relatedsets
