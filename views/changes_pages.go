package views

import "broadsheet/views/changes"

// The pages about corrections and changes. Package changes has what they show.
type (
	// Corrections is the list of all corrections.
	Corrections struct {
		Page
		Heading string
		Entries []changes.Correction
		Pager   Pager
	}
	// Changes is the page of an article's public changes.
	Changes struct {
		Page
		Headline string
		Article  string // address
		Language string
		Dir      string
		Updates  []changes.Update
	}
)
