package models

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Settings are the options that can be changed while the site runs. The zero value
// is not useful; start from [DefaultSettings].
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

	Republish      bool // articles may be republished
	RepublishTerms string
	Installable    bool // readers may install the site as an app and read offline

	DigestOpen    bool // readers may subscribe to digests
	DigestHour    int  // of the day, in the site's time zone
	DigestWeekday time.Weekday

	CommentsOpen         bool
	CommentWho           Commenters // for articles without their own
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
}

// AccentNames are the accent colours the stylesheet knows.
var AccentNames = []string{"crimson", "ink", "sea", "moss", "plum", "ochre"}

// SettingDef describes a setting for 'setting list' and the desk.
type SettingDef struct {
	Key     string
	Default string
	Meaning string
	set     func(*Settings, string) error
}

// permalinksKey is the setting of the articles' address pattern.
const permalinksKey = "article.permalinks"

// SettingDefs lists all settings in the order of 'setting list'.
func SettingDefs() []SettingDef { return settingDefs }

var settingDefs = []SettingDef{
	{
		"site.name", "Broadsheet", "the paper's name, in the masthead",
		text(1, 80, func(s *Settings) *string { return &s.Name }),
	},
	{"site.tagline", "", "a line under the name", text(0, 160, func(s *Settings) *string { return &s.Tagline })},
	{
		"site.about", "", "one paragraph for the foot of every page",
		text(0, 600, func(s *Settings) *string { return &s.About }),
	},
	{"site.language", "en", "language of the interface and of articles that name none (en, ar)", setLanguage},
	{"site.timezone", "UTC", "time zone of dates and addresses, such as Europe/Oslo", setTimeZone},
	{"site.accent", "crimson", "accent colour: " + strings.Join(AccentNames, ", "), setAccent},
	{
		permalinksKey, "/%year%/%monthnum%/%day%/%postname%/", "address pattern of articles, in WordPress's tokens",
		setPermalinks,
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
	{"digest.weekday", "saturday", "day on which weekly digests are sent", setWeekday},
	{
		"comment.open", "true", "whether new articles take comments",
		flag(func(s *Settings) *bool { return &s.CommentsOpen }),
	},
	{
		"comment.who", "everyone",
		"who may comment where an article does not say it itself: everyone, verified (an email address), staff, closed",
		setCommenters,
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
		"comment.hold-until", "", "hold every comment until this instant, such as 2026-11-20T15:04:05Z; empty for not",
		instant(func(s *Settings) *time.Time { return &s.CommentHoldUntil }),
	},
}

// DefaultSettings returns the settings of a new site.
func DefaultSettings() Settings {
	var s Settings
	for _, d := range settingDefs {
		if err := d.set(&s, d.Default); err != nil {
			panic("default of " + d.Key + ": " + err.Error()) // a test reads all defaults
		}
	}
	return s
}

type settingRow struct {
	Key       string `gorm:"primaryKey"`
	Value     string
	UpdatedAt Time
}

func (settingRow) TableName() string { return "settings" }

// LoadSettings reads the settings. It ignores a stored value that is no longer
// allowed.
func LoadSettings(ctx context.Context, r Queryer) (Settings, error) {
	s := DefaultSettings()
	values, err := SettingValues(ctx, r)
	for _, d := range settingDefs {
		if v, ok := values[d.Key]; ok {
			keep := s
			if d.set(&s, v) != nil {
				s = keep
			}
		}
	}
	return s, err
}

// SettingValues returns the stored values by key, without the defaults.
func SettingValues(ctx context.Context, r Queryer) (map[string]string, error) {
	var rows []settingRow
	err := r.Query(ctx).Find(&rows).Error
	values := make(map[string]string, len(rows))
	for _, row := range rows {
		values[row.Key] = row.Value
	}
	return values, err
}

type setter = func(*Settings, string) error

func text(least, most int, field func(*Settings) *string) setter {
	return func(s *Settings, v string) error {
		v = strings.Join(strings.Fields(v), " ")
		if n := len([]rune(v)); n < least || n > most {
			return fmt.Errorf("takes %d to %d characters", least, most)
		}
		*field(s) = v
		return nil
	}
}

// MaxChosenCategories is the most categories in front.sections and nav.sections.
const MaxChosenCategories = 12

// categoryPaths takes paths of categories, separated by commas or line breaks.
func categoryPaths(field func(*Settings) *[]string) setter {
	return func(s *Settings, v string) error {
		paths := SplitPaths(v)
		if len(paths) > MaxChosenCategories {
			return fmt.Errorf("takes at most %d categories", MaxChosenCategories)
		}
		for i, path := range paths {
			if !utf8.ValidString(path) || len(path) > 1000 {
				return fmt.Errorf("takes paths of categories such as world-news/europe")
			}
			if slices.Contains(paths[:i], path) {
				return fmt.Errorf("names %s twice", path)
			}
		}
		*field(s) = paths
		return nil
	}
}

// SplitPaths returns the paths of categories in a setting's value, without slashes
// at their ends.
func SplitPaths(v string) []string {
	var paths []string
	for _, path := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if path = strings.Trim(path, " \t/"); path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

func number(least, most int, field func(*Settings) *int) setter {
	return func(s *Settings, v string) error {
		n, err := strconv.Atoi(PlainDigits(v))
		if err != nil || n < least || n > most {
			return fmt.Errorf("takes a whole number from %d to %d", least, most)
		}
		*field(s) = n
		return nil
	}
}

func decimal(least, most float64, field func(*Settings) *float64) setter {
	return func(s *Settings, v string) error {
		n, err := strconv.ParseFloat(PlainDigits(v), 64)
		if err != nil || !(n >= least && n <= most) {
			return fmt.Errorf("takes a number from %v to %v", least, most)
		}
		*field(s) = n
		return nil
	}
}

// orAuto also takes "auto", or the empty value for the same.
func orAuto(fixed setter, auto func(*Settings)) setter {
	return func(s *Settings, v string) error {
		if v == "" || strings.EqualFold(v, "auto") {
			auto(s)
			return nil
		}
		if err := fixed(s, v); err != nil {
			return fmt.Errorf("%w, or auto", err)
		}
		return nil
	}
}

func instant(field func(*Settings) *time.Time) setter {
	return func(s *Settings, v string) error {
		*field(s) = time.Time{}
		if v == "" {
			return nil
		}
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return fmt.Errorf("takes an instant such as 2026-11-20T15:04:05Z, or nothing")
		}
		*field(s) = at.UTC()
		return nil
	}
}

func duration(unit time.Duration, least, most int, field func(*Settings) *time.Duration) setter {
	return func(s *Settings, v string) error {
		var n int
		if err := number(least, most, func(*Settings) *int { return &n })(s, v); err != nil {
			return err
		}
		*field(s) = time.Duration(n) * unit
		return nil
	}
}

func days(least, most int, field func(*Settings) *time.Duration) setter {
	return duration(24*time.Hour, least, most, field)
}

func seconds(least, most int, field func(*Settings) *time.Duration) setter {
	return duration(time.Second, least, most, field)
}

func minutes(least, most int, field func(*Settings) *time.Duration) setter {
	return duration(time.Minute, least, most, field)
}

// Limits of a word list.
const (
	MaxListTerms = 100_000
	MaxListBytes = 4 << 20
)

// IsWordList reports whether a setting's value is a list of terms for
// comments.
func IsWordList(key string) bool { return key == "comment.hold-words" || key == "comment.trash-words" }

// wordList takes terms, one a line, and leaves out blank lines.
func wordList(field func(*Settings) *string) setter {
	return func(s *Settings, v string) error {
		if len(v) > MaxListBytes || !utf8.ValidString(v) {
			return fmt.Errorf("takes at most %d bytes of text", MaxListBytes)
		}
		var terms []string
		for line := range strings.Lines(v) {
			if line = strings.TrimSpace(line); line != "" {
				terms = append(terms, line)
			}
		}
		if len(terms) > MaxListTerms {
			return fmt.Errorf("takes at most %d terms", MaxListTerms)
		}
		*field(s) = strings.Join(terms, "\n")
		return nil
	}
}

func flag(field func(*Settings) *bool) setter {
	return func(s *Settings, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("takes true or false")
		}
		*field(s) = b
		return nil
	}
}

