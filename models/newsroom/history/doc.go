// Package history has the public history of an article: what readers have seen of it, and
// how each update differs from the text before.
//
// It reads the versions that package publictexts has recorded, and compares each with the
// one before. A version that is quiet, such as a typing error set right, is never shown
// as an update; the next update is compared with it, so its words do not appear either.
package history
