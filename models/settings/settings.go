package settings

import (
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
)

// Settings are the options that can be changed while the site runs. The zero value
// is not useful; start from [Default].
type Settings struct {
	Name       string
	Tagline    string
	Language   string // BCP 47, of the interface and of articles without their own
	TimeZone   *time.Location
	Accent     string // one of AccentNames
	Permalinks string // WordPress's tokens
	About      string // one paragraph for the footer

	// FrontCategories and NavCategories are paths of categories, in order. With an
	// empty list the program chooses.
	FrontCategories []string
	NavCategories   []string

	ArticlesPerPage int
	RelatedCount    int
	RelatedHalfLife time.Duration
	MostRead        bool // lists of the most read and most discussed articles

	FeedStories  int    // items of a feed
	FeedFullText bool   // items have the whole text
	FeedHub      string // address of a WebSub hub, "" for none

	Hidden   bool // robots are asked to stay away from the whole site
	IndexNow bool // search engines are told of changed articles
	// Robots of AI companies, by what they read pages for.
	AITraining, AISearch, AIOnDemand bool

	CorrectionPlace string // top or foot: where a correction stands that does not say it itself
	PublicChanges   bool   // readers may see what has changed in an article
	// OldAfter is the days after which an article says how old it is, 0 for never.
	// OldSections are the days of categories with their own number, by their paths.
	OldAfter    int
	OldSections map[string]int

	Republish      bool // articles may be republished
	RepublishTerms string
	Installable    bool // readers may install the site as an app and read offline

	DigestOpen    bool // readers may subscribe to digests
	DigestHour    int  // of the day, in the site's time zone
	DigestWeekday time.Weekday

	// Targets of the desk, 0 for none.
	DeskOldestMinutes int
	DeskMostWaiting   int
	DeskNoticeDays    int // to decide a notice of illegal content

	CommentsOpen         bool
	CommentWho           models.Commenters // for articles without their own
	CommentHoldAll       bool
	CommentKnownOnly     bool // hold until an earlier comment was approved
	CommentKnownAfter    int  // approved comments that make a commenter known
	CommentDeclinedShare int  // percent of declined recent comments from which a commenter's next is held; 0 means never
	CommentNameEmail     bool // name and email are required
	CommentMaxLinks      int  // this many links hold a comment; 0 means no limit
	CommentCloseAfter    int  // days after publication; 0 means never
	CommentDepth         int  // levels shown, 1 to 10
	CommentThreads       int  // threads a page, 1 to 50
	CommentFloodWindow   time.Duration
	CommentHoldWords     string // terms that hold a comment, one a line
	CommentTrashWords    string // terms that put it into the trash, one a line
	CommentSpamScore     bool   // score comments for spam
	// CommentTrustTyped accepts a typed name and email that an approved comment
	// has. They are easy to forge: the option is for the first weeks after a move
	// from software that worked this way.
	CommentTrustTyped bool
	CommentEditWindow time.Duration // in which commenters may edit their comment; 0 means never
	CommentRecommend  bool          // readers may recommend comments
	CommentRules      string        // a line above the form
	CommentReportHide int           // reports from this many networks hide a comment; 0 means none do
	// CommentHoldUntil: every comment is held until then.
	CommentHoldUntil time.Time
	// Points of the spam score at which a comment is held, and is marked as spam.
	// CommentSpamHold 0 means that the site sets it itself.
	CommentSpamHold, CommentSpamSpam float64
	CommentHeated                    bool    // moderators see how heated a comment is
	CommentHeatedFrom                float64 // share of approved comments that a marked comment exceeds
}

// AccentNames are the accent colours the stylesheet knows.
var AccentNames = []string{"crimson", "ink", "sea", "moss", "plum", "ochre"}

// Def describes a setting for 'setting list' and the desk.
type Def struct {
	Key     string
	Default string
	Meaning string
	Input
}

// permalinksKey is the setting of the articles' address pattern.
const permalinksKey = "article.permalinks"

// Defs lists all settings in the order of 'setting list'.
func Defs() []Def { return defs }

