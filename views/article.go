package views

import "time"

// Article is an article's page.
type Article struct {
	Page
	Language string // of the story
	Dir      string
	Crumbs   []Link // from the top to the main section

	Labels     []Link
	Headline   string
	Standfirst string
	Bylines    []Byline
	Published  time.Time
	Updated    *time.Time
	Picture    *Picture
	Minutes    int
	Body       []BodyPart

	Tags        []Link
	Corrections []Correction
	Share       []Link
	Coverage    []StoryCard
	Related     []StoryCard

	Comments Discussion
}

// Byline is a name over a story.
type Byline struct {
	Link
	Role string
}

// BodyPart is a piece of the body: HTML or an own story's card.
type BodyPart struct {
	HTML SafeHTML
	Card *StoryCard
}

// Correction is a dated note on an error.
type Correction struct {
	Kind string // correction or clarification
	At   time.Time
	Text string
}

// Discussion is what stands under an article.
type Discussion struct {
	Count   int
	Open    bool
	Threads []Comment
	Pager   Pager
	Form    ReplyForm
	// Personal: the reader's own comments that wait for a moderator, and in
	// Form what "remember me" has kept.
	Pending []Comment
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
	ReplyURL  string // "" where nobody may reply
	InReplyTo *CommentRef
	Gone      bool // only its place is shown
	Pending   bool
	Edited    bool
	Badge     string // key of a message: staff or author
	Level     int    // of the heading
	Replies   []Comment
}

// CommentRef names another comment on the page.
type CommentRef struct {
	ID     int64
	Author string
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
	Required  bool   // name and email are
	Refused   string // key of the message that says why; "" if it was not
	Refilled  bool   // came back with what was typed
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
