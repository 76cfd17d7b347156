package edit

import "time"

// Corrections is the part of the form of an article about its corrections, and about the
// changes that readers see.
type Corrections struct {
	Open                   bool  // the article is live, so that it can be corrected
	Text                   Field // of the next correction
	Kind                   string
	Place                  string // top, foot or "" for the site's setting
	Kinds                  []string
	List                   []Correction // those that readers see
	FollowUp, FollowUpSeen Field        // the newer article for readers of this one
	Minor                  bool         // the update is small
	// Updates are the versions that readers saw, newest first.
	Updates []Update
	History string // address of the page that shows them to readers, "" for none
}

// Correction is a correction that can be changed or taken back.
type Correction struct {
	Key   string // part of the names of its fields
	Kind  string
	Kinds []string
	Place string
	Text  string
	At    time.Time
	Gone  bool // will be taken back
}

// Update is a version that readers have seen.
type Update struct {
	Number int
	At     time.Time
	Quiet  bool // its changes are not shown to readers
}
