package models

import (
	"fmt"
	"slices"
	"strings"
)

// Commenters is who may comment.
type Commenters string

// Who may comment. What is closed to all stays readable.
const (
	EveryCommenter    Commenters = "everyone"
	VerifiedCommenter Commenters = "verified" // whoever has shown that an email address is theirs
	StaffCommenter    Commenters = "staff"    // whoever works here and is signed in
	NoCommenter       Commenters = "closed"
)

// AllCommenters lists who may comment, the widest circle first.
var AllCommenters = []Commenters{EveryCommenter, VerifiedCommenter, StaffCommenter, NoCommenter}

func setCommenters(s *Settings, v string) error {
	who := Commenters(v)
	if !slices.Contains(AllCommenters, who) {
		var names []string
		for _, c := range AllCommenters {
			names = append(names, string(c))
		}
		return fmt.Errorf("takes one of %s", strings.Join(names, ", "))
	}
	s.CommentWho = who
	return nil
}
