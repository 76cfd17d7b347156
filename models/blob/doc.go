// Package blob stores files, such as pictures, outside the database, and renders
// the widths in which pictures are served.
//
//	disk.go         Store, and its implementation Disk in a folder
//	picture.go      the checks of a picture before it is decoded
//	refusal.go      reasons why a picture is refused, some with the type of the file
//	description.go  caption and credit in a picture's metadata
//	profile.go      colour profiles: all variants are sRGB
//	print.go        the four inks of print shops
//	moving.go       moving GIFs
//	orientation.go  the camera's orientation
//	scale.go        makes pictures smaller
//	render.go       renders the widths of a picture: pixels only, no metadata
//	recent.go       keeps the pictures that were decoded last
//	variants.go     renders widths on first use, with few workers
//	originals.go    lists originals, and deletes those that nothing needs
//	cache.go        removes the least recently used variants above a limit
//
// # Why
//
// Originals are stored byte for byte under a key made from their content. They are
// never changed, removed to free space or served: their metadata may tell the
// camera and the place. Package library deletes those that no picture needs any more.
// Variants are rendered from the pixels, without metadata.
//
// All variants can be rendered again. So their folder may be emptied at any time,
// and a variant that cannot be stored is served all the same.
//
// HEIC and AVIF are refused in words. The one decoder of HEIC without cgo embeds libheif
// and libde265, which are under the LGPL, and needs a WebAssembly runtime. Phones send
// JPEG when the form asks for it or the camera is set so.
//
// The modification time of a variant's file is its last use. It survives a
// restart, is shared by all instances, and needs no table.
package blob
