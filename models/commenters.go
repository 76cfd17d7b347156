package models

import (
	"fmt"
	"slices"
	"strings"
)

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

func setCommenters(s *Settings, v string) error {
	group := Commenters(v)
	if !slices.Contains(AllCommenters, group) {
		var names []string
		for _, c := range AllCommenters {
			names = append(names, string(c))
		}
		return fmt.Errorf("takes one of %s", strings.Join(names, ", "))
	}
	s.CommentWho = group
	return nil
}
