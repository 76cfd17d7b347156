// Package checklist lists missing parts of a story before its publication.
//
//	checklist.go the checks of a text, and which of them are required
//	pictures.go  alternative texts, credits and licences of the text's pictures
//	links.go     links to our own stories and to other sites
//
// A required check that is not passed refuses the publication, see [List.Refusal]; the other
// checks are only shown. Each category sets its required checks. Alternative text is always
// required for a picture that an account uploaded, because its writer can mend it. Package
// drafts applies the required checks whenever a text goes public, for every caller. An editor
// may publish anyway, with a reason that the audit keeps.
package checklist
