package people

// Right is something that not every account may do.
type Right string

// The rights.
const (
	// Moderating is deciding comments, and seeing where they came from.
	Moderating Right = "moderate"
	// Managing is making accounts and giving roles.
	Managing Right = "manage people"
	// Ruling is changing the rules by which comments are judged.
	Ruling Right = "change the rules"
	// Auditing is reading the whole log of decisions.
	Auditing Right = "read the log"
)

// rights says what each role may do, beside what is its own: its sign-in and
// its sessions.
var rights = map[Role][]Right{
	Moderator:     {Moderating},
	Editor:        {Moderating, Ruling, Auditing},
	Administrator: {Moderating, Ruling, Auditing, Managing},
}

// May reports whether a role has a right.
func (r Role) May(right Right) bool {
	for _, has := range rights[r] {
		if has == right {
			return true
		}
	}
	return false
}
