package views

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
