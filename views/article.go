package views

import (
	"slices"
	"time"
)

// Article is an article's page.
type Article struct {
	Page
	Digest string // address of the page to subscribe to the main category, "" for none
	// Republish is the address of the copy for other sites, "" for none.
	Republish string
	Language  string // of the article
	Dir       string
	Crumbs    []Link // from the top to the main category

	Labels     []Link
	Headline   string
	Standfirst string
	Bylines    []Byline
	Faces      bool // one of them has a picture
	Published  time.Time
	Updated    *time.Time
	Old        *OldStory // nil unless it is old
	Changes    string    // address of the page with what has changed, "" for none
	// Translations are the same article in other languages.
	Translations []Translation
	Picture      *Picture
	Minutes      int
	Body         []BodyPart
	Frames       bool // the body has something on another site

	Tags        []Link
	Notes       []Correction // corrections above the text
	Corrections []Correction // those below it
	Share       []Link
	Coverage    []Teaser
	Related     []Teaser

	Comments Discussion

	Preview bool      // not public: without comments and shares, and it says so
	Embargo time.Time // of a preview: nobody may publish it before; zero for none
}

// OldStory is the age of an old article in words, and what to read instead.
type OldStory struct {
	Unit     string // days, months or years
	N        int
	FollowUp *Teaser
}

// Byline is the name of an author.
type Byline struct {
	Link
	Role string
	Face *Picture // nil for none
}

// Translation is the article in another language. Name is the language's own name.
type Translation struct {
	Link
	Language string // BCP 47
}

// BodyPart is a piece of the body: HTML, the card of an article of this site, or something
// on another site.
type BodyPart struct {
	HTML    SafeHTML
	Card    *Teaser
	Outside *Outside
}

// Outside is something on another site, which the page loads at a click on its link.
type Outside struct {
	Service string
	Address string // of its page for people
	Frame   string
	Host    string // of the frame
	Shape   string // wide, tall or flat
	Origin  bool   // the frame is told the site's host
}

// Correction is a dated note on an error.
type Correction struct {
	Kind string // correction, clarification or update
	At   time.Time
	Text string
	// Changes is the address of the text before and after it, "" for none.
	Changes string
}

// Discussion is the part below an article: its comments and the reply form.
type Discussion struct {
	Count int
	Open  bool
	// AllClosed: comments are closed on the whole site.
	AllClosed bool
	// Slow is the minutes that one commenter waits between two comments, 0 for none.
	// Reviewed: each comment waits for a moderator.
	Slow      int
	Reviewed  bool
	OpenUntil time.Time // the closing date of the article; zero for none
	Threads   []Comment
	Orders    []OrderLink
	Pager     Pager
	Form      ReplyForm
	// FormPlaced: the form is under the comment that it answers.
	FormPlaced bool
	// Personal parts: the commenter's own held comments, and in Form the fields that
	// "remember me" has stored.
	Pending []Comment
	// Published are the reader's own comments that may still be changed.
	Published []Comment
	// Recommendations are the comments that the reader has recommended.
	Recommendations []Recommendation
	Warning         *Warning
	// Held are comments that wait and have no place among the threads of this page, for
	// the staff alone. HeldMore is how many more wait than the page shows.
	Held     []Comment
	HeldMore int
	HeldURL  string
}

// Recommendation is a reader's own recommendation of a comment on the page.
type Recommendation struct {
	ID     int64
	Author string
	Action string // takes it back
}

// Warning is a moderator's warning to one reader, shown until it is read.
type Warning struct {
	ID    int64
	Words string
	Key   string // key of the commenter, in a browser without the cookie
	Back  string
}

// Comment is a comment in its thread.
type Comment struct {
	ID        int64
	Author    string
	URL       string
	Initials  string
	Hue       int // 0 to 11, a class of the stylesheet
	At        time.Time
	Link      string // its own place on the page
	Body      SafeHTML
	ReplyURL  string // "" if replies are closed
	InReplyTo *CommentRef
	Gone      bool // only its place is shown
	Pending   bool
	StatusURL string // for its commenter alone
	Edited    bool
	Badge     string // key of a message: staff or author
	Level     int    // of the heading
	Replies   []Comment
	// RecommendURL and ReportURL receive a reader's recommendation or report; "" for none.
	RecommendURL string
	ReportURL    string
	Recommends   int
	More         int    // answers that the page leaves out
	MoreURL      string // where they are
	// Respond is the form, if it is under the comment that it answers.
	Respond *Discussion
	Staff   *StaffActions // nil for readers
}

// PlaceFormUnderParent puts the form under the comment it answers, if the page shows
// that comment; else it stays below all of them.
func (d *Discussion) PlaceFormUnderParent() {
	if d.Form.Parent == nil || !d.Open {
		return
	}
	form := *d
	form.Threads, form.Pending, form.Published = nil, nil, nil
	d.Threads, d.FormPlaced = placeForm(d.Threads, d.Form.Parent.ID, &form)
}

// placeForm returns a copy of the list with the form under the parent, and whether
// the list holds the parent. It does not change the list.
func placeForm(list []Comment, parent int64, form *Discussion) ([]Comment, bool) {
	for i, c := range list {
		placed := c.ID == parent && !c.Gone
		if placed {
			c.Respond = form
		} else {
			c.Replies, placed = placeForm(c.Replies, parent, form)
		}
		if placed {
			list = slices.Clone(list)
			list[i] = c
			return list, true
		}
	}
	return list, false
}

// CountReplies returns the number of replies on the page below the comment, at all
// levels, without removed ones.
func (c Comment) CountReplies() int {
	n := 0
	for _, r := range c.Replies {
		if !r.Gone {
			n++
		}
		n += r.CountReplies()
	}
	return n
}

