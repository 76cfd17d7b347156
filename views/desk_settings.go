package views

import (
	"time"

	"broadsheet/views/moderate"
)

// Settings is the page of the site's settings: one group of them, or those that
// a search has found.
type Settings struct {
	Page
	Groups  []SettingGroup
	Group   string // the group that is shown, "" for a search
	Search  string
	Version int64 // of the settings in force
	Fields  []SettingField
	Refused string // key of a message
	Done    string // key of a message
	// Since are the changes that a refused form did not know.
	Since   []moderate.RuleChange
	Changes []moderate.RuleChange
	Preview *PaperPreview
	Hub     bool   // the address of the hub can be tried
	Test    string // the address that a test mail goes to, "" where none can be sent
	Rules   string // address of the page that tests the rules, "" for other groups
	Log     string // address of the desk's log
	Started []SettingFact
}

// SettingGroup is a group in the navigation of the page.
type SettingGroup struct {
	Link           // Name is the key of a message
	Current bool   // it is shown
	Changed int    // settings that differ from their default
	Key     string // for the address
}

// SettingField is one setting. "setting." and its key is its name in words, and
// ".help" after that its meaning.
type SettingField struct {
	Key, ID string
	Kind    string // see settings.Kind
	Value   string
	// Default is the shipped value in words. Custom: the value differs from it.
	Default     string
	Custom      bool
	Changed     bool // it differs from the stored value
	Least, Most string
	Choices     []SettingChoice
	Chosen      []string // of a list of categories, with blank places at its end
	Wrong       string   // key of the error message
	WrongNames  string   // for that message
	Facts       []string // what the value would do
	Terms       int      // number of terms of a word list
	Edit        string   // address of the page that changes it, "" for this one
}

// SettingChoice is a value of a setting with its name in words.
type SettingChoice struct{ Value, Name string }

// SettingFact is an option that only the command line changes.
type SettingFact struct{ Name, Value string }

// PaperPreview is the head of the paper as some settings would make it.
type PaperPreview struct {
	Name, Tagline, About string
	Accent               string
	Language, Dir        string
	Date, Now            string // in the language
	Sections             []string
	Search               string // the button's word
	Headline             string
	At                   time.Time
}
