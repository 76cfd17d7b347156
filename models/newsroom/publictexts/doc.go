// Package publictexts keeps which versions of an article readers have seen, and since
// when. The public history of an article shows these and no others: no draft, no
// autosave, and no text that waits for its time.
//
//	publictexts.go the records, and taking one out of the history
//	seen.go        which text readers see from now on
//	news.go        the job that tells commenters of a new correction
package publictexts
