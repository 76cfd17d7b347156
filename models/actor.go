package models

// Actor is the account or the part of the program that makes a change, as the
// logs record it.
type Actor struct {
	UserID *int64 // of the account; nil if no account acts
	Name   string
}

// The actors that are no accounts. The logs store their names, so no account
// may have one of them.
var (
	ActorShell     = Actor{Name: "shell"}        // a command that manages accounts
	ActorCommand   = Actor{Name: "command line"} // any other command
	ActorRules     = Actor{Name: "the rules"}
	ActorReports   = Actor{Name: "reports"}
	ActorCommenter = Actor{Name: "its writer"} // the commenter, about an own comment
	ActorImport    = Actor{Name: "the import"}
	ActorSchedule  = Actor{Name: "the schedule"} // a task that runs at its time
)

// SystemActors lists the actors that are no accounts.
func SystemActors() []Actor {
	return []Actor{ActorShell, ActorCommand, ActorRules, ActorReports, ActorCommenter, ActorImport, ActorSchedule}
}
