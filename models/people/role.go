package people

import (
	"strings"

	"broadsheet/models"
)

// Role decides the rights of an account. The names are WordPress's, and
// moderator.
type Role string

// The roles. Each has the rights of those above it, with one exception: a
// moderator decides comments and writes no articles.
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

// ParseRole returns the role of that name. It refuses other names with an
// Invalid error that lists the roles.
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
