// Package termlist reads the lists of tags and authors that editors look after, a page
// at a time.
//
//	list.go       pages of tags and of authors, and the names that contain some letters
//	categories.go numbers of articles by category; the settings that name categories
package termlist
