package views

import (
	"slices"
	"time"
)

// Desk is the frame of the staff's pages.
type Desk struct {
	Breaking string // address of the breaking line, beside the menu of telephones; "" for none
	Account  int64
	User     string
	Role     string // key of a message
	Nav      []NavItem
	Flash    string // the last action
	Done     string // the last action alone, where Flash says more
	Undo     string // id of the operation that can be undone, "" for none
	UndoURL  string
	BackURL  string // where undoing leads
	Alarm    *DeskAlarm
	Mail     *DeskMail // nil where all mail goes out
	Help     string    // address of the part of the manual about this page; "" for none
	AtHelp   bool      // the page is one of the manual
	Search   *DeskSearch
	KeysOff  bool            // single letters do nothing
	Earlier  []DeskOperation // decisions before the last, newest first
	Waiting  int             // held comments, as the window's title says
}

// DeskOperation is a decision that can be undone.
type DeskOperation struct{ ID, Text string }

// DeskSearch is the field in the head of the desk that searches all comments. It is
// nil for a viewer that may not moderate.
type DeskSearch struct {
	Text string
	Keep []HiddenField // the list and the filters that a search stays in
}

// DeskMail is the desk's message about mail that could not be sent.
type DeskMail struct {
	Retried int // failed so far, to be tried again
	Dead    int // given up
	Oldest  time.Time
	Error   string // of the last mail; "" when the viewer may not see it
}

// Queue is the page of comments that a moderator goes through.
type Queue struct {
	Page
	Tabs       []QueueTab
	State      string
	Query      QueueQuery
	Categories []Choice // choices of the category filter
	Rules      []Choice
	Saved      []SavedLink
	Cards      []Card
	EmptyURL   string // address of the question whether to delete all of them for good
	ForgetURL  string // address of the question about everything under the email of the filter
	Compact    bool   // the list has one line for a card
	Next       string // address of more
	Here       string // address of this page
	Whole      string // address of the list without a search
	Empty      string // key of the message where there is no card
	Again      string // address of the beginning of the list, on later pages
	Total      int
	Many       bool // there are more than Total says
	Bulk       int  // how many of them one decision takes

	BulkActions []CardAction
	Chips       []Chip
	OldestFirst bool  // otherwise the newest
	Newest      int64 // comment: the script asks for those that come after it
	Claimed     int   // cards that other moderators are reviewing
	WithAll     string
	Replies     []Choice // words that are used again and again
	Heated      bool     // comments have a score of heat, so the form offers it
	Behind      bool     // the newest comments are not searched yet
	MayBan      bool     // the viewer may know networks, too
}

// Chip is a filter of the queue, or of the log, with the address of the list without it.
type Chip struct {
	Name  string // key of a message
	Value string
	URL   string
}

// QueueQuery has the filters of a queue.
type QueueQuery struct {
	Text, Author, Article, Section, Network, Host, Rule, From, To, Like string
	// Order is "heated" for the most heated first, Heat the least score that is shown.
	Order, Heat string
}

// HiddenField is a hidden field of a form.
type HiddenField struct{ Name, Value string }

