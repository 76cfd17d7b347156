package feeds

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"broadsheet/models"
	"broadsheet/models/feedstate"
)

// Feed is a feed with its items, in no format yet. All addresses in it are absolute,
// and all texts can be written as XML.
type Feed struct {
	Topic     Topic  `json:"-"`
	Page      string // path of the page that the feed belongs to
	below     string // path below which the formats have their addresses
	query     string // of these addresses
	Base      string // the site's base URL
	ID        string // never changes
	Title     string
	Subtitle  string
	Publisher string // the paper's name
	Language  string // BCP 47
	Hub       string // "" for none
	Items     []Item

	// Tags and Deadlines are the dependencies of the content.
	Tags      []models.CacheTag `json:"-"`
	Deadlines []time.Time       `json:"-"`
	newest    time.Time         // the newest instant in the content
}

// Item is an article or a comment.
type Item struct {
	GUID      string // stored; unique among all items of the site
	URL       string
	Title     string // text
	Summary   string // text
	HTML      string // the whole text; "" if the feed does not have it
	Language  string
	Dir       string
	Published time.Time
	Updated   time.Time
	Authors   []Author
	// Contributors translated the text, or made its pictures.
	Contributors []Contributor
	Categories   []Term
	Picture      *Picture
	Replies      *Replies // nil if there are none and none can be written
	InReplyTo    *Parent  // of a comment
}

// Author is a name with the address of its page, which comments do not have.
type Author struct{ Name, URL string }

// Contributor is somebody of the byline who did not write.
type Contributor struct {
	Author
	Role string // as readers see it
}

// Term is a category or tag.
type Term struct{ Name, URL string }

// Picture is the lead picture of an article.
type Picture struct {
	URL           string
	Type          string // media type, "" if it is not known
	Width, Height int
	Alt           string
	Caption       string
	Credit        string
}

// Replies are the comments of an article.
type Replies struct {
	URL   string // of the comments on the page
	Feed  string // address of their feed in RSS
	Atom  string // and in Atom
	Count int
}

// Parent is the article or comment that a comment answers.
type Parent struct{ GUID, URL string }

// PathIn returns the feed's own address in a format, with its query but without the
// base URL.
func (f *Feed) PathIn(format Format) string { return PathOf(f.below, format) + f.query }

// Self returns the feed's own absolute address in a format.
func (f *Feed) Self(format Format) string { return f.Base + f.PathIn(format) }

// Has reports whether an item is the article with a GUID.
func (f *Feed) Has(guid string) bool {
	return slices.ContainsFunc(f.Items, func(i Item) bool { return i.GUID == clean(guid) })
}

// updated returns the time of the newest item, the zero time for an empty feed.
func (f *Feed) updated() (newest time.Time) {
	for i := range f.Items {
		if f.Items[i].Updated.After(newest) {
			newest = f.Items[i].Updated
		}
	}
	return newest
}

// IsEmptySearch reports whether the feed is that of a search that finds nothing.
func (f *Feed) IsEmptySearch() bool { return f.Topic.Kind == OfSearch && len(f.Items) == 0 }

// searchStates is how many states are stored for all searches together. There are as
// many searches as readers can think of, so several may share a state. Then its time
// moves forward each time another of them is shown, and no reader misses a change.
const searchStates = 1 << 13

// StateName returns the name under which the state of the feed is stored.
func (f *Feed) StateName() string {
	if f.Topic.Kind != OfSearch {
		return f.Topic.Name()
	}
	sum := sha256.Sum256([]byte(f.below + f.query))
	return feedstate.SearchPrefix + strconv.Itoa(int(binary.BigEndian.Uint32(sum[:])%searchStates))
}

// layout is the version of the formats. It must be raised when the bytes of a feed
// change though its content does not, so that Last-Modified moves.
const layout = 1

// Content returns the digests of the content and its newest instant.
func (f *Feed) Content() feedstate.Content {
	c := feedstate.Content{Digest: digest(f), Newest: f.newest, Address: f.address()}
	if !f.Topic.HasHub() {
		return c
	}
	quiet := *f
	quiet.Hub = ""
	quiet.Items = slices.Clone(f.Items)
	for i := range quiet.Items {
		if r := quiet.Items[i].Replies; r != nil {
			without := *r
			without.Count = 0
			quiet.Items[i].Replies = &without
		}
	}
	c.News = digest(&quiet)
	return c
}

// address returns the path of the feed's page for its state. Searches have none: several of
// them share a state.
func (f *Feed) address() string {
	path, err := url.PathUnescape(f.below)
	if err != nil || f.Topic.Kind == OfSearch {
		return ""
	}
	return path
}

func digest(f *Feed) string {
	h := sha256.New()
	// The types of a feed cannot fail to be encoded.
	_ = json.NewEncoder(h).Encode(struct {
		Layout int
		Path   string
		*Feed
	}{layout, f.below + f.query, f})
	return hex.EncodeToString(h.Sum(nil)[:16])
}
