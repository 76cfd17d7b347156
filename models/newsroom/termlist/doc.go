// Package termlist reads the lists of tags and authors for editors, one page at a time.
//
//	list.go       pages of tags and of authors; the names that a field proposes
//	categories.go numbers of articles by category; the settings that name categories
package termlist
