// Package frontpreview computes the front page as of another time.
//
//	frontpreview.go  At: a time in the future, with all that is planned until then, or in the past
//	past.go          which articles were public at a time in the past
//
// # Why a transaction that is taken back
//
// What a publication, a timed edit or a withdrawal changes on the front page is decided by
// the code that carries it out: lists, categories, dates. A second copy of these rules
// would differ from it one day. So [At] carries the planned acts out, in the order of
// their times, reads the page, and takes everything back. Nothing is stored, and no cache
// and no other instance is told.
package frontpreview
