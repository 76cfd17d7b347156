package views

import "broadsheet/views/termdesk"

// The pages of terms and redirects at the desk. Package termdesk has what they show.
type (
	// TermList is the list of categories, tags or authors.
	TermList struct {
		Page
		List termdesk.List
	}
	// TermForm is the form of a category, a tag or an author.
	TermForm struct {
		Page
		Form termdesk.Form
	}
	// TermMerge is the question before a merge.
	TermMerge struct {
		Page
		Merge termdesk.Merge
	}
	// TermRemoval is the question before the removal of a category.
	TermRemoval struct {
		Page
		Removal termdesk.Removal
	}
	// TermLog is the log of changes of terms.
	TermLog struct {
		Page
		Log termdesk.Log
	}
	// Redirects is the page of the redirects.
	Redirects struct {
		Page
		Redirects termdesk.Redirects
	}
)

// The names of these pages.
const (
	TermListPage    Name[TermList]    = "termlist"
	TermFormPage    Name[TermForm]    = "termform"
	TermMergePage   Name[TermMerge]   = "termmerge"
	TermRemovalPage Name[TermRemoval] = "termremoval"
	TermLogPage     Name[TermLog]     = "termlog"
	RedirectsPage   Name[Redirects]   = "redirects"
)