// Fields lists the filters of the queue by their names in its address.
func (q QueueQuery) Fields() (list []HiddenField) {
	for _, f := range []HiddenField{
		{"q", q.Text},
		{"author", q.Author},
		{"article", q.Article},
		{"section", q.Section},
		{"network", q.Network},
		{"host", q.Host},
		{"reason", q.Rule},
		{"from", q.From},
		{"to", q.To},
		{"like", q.Like},
		{"order", q.Order},
		{"heat", q.Heat},
	} {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list
}

// Choice is an option of a list, which may be the chosen one.
type Choice struct {
	Value   string
	Name    string
	Current bool
}

// SavedLink is a filter that a moderator has saved.
type SavedLink struct {
	ID   int64
	Name string
	URL  string
}

// QueueTab is one queue with how many comments it has, -1 where they are not
// counted.
type QueueTab struct {
	Name    string // key of a message
	State   string
	URL     string
	Count   int
	Current bool
}

// CardHeat says that a comment reads as heated: more than Percent of a hundred approved
// comments, and by which words.
type CardHeat struct {
	Percent int
	Words   []string
}

// Card is a comment before a moderator.
type Card struct {
	Comment  Comment
	Raw      string // as it was typed
	Version  int
	State    string
	Queue    string // that it was dealt out of
	Here     string // address of the page it is on
	Email    string
	Verified bool
	Website  string
	Heated   *CardHeat // nil below the mark, and where there is no score
	Network  string
	Agent    string
	Waits    string // how long it has been here
	Why      string // why it is held, in one sentence
	Notice   *CardNotice
	// Addresses of the lists of everything by the same writer, email and network;
	// "" for a viewer that may not know them.
	Writer, ByEmail, ByNetwork string
	Hosts                      []Link // hosts that it links to, with lists of everything that does
	Article                    Link
	Closing                    string // address of the article's comment policy
	Parent                     *CommentRef
	ParentIs                   string // the beginning of the parent's text
	Depth                      int
	Thread                     string // address of its thread
	Reasons                    []CardReason
	Reports                    []CardReport
	Again                      int          // recommendations that were not counted, if they are many
	URL                        string       // its own page at the desk
	Ban                        string       // address of the form for a ban; "" without that right
	Main                       []CardAction // the buttons that are always shown
	Menu                       []CardAction // further ones, above the reasons for declining
	Declines                   []CardAction // reasons: Do is the code, which has a message
	Replies                    []Choice
	Answer                     bool     // it can be answered
	Alike                      []string // others that are decided with it, as the form sends them
	AlikeURL                   string   // list of the folded ones
	Folded                     []FoldedComment
	Rest                       []string   // values of the folded ones that are not listed
	Delete                     string     // address of the question whether to delete it for good; "" for none
	Changed                    []DiffPart // between the text before the last change and the text
	Withdrawn                  bool       // the commenter removed it: it cannot be published
	Erased                     bool       // its text was deleted for good
	Alone                      bool       // on a page of its own
}

// Deletion is the page that asks whether comments are to be deleted for good.
type Deletion struct {
	Page
	State   string
	Comment int64 // the only one, 0 for a list
	Count   int
	More    bool // there are more than Count
	Fields  []HiddenField
	BackURL string
}

// FoldedComment is a comment below a card with nearly the same text.
type FoldedComment struct {
	Value  string // as the form sends it
	URL    string
	Author string
	At     time.Time
	Diff   []DiffPart // from the text of the card; nil for the same text
}

// DiffPart is a part of two texts: in both, or in one of them.
type DiffPart struct {
	Gone bool // in the old text only
	New  bool // in the new text only
	Text string
}

// CardReason is one rule's say.
type CardReason struct {
	Rule   string
	State  string
	Weight string
	Detail string
}

// CardReport is a reader's report of the comment.
type CardReport struct {
	Reason string // key of a message
	Note   string
	Law    string // key of a message, "" for a report that is no notice
	Name   string // of its sender, "" for a viewer that may not know it
	Email  string
	At     time.Time
}

// CardNotice is the oldest open notice about the comment.
type CardNotice struct {
	Law   string // key of a message
	At    time.Time
	Until time.Time // when it is to be decided
	Late  bool
}

// CardAction is a button of a card.
type CardAction struct {
	Do   string // the form's value
	Key  string // on the keyboard
	Text string // of a reason for declining: the newsroom's own sentence, "" for none
}

// CardPage is a comment with all that is known around it.
type CardPage struct {
	Page
	Card     Card
	BackURL  string
	Log      []LogLine
	Versions []CardVersion
	Around   Around
}

// Around is the context of a comment.
type Around struct {
	Author  []CardPeer // other comments by the same browser or address
	Totals  []CardTotal
	Network []CardPeer
	Alike   []CardTotal // similar comments, by state
	Answers int
}

// Replies is the page of the newsroom's words for declining.
type Replies struct {
	Page
	Replies []SavedText
	Name    Field
	Text    Field
	Reasons []*DeclineReason
	May     bool // the viewer may change the sentences of the reasons
}

// DeclineReason is a reason for declining with the newsroom's own sentence.
type DeclineReason struct {
	Code string // has a message for the desk, "reason.", and one for the commenter, "declined."
	Text Field
	Seen string // the sentence as it is stored
	Used int    // comments declined for it in the last 90 days
}

// HasSentences reports whether a reason for declining has a sentence of the newsroom.
func (c Card) HasSentences() bool {
	return slices.ContainsFunc(c.Declines, func(a CardAction) bool { return a.Text != "" })
}

// SavedText is a text with a name.
type SavedText struct {
	ID   int64
	Name string
	Text string
}

// CardVersion is an earlier text of a comment.
type CardVersion struct {
	At   time.Time
	Text string
	Next []DiffPart // what changed in the version after it
}

// CardPeer is another comment in a line.
type CardPeer struct {
	URL     string
	State   string
	Excerpt string
	Article string
	At      time.Time
}

// CardTotal is the number of a commenter's comments in a state.
type CardTotal struct {
	State string
	Count int
	URL   string // list of them, "" where there is none
}

// LogLine is one decision of the log.
type LogLine struct {
	At      time.Time
	Actor   string
	ActorID int64 // of the account, 0 for none
	From    string
	To      string
	Reason  string
	Note    string
	Words   string // the message to the commenter
	Comment int64
	URL     string
}

// DeskAlarm is the notice about a surge of comments, with the buttons for holding
// everything.
type DeskAlarm struct {
	May   bool      // the viewer looks after the whole site, and may hold everything
	Until time.Time // everything is held until then; zero: it is not
	Left  string    // how long that is
	Surge bool      // many more comments come in than usual
	Now   int
	Back  string // where the button leads back to
	// Missed are the targets of the desk that are missed, in words.
	Missed []string
}
