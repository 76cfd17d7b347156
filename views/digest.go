package views

import (
	"bytes"
	"time"
)

// DigestMail is the content of a digest. It is rendered as plain text and as HTML. It
// loads nothing: no picture tells that a reader opened it.
type DigestMail struct {
	Site     Site
	Subject  string
	Kicker   string   // the kind of digest
	Preview  string   // what mail programs show beside the subject
	Opening  []string // paragraphs by an editor
	Lists    []DigestPart
	Best     string // the heading over the comments
	Comments []DigestComment
	Foot     []MailFoot
}

// DigestPart is a list of articles in a digest. One without a name has no heading.
type DigestPart struct {
	Link
	Stories []DigestStory
}

// DigestStory is an article in a digest.
type DigestStory struct {
	Link
	Standfirst string
	Section    string
	Byline     string
	Language   string // "" for the site's
	Dir        string // "" for the site's
}

// DigestComment is a comment in a digest, as plain text.
type DigestComment struct {
	By   string // with the headline of the article
	Text string
	Read Link
}

// DigestMail renders both forms of a digest.
func (r *Renderer) DigestMail(m DigestMail) (text, html string, err error) {
	var b bytes.Buffer
	if err := r.mail.text.ExecuteTemplate(&b, "digest.txt", m); err != nil {
		return "", "", err
	}
	text = b.String()
	b.Reset()
	err = r.mail.html.ExecuteTemplate(&b, "digest.html", m)
	return text, b.String(), err
}

// Subscribe is the page to subscribe to digests.
type Subscribe struct {
	Page
	Action  string
	Email   Field
	Lists   DigestLists
	Weekly  bool
	Refused string // key of a message
	Asked   bool   // the form was accepted
}

// DigestLists are the lists of a form, with the error of the field.
type DigestLists struct {
	All   []DigestList
	Field Field
}

// DigestList is a list that readers subscribe to.
type DigestList struct {
	ID     int64 // of the category, 0 for the whole paper
	Name   string
	Chosen bool
}

// Subscription is the page of the owner of a subscription.
type Subscription struct {
	Page
	Email     string
	Action    string
	Confirmed bool
	Bounced   bool // mail to the address came back
	TooOld    bool // the link is too old to confirm the subscription
	Ended     bool
	Lists     DigestLists
	Weekly    bool
	Done      string // key of a message about the last action
	Refused   string // key of a message
	AgainURL  string // of the page to subscribe, "" for none
}

// DigestDesk is the editors' page of digests.
type DigestDesk struct {
	Page
	Mail    bool // the site sends mail
	Open    bool // readers may subscribe
	Counts  []DigestCount
	Next    []DigestNext
	Issues  []DigestIssue
	Bounces []DigestBounce
	Email   string // of the viewer, for a test mail
	Done    string // key of a message
	Refused string // key of a message
}

// DigestCount is a number of subscribers.
type DigestCount struct {
	Name   string // key of a message
	Number int
}

// DigestNext is the next issue of a frequency.
type DigestNext struct {
	Frequency string
	At        time.Time
	Opening   Field
	Version   int
	Stories   []DigestPart // as they would be sent now
	Comments  []DigestComment
}

// DigestIssue is an issue that was sent, or is being sent.
type DigestIssue struct {
	Frequency                              string
	At                                     time.Time
	Recipients, Waiting, Sent, Failed, Out int
	State                                  string // key of a message
	Error                                  string // status code of the last refusal
}

// DigestBounce is an address that was given up.
type DigestBounce struct {
	Email  string
	Status string
	At     time.Time
}
