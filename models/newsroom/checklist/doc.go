// Package checklist lists the things that a story lacks before its publication.
//
//	checklist.go the checks of a text, and which of them are required
//	pictures.go  alternative texts, credits and licences of the text's pictures
//	links.go     links to our own stories and to other sites
//
// A required check that is not passed refuses the publication, see [Refusal]; the others
// are shown only. Which checks are required is set for each category; alternative text is
// always required of a picture that was uploaded here, because its writer can mend it.
// Package drafts applies the required ones whenever a text goes public, so that every door
// has them. An editor may publish nevertheless, with a reason that the audit keeps.
package checklist
