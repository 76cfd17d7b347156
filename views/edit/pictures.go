package edit

import "time"

// Pictures is the list of the pictures of the library.
type Pictures struct {
	Words    string
	Filter   string // as in the address, "" for all
	Mine     bool
	For      *For // the story that a picture is chosen for, nil for none
	Filters  []Tab
	Rows     []PictureCard
	Next     string
	First    string
	Whole    string
	Narrowed bool
	Upload   PictureTexts
	Answers  []FileAnswer // of the files that were just uploaded
}

// For is a story that a picture is chosen for.
type For struct {
	ID    int64
	Title string
	Back  string // address of its form
}

// PictureCard is a picture of the list.
type PictureCard struct {
	ID     int64
	For    int64  // number of the story that it can be chosen for, 0 for none
	URL    string // of its page
	Src    string // a small picture
	Width  int    // of the whole picture, in pixels
	Height int
	Name   string   // description, caption or name of the file: the first that it has
	Alt    string   // "" for none
	Gaps   []string // keys of messages about the texts that are missing
	By     string   // credit
}

// FileAnswer is the result of an uploaded file.
type FileAnswer struct {
	Name  string // of the file
	Error string // key of a message, "" for one that was taken
	Limit int    // for that message
	Known bool   // the library had this picture
	URL   string
}

// PictureTexts are the fields that describe a picture.
type PictureTexts struct {
	Alt, Caption, Credit, LicenceEnd, FocusX, FocusY Field
	Decorative                                       bool
}

// Picture is the page of a picture.
type Picture struct {
	ID      int64
	Action  string // address of this page
	List    string
	For     *For
	Src     string
	WebP    string
	Width   int
	Height  int
	Name    string
	File    string // name of the file, as uploaded
	Format  string
	Size    int // KB
	Moving  bool
	At      time.Time // of the upload
	By      string    // who uploaded it
	Version int
	Hidden  bool // visitors may not see it, because its licence has ended
	Removed bool
	Gone    bool // removed so long ago that the file is deleted
	May     bool // the viewer may change it

	Texts   PictureTexts
	Wrong   []Field
	Refused string // key of a message
	Limit   int    // for that message
	Gaps    []string
	Uses    []PictureUse
	OldAlt  string // was changed just now
	Same    []PictureUse
	Snippet Snippet
	Changes []PictureChange
}

// Snippet holds the parts of the code of a picture in a text. The texts are escaped for
// an attribute of HTML.
type Snippet struct {
	Src           string
	Width, Height int
	Alt           string
	Caption       string
	Credit        string
	Markdown      string // the description, escaped for Markdown
}

// PictureUse is a story that uses a picture.
type PictureUse struct {
	ID     int64
	Title  string
	URL    string // of its form, "" if the viewer may not open it
	Status string
	Lead   bool
	Body   bool
	Draft  bool // in a text that readers do not see yet
}

// Licence is a picture whose licence ends.
type Licence struct {
	Name  string
	URL   string // of its page
	Day   string // 2027-01-14, the first one without the picture
	At    time.Time
	Ended bool
	Uses  []PictureUse
}

// PictureChange is a line of a picture's history.
type PictureChange struct {
	At   time.Time
	By   string
	Verb string // part of the key of a message
	Note string // the change, in the words that were entered
}
