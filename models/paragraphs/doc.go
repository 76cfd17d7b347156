// Package paragraphs splits the body of an article into paragraphs, and merges two
// changed bodies that come from the same one (a three-way merge, as version control
// systems do it by lines). It has no state and no database.
//
//	split.go   Split: a body in HTML, Markdown or text to its paragraphs
//	align.go   which paragraphs of two bodies are the same
//	diff.go    Diff: two bodies side by side
//	merge.go   Merge: both changes in one body, or the places where they overlap
//
// A paragraph here is a top-level block of a body: a paragraph, a heading, a whole list, a
// picture, a table. Changes of different paragraphs are merged without a question. For two
// changes of the same paragraph an editor must be asked, because no program knows which
// sentence is right.
package paragraphs
