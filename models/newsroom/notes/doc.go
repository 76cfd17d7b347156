// Package notes stores the notes of editors and authors on the paragraphs of a story that is
// not public yet. Readers never see a note: no public page reads this package.
//
//	notes.go  notes and answers: adding, resolving, counting
//	anchor.go finds the paragraph of a note in the newest text
//	tell.go   mail about a story that was sent back, and about answers
//
// A note is about a paragraph of the text, or about the whole story. It stores the words of
// its paragraph, by which the paragraph is found again. An edit that leaves half of the words
// keeps the note at its paragraph. A note without its paragraph stays in the list, marked.
package notes