var defs = []Def{
	{
		"site.name", "Broadsheet", "the paper's name, in the masthead",
		text(1, 80, func(s *Settings) *string { return &s.Name }),
	},
	{"site.tagline", "", "a line under the name", text(0, 160, func(s *Settings) *string { return &s.Tagline })},
	{
		"site.about", "", "one paragraph for the foot of every page",
		text(0, 600, func(s *Settings) *string { return &s.About }),
	},
	{"site.language", "en", "language of the interface and of articles that name none (en, ar)", Input{Kind: Language, set: setLanguage}},
	{"site.timezone", "UTC", "time zone of dates and addresses, such as Europe/Oslo", Input{Kind: Zone, set: setTimeZone}},
	{"site.accent", "crimson", "accent colour: " + strings.Join(AccentNames, ", "), oneOf(AccentNames, func(s *Settings) *string { return &s.Accent })},
	{
		permalinksKey, "/%year%/%monthnum%/%day%/%postname%/", "address pattern of articles, in WordPress's tokens",
		Input{Kind: Pattern, set: setPermalinks},
	},
	{
		"front.sections", "",
		"categories with a block on the front page, in order: paths such as world-news, world-news/europe, at most " +
			strconv.Itoa(MaxChosenCategories) + "; empty: those with the newest articles",
		categoryPaths(func(s *Settings) *[]string { return &s.FrontCategories }),
	},
	{
		"nav.sections", "",
		"categories in the section bar and the foot, in order, as paths, at most " + strconv.Itoa(MaxChosenCategories) +
			"; empty: as many as fit, the most active ones",
		categoryPaths(func(s *Settings) *[]string { return &s.NavCategories }),
	},
	{
		"list.stories", "20", "articles on a page of a list, 1 to 100",
		number(1, 100, func(s *Settings) *int { return &s.ArticlesPerPage }),
	},
	{
		"related.stories", "4", "related articles under an article, 0 to 12",
		number(0, 12, func(s *Settings) *int { return &s.RelatedCount }),
	},
	{
		"related.half-life", "30", "days in which a related article loses half its weight, 1 to 3650",
		days(1, 3650, func(s *Settings) *time.Duration { return &s.RelatedHalfLife }),
	},
	{
		"front.most-read", "true", "show the lists of the most read and most discussed articles",
		flag(func(s *Settings) *bool { return &s.MostRead }),
	},
	{"feed.stories", "10", "items of a feed, 1 to 100", number(1, 100, func(s *Settings) *int { return &s.FeedStories })},
	{
		"feed.full-text", "true", "feeds have the whole text of articles, not only the standfirst",
		flag(func(s *Settings) *bool { return &s.FeedFullText }),
	},
	{
		"feed.hub", "", "address of a WebSub hub that tells subscribers of new articles; empty for none",
		webAddress(func(s *Settings) *string { return &s.FeedHub }),
	},
	{
		"robots.hidden", "false", "ask search engines and all other robots to stay away from the whole site",
		flag(func(s *Settings) *bool { return &s.Hidden }),
	},
	{
		"robots.indexnow", "false", "tell search engines by IndexNow which articles have changed",
		flag(func(s *Settings) *bool { return &s.IndexNow }),
	},
	{
		"robots.ai-training", "false", "let robots read articles to train AI models",
		flag(func(s *Settings) *bool { return &s.AITraining }),
	},
	{
		"robots.ai-search", "true", "let the robots of AI search engines read articles",
		flag(func(s *Settings) *bool { return &s.AISearch }),
	},
	{
		"robots.ai-on-demand", "true", "let AI assistants read an article that their user asks about",
		flag(func(s *Settings) *bool { return &s.AIOnDemand }),
	},
	{
		"correction.place", "foot", "where a correction stands that does not say it itself: top (above the text) or foot",
		oneOf([]string{"top", "foot"}, func(s *Settings) *string { return &s.CorrectionPlace }),
	},
	{
		"article.changes", "true", "readers may see what has changed in an article since its publication, except typing errors",
		flag(func(s *Settings) *bool { return &s.PublicChanges }),
	},
	{
		"article.old-after", "365", "days after which an article says how old it is, 0 to 36500; 0 means never",
		number(0, 36500, func(s *Settings) *int { return &s.OldAfter }),
	},
	{
		"article.old-sections", "",
		"categories with their own number of days for that, one a line: a path and the days, such as sport 30; 0 means never",
		sectionDays(func(s *Settings) *map[string]int { return &s.OldSections }),
	},
	{
		"republish.open", "false", "others may republish articles, except those that do not allow it themselves",
		flag(func(s *Settings) *bool { return &s.Republish }),
	},
	{
		"republish.terms", "", "the terms for republishing, such as a licence",
		text(0, 600, func(s *Settings) *string { return &s.RepublishTerms }),
	},
	{
		"site.installable", "true", "readers may install the site as an app, which keeps the last articles for reading offline",
		flag(func(s *Settings) *bool { return &s.Installable }),
	},
	{"digest.open", "true", "readers may subscribe to digests by mail", flag(func(s *Settings) *bool { return &s.DigestOpen })},
	{
		"digest.hour", "7", "hour of the day at which digests are sent, in the site's time zone, 0 to 23",
		number(0, 23, func(s *Settings) *int { return &s.DigestHour }),
	},
	{"digest.weekday", "saturday", "day on which weekly digests are sent", weekday(func(s *Settings) *time.Weekday { return &s.DigestWeekday })},
	{
		"comment.open", "true", "whether new articles take comments",
		flag(func(s *Settings) *bool { return &s.CommentsOpen }),
	},
	{
		"comment.who", "everyone",
		"who may comment where an article does not say it itself: everyone, verified (an email address), staff, closed",
		oneOf(models.AllCommenters, func(s *Settings) *models.Commenters { return &s.CommentWho }),
	},
	{
		"comment.rules", "", "a line above the reply form: what you publish and what not",
		text(0, 300, func(s *Settings) *string { return &s.CommentRules }),
	},
	{
		"comment.hold-all", "false", "hold every comment for a moderator",
		flag(func(s *Settings) *bool { return &s.CommentHoldAll }),
	},
	{
		"comment.previously-approved", "true", "hold a comment until its commenter has an approved one",
		flag(func(s *Settings) *bool { return &s.CommentKnownOnly }),
	},
	{
		"comment.known-after", "1", "approved comments that make a commenter known, 1 to 100",
		number(1, 100, func(s *Settings) *int { return &s.CommentKnownAfter }),
	},
	{
		"comment.declined-share", "50",
		"percent of a commenter's recent comments that were declined, from which on the next are held; 0 means never",
		number(0, 100, func(s *Settings) *int { return &s.CommentDeclinedShare }),
	},
	{
		"comment.name-email", "true", "name and email are required",
		flag(func(s *Settings) *bool { return &s.CommentNameEmail }),
	},
	{
		"comment.max-links", "2", "this many links hold a comment; 0 means no limit",
		number(0, 1000, func(s *Settings) *int { return &s.CommentMaxLinks }),
	},
	{
		"comment.close-after", "0", "days after publication until comments close; 0 means never",
		number(0, 36500, func(s *Settings) *int { return &s.CommentCloseAfter }),
	},
	{
		"comment.depth", "5", "levels of replies shown, 1 to 10",
		number(1, 10, func(s *Settings) *int { return &s.CommentDepth }),
	},
	{
		"comment.threads", "50", "threads on a page, 1 to 50",
		number(1, 50, func(s *Settings) *int { return &s.CommentThreads }),
	},
	{
		"comment.flood", "15", "seconds a guest waits between two comments, 0 to 3600",
		seconds(0, 3600, func(s *Settings) *time.Duration { return &s.CommentFloodWindow }),
	},
	{
		"comment.hold-words", "",
		"words that hold a comment, one a line; punctuation in a term must be in the text; * stands for any part of " +
			"a word",
		wordList(func(s *Settings) *string { return &s.CommentHoldWords }),
	},
	{
		"comment.trash-words", "", "words that put a comment into the trash, one a line",
		wordList(func(s *Settings) *string { return &s.CommentTrashWords }),
	},
	{
		"comment.spam-score", "true", "hold comments that look like spam, and mark what can be nothing else",
		flag(func(s *Settings) *bool { return &s.CommentSpamScore }),
	},
	{
		"comment.spam-hold", "auto",
		"points of the spam score that hold a comment: auto (the site sets the mark from its moderators' decisions) " +
			"or 0.2 to 20",
		orAuto(decimal(0.2, 20, func(s *Settings) *float64 { return &s.CommentSpamHold }), func(s *Settings) { s.CommentSpamHold = 0 }),
	},
	{
		"comment.spam-spam", "2.5", "points of the spam score that mark a comment as spam, 0.2 to 20",
		decimal(0.2, 20, func(s *Settings) *float64 { return &s.CommentSpamSpam }),
	},
	{
		"comment.heated", "false",
		"show moderators how heated a waiting comment is, by what was declined here as abuse: a hint that decides nothing",
		flag(func(s *Settings) *bool { return &s.CommentHeated }),
	},
	{
		"comment.heated-from", "0.9",
		"score from which a comment is marked as heated, 0.5 to 0.99: 0.9 marks what reads hotter than 90 of 100 approved comments",
		decimal(0.5, 0.99, func(s *Settings) *float64 { return &s.CommentHeatedFrom }),
	},
	{
		"comment.trust-typed-email", "false",
		"let a typed name and email pass that an approved comment has: for the weeks after a move",
		flag(func(s *Settings) *bool { return &s.CommentTrustTyped }),
	},
	{
		"comment.edit-window", "15", "minutes in which commenters may change or remove their comment, 0 to 1440",
		minutes(0, 1440, func(s *Settings) *time.Duration { return &s.CommentEditWindow }),
	},
	{
		"comment.recommend", "true", "readers may recommend comments",
		flag(func(s *Settings) *bool { return &s.CommentRecommend }),
	},
	{
		"comment.report-hide", "3",
		"reports from this many networks hide a comment until a moderator has looked; 0 means none do",
		number(0, 100, func(s *Settings) *int { return &s.CommentReportHide }),
	},
	{
		"desk.oldest-minutes", "0", "minutes for which the oldest comment may be held before the desk raises an alarm; 0 means no alarm",
		number(0, 100000, func(s *Settings) *int { return &s.DeskOldestMinutes }),
	},
	{
		"desk.most-waiting", "0", "comments that may wait before the desk raises an alarm; 0 means no alarm",
		number(0, 1000000, func(s *Settings) *int { return &s.DeskMostWaiting }),
	},
	{
		"desk.notice-days", "7", "days in which a notice of illegal content is to be decided, 1 to 90",
		number(1, 90, func(s *Settings) *int { return &s.DeskNoticeDays }),
	},
	{
		"comment.hold-until", "", "hold every comment until this instant, such as 2026-11-20T15:04:05Z; empty for not",
		instant(func(s *Settings) *time.Time { return &s.CommentHoldUntil }),
	},
}
