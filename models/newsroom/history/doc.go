// Package history computes the public history of an article: how each published update
// differs from the public text before it.
//
// It reads the versions that package publictexts has recorded, and compares each with the
// version before it. A quiet version, such as a corrected typing error, is not shown to
// readers; the next update is compared with the quiet version, so its words do not appear
// either.
package history
