package authorize

// Request is what a program asks for.
type Request struct {
	Action     string // the address of the form
	Program    string // its name, which the person may change
	ID         string // its UUID, "" for none
	SuccessURL string // where the new password goes, "" to show it here
	RejectURL  string
	To         string // the host or the kind of app of SuccessURL
	User       string // the email of the person's account
	Role       string // of that account
	Insecure   bool   // the site's address has no TLS
	Impossible bool   // the request is refused: there is no form
}
