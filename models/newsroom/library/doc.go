// Package library changes the pictures of the library for people: uploads, new texts, new
// files and removals. It also finds pictures and the articles that use them.
//
//	upload.go   Upload: a new picture
//	change.go   Change: texts, focus and licence end; Remove and Restore
//	replace.go  Replace: another file under the same address
//	fields.go   the checks of the fields
//	find.go     Search
//	visible.go  Find; the pictures that an author or a contributor may see
//	gaps.go     the texts that a picture lacks
//	uses.go     the articles and drafts that use a picture
//	alt.go      the articles whose text has an alternative text
//	update_alt.go  UpdateAlt: gives such an article the new alternative text
//	clean.go    Clean: deletes files that no picture needs any more
//	licence.go  KeepLicences: hides pictures from the day on which their licence ends
//
// Each change touches the cache tag of the picture, on which each page with the picture
// depends, and writes an audit entry.
package library
