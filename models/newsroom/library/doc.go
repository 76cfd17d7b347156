// Package library is what people do with the pictures of the library: they upload
// them, change their texts, replace their files and remove them. It also finds pictures
// and tells where they are used.
//
//	upload.go   Upload: a new picture
//	change.go   Change: texts, focus and licence end; Remove and Restore
//	replace.go  Replace: another file under the same address
//	fields.go   the checks of the fields
//	find.go     Search
//	visible.go  Find, and what accounts may see that may not edit all articles
//	gaps.go     the texts that a picture lacks
//	uses.go     the articles and drafts that use a picture
//	alt.go      the articles whose text has an alternative text
//	update_alt.go  UpdateAlt: gives them the new one
//	clean.go    Clean: files that nothing needs any more are deleted
//	licence.go  pictures are hidden from the day on which their licence ends
//
// Each change touches the cache tag of the picture, on which each page that shows it
// depends, and is in the audit.
package library
