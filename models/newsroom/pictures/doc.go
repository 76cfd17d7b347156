// Package pictures holds the pictures of the library, which articles use them, and
// which of them visitors may see. The files are in the blob store.
//
//	pictures.go  the row of a picture, and the pictures that a body uses
//	address.go   the picture that an address shows, also after it was replaced
//	dress.go     the pictures of a text as pages show them now
//	offer.go     the widths and formats of the pictures of a text
//	intext.go    the rows of the pictures of a text
//	face.go      the pictures of authors in bylines
//
// Package library has the acts of people on pictures.
package pictures
