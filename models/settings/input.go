package settings

import (
	"slices"
	"strings"
)

// Kind is a kind of values, for forms.
type Kind string

// The kinds of values.
const (
	Flag       Kind = "flag" // true or false
	Number     Kind = "number"
	Decimal    Kind = "decimal"
	OrAuto     Kind = "auto" // a decimal number, or auto
	Line       Kind = "line"
	Paragraph  Kind = "paragraph"
	Choice     Kind = "choice" // one of a few words
	Language   Kind = "language"
	Zone       Kind = "zone"       // a name of the time zone database
	Categories Kind = "categories" // paths of categories, in order
	Words      Kind = "words"      // terms, one a line
	Address    Kind = "address"    // of the web
	Instant    Kind = "instant"
	Lines      Kind = "lines"   // a category and a number a line
	Pattern    Kind = "pattern" // of the articles' addresses
)

// longestLine is the most characters of a text that forms show as one line.
const longestLine = 160

// Input describes the values that a setting takes, and checks them. Forms, the
// command and their errors all have the limits from here.
type Input struct {
	Kind Kind
	// Least and Most are the limits of a number, of a text's characters, or of the
	// length of a list. Most is 0 where there are none.
	Least, Most float64
	Choices     []string // of a Choice
	set         func(*Settings, string) error
}

// The groups of settings, in the order of the settings page.
const (
	GroupPaper    = "paper"
	GroupFront    = "front"
	GroupLists    = "lists"
	GroupFeeds    = "feeds"
	GroupRobots   = "robots"
	GroupSharing  = "sharing"
	GroupDigests  = "digests"
	GroupComments = "comments"
	GroupRules    = "rules"
	GroupDesk     = "desk"
)

// Groups lists the groups in order.
func Groups() []string {
	return []string{
		GroupPaper, GroupFront, GroupLists, GroupFeeds, GroupRobots, GroupSharing, GroupDigests, GroupComments, GroupRules,
		GroupDesk,
	}
}

// groupOf has the group of settings by their key or by the part before its first
// dot.
var groupOf = map[string]string{
	"site": GroupPaper, "article": GroupPaper, "front": GroupFront, "nav": GroupFront, "list": GroupLists,
	"related": GroupLists, "feed": GroupFeeds, "robots": GroupRobots, "republish": GroupSharing, "digest": GroupDigests,
	"correction": GroupPaper,
	"comment":    GroupComments, "comment.heated": GroupDesk, "comment.heated-from": GroupDesk, "site.installable": GroupSharing,
}

// judging are the settings by which comments are held: the page of rules tests
// changes of them on the last week's comments.
var judging = []string{
	"comment.hold-all", "comment.hold-until", "comment.previously-approved", "comment.known-after",
	"comment.trust-typed-email", "comment.declined-share", "comment.max-links", "comment.hold-words",
	"comment.trash-words", "comment.spam-score", "comment.spam-hold", "comment.spam-spam", "comment.report-hide",
}

// Group returns the group of a setting. Settings without a group of their own
// belong to the desk.
func (d Def) Group() string {
	if slices.Contains(judging, d.Key) {
		return GroupRules
	}
	if group := groupOf[d.Key]; group != "" {
		return group
	}
	prefix, _, _ := strings.Cut(d.Key, ".")
	if group := groupOf[prefix]; group != "" {
		return group
	}
	return GroupDesk
}

// Find returns the setting with a key, nil if there is none.
func Find(key string) *Def {
	i := slices.IndexFunc(defs, func(d Def) bool { return d.Key == key })
	if i < 0 {
		return nil
	}
	return &defs[i]
}
