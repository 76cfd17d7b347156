// Package drafts keeps the texts that editors write before readers see them, so that
// no typed word is lost and no editor overwrites another.
//
//	draft.go   the newest text of an article, and the text that readers see
//	save.go    Create, Autosave and Save: a new version, merged with what others wrote
//	tab.go     the saves of one open page, also when an answer to it is lost
//	rehearse.go Rehearse: the page as it would be, with nothing stored
//	checked.go the check list before a text goes public
//	corrections.go the dates of corrections
//	foresee.go  a planned text, for pages as of a later time
//	show.go    Show: a version becomes the text of the article's own rows
//	correct.go Correct: a change of the public text, while another text waits
//	compare.go the differences between two texts
//	merge.go   two changed texts in one, field by field and paragraph by paragraph
//	overlap.go the places where both texts changed, and the editor's answers
//	access.go  the acts that an account may do with an article
//	versions.go versions with their differences; old autosaves are removed
//
// # How it works
//
// A text is a [newsroom.Manuscript]. Each save is a row of article_versions and is
// never changed. article_drafts names the newest version (number) and the one that
// the article's rows show (shown). For an article that is not published an explicit
// save is shown at once; for a live article it waits until an editor publishes it. An
// autosave is not shown, because a half-typed name would create a tag or an author.
//
// An editor's form carries the number of the version that it began with. If that is
// still the newest one, the save is a plain one. If not, the text of the form and the
// newest text are merged over the version that the form began with (three-way merge).
// Only paragraphs that both have changed are asked about, see [Overlap]; until the
// editor answers, the text is kept as a version beside the others (kind aside).
//
// Scheduled moves, decisions of moderators and counters do not change the text, so they
// never conflict with a form.
package drafts
