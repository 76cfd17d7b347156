// Package frontpreview computes the front page as of another time.
//
//	frontpreview.go  At: a time in the future, with the acts planned until then, or in the past
//	past.go          which articles were public at a time in the past
//
// # Why a transaction that is rolled back
//
// A publication, a planned update or a withdrawal changes lists, categories and dates. A
// second copy of these rules would differ from the first one day. So [At] carries out the
// planned acts in a transaction, in the order of their times, reads the page, and rolls the
// transaction back. Nothing is stored, and no cache and no other instance is told.
package frontpreview
