// Package blob keeps files, such as pictures, outside the database, and
// makes the widths in which pictures are served.
//
//	disk.go         Store, and Disk: a folder
//	picture.go      what is accepted as a picture, checked before it is decoded
//	orientation.go  how the camera was held, and turning the picture back
//	render.go       one width of a picture: pixels only, no metadata
//	variants.go     widths made on first use, by few workers, kept for later
//	cache.go        room for them: above a limit the longest unused go
//
// # Why
//
// Originals are kept byte for byte under a key made from their content, are
// never written again, never removed for want of room and never served:
// they may hold where and with what a picture was taken. What is served is
// rendered from the pixels, so none of that can be in it.
//
// Variants can all be made again. So their folder may be emptied at any time,
// and that a variant cannot be kept is no reason not to serve it.
//
// When a variant was last used stands in the time of its file: it survives a
// restart, is shared by all instances, and needs no table.
package blob
