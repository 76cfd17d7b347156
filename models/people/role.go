package people

import (
	"strings"

	"broadsheet/models"
)

// Role says what an account may do. The names are WordPress's, and
// moderator.
type Role string

// The roles. Each may do what the ones above it may, except that a
// moderator, who clears comments, writes no articles.
const (
	Subscriber    Role = "subscriber"
	Contributor   Role = "contributor"
	AuthorRole    Role = "author"
	Moderator     Role = "moderator"
	Editor        Role = "editor"
	Administrator Role = "administrator"
)

// Roles lists the roles, least rights first.
var Roles = []Role{Subscriber, Contributor, AuthorRole, Moderator, Editor, Administrator}

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	var names []string
	for _, r := range Roles {
		if string(r) == s {
			return r, nil
		}
		names = append(names, string(r))
	}
	return "", models.Errorf(models.Invalid, "there is no role %q; choose one of %s", s, strings.Join(names, ", "))
}