// CommentRef names another comment.
type CommentRef struct {
	ID     int64
	Author string // "" where it is on another page
	URL    string
}

// OrderLink leads to the comments in another order.
type OrderLink struct {
	Name    string // key of a message
	URL     string
	Current bool
}

// Thread is a comment's own page.
type Thread struct {
	Page
	Article    Link
	ArticleDir string
	Language   string    // of the article
	Above      []Comment // the comments that it answers, from the top down
	Comment    Comment   // with the answers to it
	Next       string    // address of more answers
	Whole      string    // address of the whole thread
	Cut        bool      // there are more answers, which only the whole thread has
}

// SlowHours returns the wait of slow mode in hours, 0 where it is no whole number of them.
func (d Discussion) SlowHours() int {
	if d.Slow%60 != 0 {
		return 0
	}
	return d.Slow / 60
}

// ReplyForm is "Leave a Reply" as it is shown: empty, or as it came back.
type ReplyForm struct {
	ArticleID int64
	Parent    *CommentRef
	ParentID  int64
	CancelURL string
	Author    Field
	Email     Field
	URL       Field
	Text      Field
	Remember  bool
	SignedIn  string    // the name of the account that writes, "" for a guest
	Mail      bool      // the site can tell about answers
	Follow    bool      // the commenter wants to be told
	Required  bool      // name and email are
	Refused   string    // key of the message that says why; "" if it was not
	Until     time.Time // when it may be sent again; zero where that is not known
	Refilled  bool      // the form has the text of a refused submission
	Preview   *Comment
	Nudges    []Nudge // suggestions before posting
	Stamp     string  // of the preview
	Rules     string  // the site's own line above the form
	// Who is the circle of commenters: everyone, verified or staff.
	Who       string
	Outside   bool   // the visitor is outside the circle
	SignInURL string // where the staff come in
	Verified  string // the address that this browser has shown to be its own
	LinkSent  string // the address that a link was sent to just now
}

// Nudge is something to think of before posting. Key names its message, N is
// the number in it, 0 for none.
type Nudge struct {
	Key string
	N   int
}

// Report is the page to report a comment.
type Report struct {
	Page
	Article    Link
	ArticleDir string
	Language   string // of the article
	Comment    Comment
	Action     string
	BackURL    string
	Reasons    []string // codes; each has a message
	Reason     string   // chosen
	Note       Field
	Laws       []string // codes; each has a message
	Law        Field
	Name       Field
	Email      Field
	Faith      Field
	Refused    string // key of the message that says why
	Status     int
}

// Receipt tells the sender of a report what became of it.
type Receipt struct {
	Page
	Article    Link // Name "" when the article is not public
	ArticleDir string
	Language   string // of the article
	Number     int
	At         time.Time
	Reason     string    // key of a message
	Law        string    // key of a message, "" for a report that is no notice
	Outcome    string    // key of a message
	Sent       bool      // just now
	Mail       bool      // the sender gets mail about the decision
	Open       bool      // not decided yet
	Until      time.Time // when an open notice is to be decided, zero for other reports
	EndedAt    time.Time
	Removed    bool   // the comment was removed
	Ground     string // key of a message, "" for none
	ByHand     bool   // a person decided
	Again      bool   // the comment is public again
}

// Mine is the page of everything that one browser has written, or that was
// written with one email address.
type Mine struct {
	Page
	Done     string // the last action: anonymised or removed
	Comments []MineComment
	Next     string // address of more
	Email    string // found by this address instead of by the browser
	Key      string // which shows that the address is the reader's own
	Mail     bool   // the site can send a link
	Proven   string // the reader's verified address
	Warning  *Warning

	// Ask is the question to confirm, "" for none: anonymise or remove. BackURL
	// leads away from the question.
	Ask, BackURL            string
	AnonymiseURL, RemoveURL string // lead to the questions
}

// MineComment is an own comment with its article and its state.
type MineComment struct {
	Comment   Comment
	Article   Link
	State     string // key of a message
	StatusURL string
}

// OwnComment is a page for the commenter: the state of a comment, or the form to
// change it.
type OwnComment struct {
	Page
	Article    Link
	ArticleDir string
	Language   string // of the article
	Comment    Comment
	Key        string // opens these pages without a cookie

	StatusURL, EditURL, RemoveURL, ReadURL string
	Statement                              *Statement // of a comment that was not published
	Appeal                                 *OwnAppeal
	// AgainURL leads to the article with the text of a declined comment in the reply
	// form, "" for none.
	AgainURL string
	// AskURL leads to the question whether to remove the comment. Ask is set
	// when the page asks it.
	AskURL string
	Ask    bool

	Status   string // key of a message
	Reason   string // key of a message, "" for none
	House    string // the newsroom's own sentence for the reason, "" for none
	Words    string // the moderator's own, with it
	Waiting  bool
	Ahead    int  // waiting before it
	Many     bool // at least that many
	Editable bool
	Until    time.Time

	PostURL string
	Text    Field
	Version int
	Refused string // key of the message that says why
	TooLate bool
	Warning *Warning
}

// Field is a field of a form.
type Field struct {
	Value string
	Error string // key of a message, "" if nothing is wrong
	Limit int    // for that message
}

// Errors lists the fields that are wrong, in the order of the form.
func (f ReplyForm) Errors() []NamedField {
	var wrong []NamedField
	for _, n := range []NamedField{{"comment", f.Text}, {"author", f.Author}, {"email", f.Email}, {"url", f.URL}} {
		if n.Error != "" {
			wrong = append(wrong, n)
		}
	}
	return wrong
}

// NamedField is a field with the id it has on the page.
type NamedField struct {
	ID string
	Field
}
