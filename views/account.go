package views

import (
	"html/template"
	"time"

	"broadsheet/views/authorize"
)

// SignIn is a page on the way in: signing in, the one-time password, a
// forgotten password, a new one, the first administrator, a program's request.
type SignIn struct {
	Page
	Step        string // sign-in, code, forgot, sent, reset, first, theft, email, invited, passkey, authorize
	Action      string
	Email       string
	Name        string
	Role        string   // of an invitation
	Sections    []string // of an invitation: the names of the categories of a limit
	Options     string   // of a passkey to come, as JSON for the script
	Key         string   // carried from the step before
	Next        string   // where to go afterwards
	Refused     string   // key of a message
	Wait        int      // minutes, for that message
	Mail        bool     // a forgotten password can be reset by mail
	Passkeys    bool     // passkeys can be used at this address
	WithPasskey bool     // a passkey is wanted after the password
	App         authorize.Request
}

// Account is the page of one's own sign-in.
type Account struct {
	Page
	Name       string
	Email      string
	Role       string
	Mail       bool // a new address can be confirmed by mail
	Sessions   []SignedIn
	Unlisted   int // open sessions that the page leaves out
	TOTP       bool
	CodesLeft  int
	Secret     string       // of one-time passwords to come, in groups of four
	SecretIn   template.URL // the same, as a link for a telephone
	QR         QR           // the same, to be looked at by one
	Key        string       // carries the secret
	Codes      []string     // new recovery codes, shown this once
	CanPasskey bool         // passkeys can be used at this address
	Passkeys   []PasskeyRow
	Apps       AppPasswords
	Refused    string // key of a message
	Wait       int    // minutes, for that message
}

// QR is a picture of square modules: the path of the dark ones, in a box of
// Size by Size.
type QR struct {
	Size int
	Path string
}

// SignedIn is a browser with an open session.
type SignedIn struct {
	ID      string
	Agent   string
	Network string
	Since   time.Time
	Seen    time.Time
	Current bool
}

// PasskeyRow is a passkey of an account.
type PasskeyRow struct {
	ID     int64
	Name   string
	Since  time.Time
	Used   *time.Time
	Copied bool
}

// AppPasswords is the part of the page about application passwords.
type AppPasswords struct {
	Allowed  bool   // the account may have them
	Insecure bool   // the site's address has no TLS
	User     string // user name for programs
	Address  string // of the site
	Secret   string // a new password, shown this once
	Name     string // as typed
	Rows     []AppPasswordRow
}

// AppPasswordRow is an application password.
type AppPasswordRow struct {
	ID      int64
	Name    string
	Network string // of the last use
	Since   time.Time
	Used    *time.Time
}

// Staff is the page of all accounts.
type Staff struct {
	Page
	People     []StaffMember
	Former     []StaffMember
	Roles      []string
	Refused    string  // key of a message
	Wait       int     // minutes, for that message
	Name       string  // as typed
	Email      string  // as typed
	Role       string  // as chosen
	Ticked     []int64 // categories, as chosen
	Categories []StaffCategory
	Log        []StaffLine
	Invited    []StaffInvitation
	Link       string // of the invitation just made, shown once where the site sends no mail
	LinkFor    string
}

// StaffInvitation is an invitation that was not accepted.
type StaffInvitation struct {
	ID        int64
	Name      string
	Email     string
	Role      string
	By        string
	At, Until time.Time
	Late      bool     // the link is too old
	Sections  []string // the names of the categories of a limit
}

// StaffMember is an account.
type StaffMember struct {
	ID         int64
	URL        string
	Name       string
	Email      string
	Role       string
	Since      time.Time
	TOTP       bool
	Passkeys   int
	Limited    bool     // a moderator of some categories only
	Categories []string // the names of these categories
	Self       bool
	Sessions   int        // open now
	Seen       *time.Time // when it was last used, to the hour
	Ended      *time.Time
}

// Colleague is the page on which a manager changes an account.
type Colleague struct {
	Page
	Member      StaffMember
	Roles       []string
	Categories  []StaffCategory
	Bylines     []StaffByline // of the account
	FreeBylines []StaffByline // of no account
	MoreBylines bool          // more are free than the page offers
	Mail        bool          // the site can send mail
	Sessions    []SignedIn
	Unlisted    int    // open sessions that the page leaves out
	Refused     string // key of a message
	Wait        int    // minutes, for that message
	Log         []StaffLine
}

// StaffByline is an author's name over articles.
type StaffByline struct {
	ID   int64
	Name string
	Slug string // "" where the name says enough
	URL  string // of the author's page
}

// StaffCategory is a category to which a moderator can be limited.
type StaffCategory struct {
	ID      int64
	Name    string // with those above it
	Checked bool
}

// StaffLine is a line of the log of changes to accounts.
type StaffLine struct {
	At                time.Time
	Actor             string
	ActorID, PersonID int64 // of the accounts, 0 for none
	Person            string
	What              string // key of a message
	Detail            string
	Role              bool // the detail is a role
}
