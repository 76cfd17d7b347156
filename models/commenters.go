package models

// Commenters is the group of people that may comment.
type Commenters string

// The groups. Comments that are closed to all stay readable.
const (
	EveryCommenter    Commenters = "everyone"
	VerifiedCommenter Commenters = "verified" // commenters with a verified email address
	StaffCommenter    Commenters = "staff"    // signed-in staff
	NoCommenter       Commenters = "closed"
)

// AllCommenters lists the groups, the largest first.
var AllCommenters = []Commenters{EveryCommenter, VerifiedCommenter, StaffCommenter, NoCommenter}
