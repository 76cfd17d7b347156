package views

// Resend is the page that keeps a form that was posted to the desk after the
// session had ended, so that it can be sent again.
type Resend struct {
	Page
	Action string // address to send the fields to
	SignIn string // address of the sign-in, "" when the viewer has signed in again
	Name   string // of the account that would send it
	Fields []KeptField
}

// KeptField is a field of a form, as it was sent.
type KeptField struct {
	ID    string
	Name  string
	Value string
	// Shown is set for typed text. All other fields are hidden.
	Shown bool
}
