package views

import (
	"time"

	"broadsheet/views/linkeddata"
)

// Link is a text with an address.
type Link struct{ Name, URL string }

// Site has the data of the frame of every page.
type Site struct {
	Name        string
	Tagline     string
	About       string
	BaseURL     string // without a slash at the end
	Language    string // BCP 47; of the interface
	Accent      string // a class of the stylesheet
	Installable bool   // the site can be installed as an app
	Now         time.Time
	Categories  []NavItem
	// AllCategories is the address of the page of all categories, "" on a site
	// that has none.
	AllCategories string
	Digest        string // address of the page to subscribe to digests, "" for none
	// MostRead is the address of the page of rankings, "" on a site that has none.
	MostRead string
}

// NavItem is a category in the navigation.
type NavItem struct {
	Link
	Current  bool
	Children []Link
}

// Page is the public part that all pages share.
type Page struct {
	Site        Site
	Title       string // of the window; the site's name is added
	Description string
	Path        string // of the canonical address
	LinkCard    LinkCard
	NoIndex     bool // neither indexed nor shown as a card
	Data        []linkeddata.LinkedData
	Feeds       []FeedLink // of this page, for the head
	Shortlink   string     // absolute address by number, of an article
	OEmbed      string     // absolute address of the page's oEmbed answer, without its format
	Alternates  []Alternate
	Query       string    // the text in the search field
	Desk        *Desk     // for the staff
	Staff       *StaffBar // above a public page, nil for visitors
	Breaking    *Breaking // below the masthead of a public page, nil for none
}

// LinkCard is the part of a page's head that networks and messengers read, beside title and
// description: Open Graph and, by the same values, Twitter's cards.
type LinkCard struct {
	Year    string // of publication, in the title of an old article; else ""
	Locale  string // language_TERRITORY, of the page's text
	Image   LinkImage
	Article *LinkArticle // nil for other pages
}

// LinkImage is the picture of a card. URL is absolute, "" for none.
type LinkImage struct {
	URL, Alt, Type string
	Width, Height  int // pixels
}

// LinkArticle has the properties of an article for Open Graph.
type LinkArticle struct {
	Published, Modified time.Time
	Section             string
	Tags                []string
	Authors             []string // absolute addresses
}

// FeedLink is a feed that a page names in its head.
type FeedLink struct {
	Title string
	URL   string // absolute
	Type  string // media type
}

// Alternate is the same article in another language.
type Alternate struct{ Language, URL string }

// Canonical returns the page's own absolute address.
func (p Page) Canonical() string { return p.Site.BaseURL + p.Path }

// Base returns the page's base; templates of parts use it.
func (p Page) Base() Page { return p }

// StyleInHead reports whether site.css is linked in <head>. Pages whose inlined
// critical CSS covers the first screen link it later, so that the first screen is
// shown at once.
func (p Page) StyleInHead() bool { return true }

// StyleInHead replaces Page's.
func (Front) StyleInHead() bool { return false }

// StyleInHead replaces Page's.
func (List) StyleInHead() bool { return false }

// StyleInHead replaces Page's.
func (Article) StyleInHead() bool { return false }

// ListsBelow reports whether lists of articles are only below the first screen, so
// that the style in <head> is without theirs.
func (Page) ListsBelow() bool { return false }

// ListsBelow replaces Page's.
func (Article) ListsBelow() bool { return true }

// AtFront reports whether the page is the front page, which has a taller
// masthead on telephones.
func (p Page) AtFront() bool { return false }

// AtFront replaces Page's.
func (Front) AtFront() bool { return true }

// Picture is a picture in several widths.
type Picture struct {
	Src     string // the image for all browsers
	WebP    string // its widths as WebP, may be empty
	Moving  string // the moving picture of which the others are the first frame, may be empty
	Sizes   string
	Width   int
	Height  int
	Alt     string
	Caption string
	Credit  string
	Focus   string // a class of the stylesheet: which part must stay in view
	Lead    bool   // loaded at once; all others wait until they are near
}

// Teaser is an article in a list.
type Teaser struct {
	URL        string
	Title      string
	Standfirst string
	Language   string // set where it is not the page's
	Dir        string // of the whole card, set where it may not be the page's
	Label      *Link
	Byline     string
	At         time.Time
	Comments   int
	Picture    *Picture
}

// Front is the front page.
type Front struct {
	Page
	Lead     *Teaser
	Second   []Teaser
	Latest   []Teaser
	Blocks   []Block
	Rankings []Ranking
	MostRead string // address of the whole rankings, "" if there are none
	More     string // address of older articles, "" if there are none
}

// Block is a category on the front page.
type Block struct {
	Category Link
	Below    []Link // subcategories
	Shape    string // the class of the stylesheet that lays it out
	Decks    bool   // articles after the first show their standfirst, too
	First    Teaser
	Rest     []Teaser
}

// List is a page of a category, tag, author or archive.
type List struct {
	Page
	Heading     string
	HeadingDir  string // of heading and description, where it is not the page's
	Kicker      Link   // the parent category, shown above the heading
	Description string
	Links       []CountedLink // subcategories, or months and days
	Portrait    *Picture      // of an author, nil for none
	Teasers     []Teaser
	Pager       Pager
	Digest      string // address of the page to subscribe to the category, "" for none
	Nothing     string // key of the message for an empty list
}

// CountedLink is a link with a number of articles, which is not shown if it is 0.
type CountedLink struct {
	Link
	Count int
}

// Pager leads through the pages of a list.
type Pager struct {
	Newer, Older string // addresses, "" where there is none
	Number, Last int
}

// Categories is the page of all categories.
type Categories struct {
	Page
	Heading string
	Groups  []CategoryGroup
}

// CategoryGroup holds the categories with the same first letter.
type CategoryGroup struct {
	Letter     string // "" when the list is not divided
	Categories []CategoryEntry
}

// CategoryEntry is a category in the list of all categories.
type CategoryEntry struct {
	Link
	Count int // published articles, including those of subcategories
	Below []CategoryEntry
}

// Problem is the page of an error.
type Problem struct {
	Page
	Status  int
	Code    string // key of the message about the error
	Note    string // the note of a withdrawn article
	At      *time.Time
	Nearest []Teaser
	Search  bool
	Kept    string // the text of a comment on an article that does not exist, to copy
	Way     Link   // where to go instead; Name is the key of a message, "" for none
	Stay    bool   // the page leads nowhere, because only the page before has the typed text
	// Article is the article of a removed comment, nil for none.
	Article *ProblemArticle
}

// ProblemArticle is an article that a [Problem] leads to.
type ProblemArticle struct {
	Link
	Language string // "" for the site's
}

// Gallery lists every page in every state.
type Gallery struct {
	Page
	Entries []Link
}
