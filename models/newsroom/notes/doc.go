// Package notes keeps what editors and authors write to each other about the paragraphs of
// a story before it is public. Readers never see a note: no public page reads this package.
//
//	notes.go  notes and answers: adding, resolving, counting
//	anchor.go which paragraph of the newest text a note is about
//	tell.go   mail about a story that was sent back, and about answers
//
// A note is about a paragraph of the text, or about the whole story. It carries the words
// of its paragraph and follows them: an edit that leaves half of the words keeps the note
// at its paragraph. A note whose paragraph is gone stays in the list, marked.
package notes
