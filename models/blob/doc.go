// Package blob keeps files, such as pictures, outside the database, and
// makes the widths in which pictures are served.
//
//	disk.go      Store, and Disk: a folder
//	picture.go   what is accepted as a picture, checked before it is decoded
//	variants.go  widths made on first use, by few workers, kept for later
package blob