func setLanguage(s *Settings, v string) error {
	tag, err := language.Parse(v)
	if err != nil {
		return fmt.Errorf("takes a language tag such as en or ar")
	}
	s.Language = tag.String()
	return nil
}

func setTimeZone(s *Settings, v string) error {
	zone, err := time.LoadLocation(v)
	if err != nil || v == "" || v == "Local" {
		return fmt.Errorf("takes a name of the time zone database such as Europe/Oslo")
	}
	s.TimeZone = zone
	return nil
}

func setWeekday(s *Settings, v string) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(v, day.String()) {
			s.DigestWeekday = day
			return nil
		}
	}
	return fmt.Errorf("takes a day such as monday")
}

// webAddress takes an absolute address of the web, or nothing.
func webAddress(field func(*Settings) *string) setter {
	return func(s *Settings, v string) error {
		u, err := url.Parse(v)
		if v != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(v) > 1000) {
			return fmt.Errorf("takes an address such as https://hub.example/, or nothing")
		}
		*field(s) = v
		return nil
	}
}

func setAccent(s *Settings, v string) error {
	for _, name := range AccentNames {
		if v == name {
			s.Accent = v
			return nil
		}
	}
	return fmt.Errorf("takes one of %s", strings.Join(AccentNames, ", "))
}

// PermalinkTokens are the parts an article's address can be made of, by the
// names WordPress gives them.
var PermalinkTokens = []string{"year", "monthnum", "day", "hour", "minute", "second", "post_id", "postname", "category", "author"}

var permalinkToken = regexp.MustCompile(`%[^%/]*%`)

func setPermalinks(s *Settings, v string) error {
	unique := false
	rest := permalinkToken.ReplaceAllStringFunc(v, func(token string) string {
		name := strings.Trim(token, "%")
		unique = unique || name == "postname" || name == "post_id"
		for _, known := range PermalinkTokens {
			if name == known {
				return "x"
			}
		}
		return token
	})
	switch u, err := url.Parse(rest); {
	case err != nil || u.Path != rest || !strings.HasPrefix(rest, "/") || strings.Contains(rest, "%") || strings.Contains(rest, "//"):
		return fmt.Errorf("takes a path that starts with / and is made of words and the tokens %%%s%%",
			strings.Join(PermalinkTokens, "%, %"))
	case !unique:
		return fmt.Errorf("needs %%postname%% or %%post_id%%, so that an address means one article")
	}
	s.Permalinks = v
	return nil
}

// CleanLanguage returns a language tag in its canonical form, "" for a text that is
// no language tag.
func CleanLanguage(v string) string {
	tag, err := language.Parse(v)
	if err != nil || v == "" {
		return ""
	}
	return tag.String()
}
