package edit

import "time"

// Field is a field of the form.
type Field struct {
	ID    string // also its name
	Value string
	Error string // key of a message, "" if nothing is wrong
	Limit int    // for that message
}

// Story is the form of an article. Empty addresses mean that the viewer may not do it.
type Story struct {
	ID       int64 // 0 for one that is not stored yet
	Action   string
	Autosave string // where a script sends the text while it is typed, "" for a new article
	List     string // address of the list
	Version  int

	Status   string // draft, pending, scheduled, published, withdrawn, trashed
	Pending  bool   // readers of a live article see another text than the form
	Public   string // address of the article, "" if it is not public
	At       time.Time
	Note     string // of a withdrawn article
	SavedAt  time.Time
	SavedBy  string
	Zone     string // the site's time zone
	Versions string // address of the list of versions
	Others   string // who else has the form open, in words
	Preview  string // address to post to for a link to the text, "" for none
	Previews []Preview
	Front    *StoryFront // nil if the viewer may not put it on the front page

	Title, Standfirst, Body, Slug, Tags, Byline, Language, Picture Field
	Lead                                                           *PictureCard // the lead picture, nil for none
	Format                                                         string       // html or markdown
	AutoSlug                                                       string       // the slug that an empty field gives
	Sections                                                       []Section
	SectionError                                                   Field
	PublishAt, WithdrawAt, ApplyAt, WithdrawNote                   Field
	Comments                                                       string // open, premoderated or closed
	// Follow means that the comments may follow the sections and tags, which say
	// CommentRules (keys of messages) and CommentDays. CommentsBy are the terms that say it.
	Follow         bool
	CommentRules   []string
	CommentDays    int
	CommentsBy     []string
	Words, Minutes int

	Moves   []Move
	Plans   []Plan
	Wrong   []Field // those with an error, in the order of the form
	Refused string  // key of a message about the whole form
	Overlap *Overlap
	Merged  bool // another editor's changes were merged into the text

	// The longest form and the longest body that the server takes, in bytes. A script checks
	// both before it sends the text.
	MaxForm, MaxBody int
	ReadOnly         bool

	Review
	Corrections Corrections
}

// Preview is a link to the text for people without an account.
type Preview struct {
	URL   string // absolute
	Until time.Time
}

// Section is a category that an article can be in.
type Section struct {
	ID    int64
	Name  string
	Above string // names of the sections that it is below, "" for none
	Depth int
	In    bool
	Main  bool
}

// Move is a button of the form.
type Move struct {
	Action string // value of the field action; also the key of its text
	Main   bool   // the one that the editor most likely wants
}

// Plan is a change of the article at a set time.
type Plan struct {
	Act   string // publish, update or withdraw
	At    time.Time
	By    string
	Note  string
	Clash bool // it will not be carried out, because it overlaps a later publication
	Minor bool // readers need not hear of it
	// Overtaken says that the form has a button that makes the planned text public at once.
	Overtaken bool
}

// Overlap asks the editor to choose between two changed texts.
type Overlap struct {
	By     string
	At     time.Time
	Newest int // version of the other text
	Fields []OverlapField
	Parts  []OverlapPart
}

// OverlapField is a field that both changed.
type OverlapField struct {
	Name               string // of the field
	Base, Mine, Theirs string
}

// OverlapPart is a place of the body that both changed.
type OverlapPart struct {
	Index              int
	Base, Mine, Theirs string
}

// MaxMegabytes returns the longest body in megabytes.
func (s Story) MaxMegabytes() int { return s.MaxBody >> 20 }
