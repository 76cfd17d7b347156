package feeds

import (
	"fmt"
	"strconv"
	"strings"

	"broadsheet/models"
)

// Kind is a kind of feed.
type Kind string

// The kinds of feeds.
const (
	Stories       Kind = "stories"  // all articles
	OfCategory    Kind = "category" // with the categories below it
	OfTag         Kind = "tag"
	OfAuthor      Kind = "author"
	OfPeriod      Kind = "period" // a year, month or day
	OfSearch      Kind = "search"
	Comments      Kind = "comments"    // of the whole site
	OfCorrections Kind = "corrections" // of all articles
	OfArticle     Kind = "article"     // the comments of an article
	OfComment     Kind = "comment"     // the replies to a comment
	Breaking      Kind = "breaking"    // the breaking lines of all pages
)

// Topic names a feed.
type Topic struct {
	Kind   Kind
	Ref    int64 // the id of the category, tag, author, article or comment; the period
	Search *Search
}

// Search is a search that a feed repeats.
type Search struct {
	Title string  // of the page of results
	Page  string  // path and query of that page
	Path  string  // path below which the feed is
	Query string  // of the feed's address: its filters, encoded
	IDs   []int64 // the found articles, newest first
	Tags  []models.CacheTag
	Kept  bool // the page cache keeps it, as it does the page of results
}

// Name returns the name of the feed, "" for that of a search: see [Feed.StateName].
func (t Topic) Name() string {
	switch t.Kind {
	case OfSearch:
		return ""
	case Stories, Comments, OfCorrections, Breaking:
		return string(t.Kind)
	}
	return string(t.Kind) + ":" + strconv.FormatInt(t.Ref, 10)
}

// ParseName is the inverse of [Topic.Name].
func ParseName(name string) (Topic, error) {
	kind, number, found := strings.Cut(name, ":")
	t := Topic{Kind: Kind(kind)}
	switch t.Kind {
	case Stories, Comments, OfCorrections, Breaking:
		if !found {
			return t, nil
		}
	case OfCategory, OfTag, OfAuthor, OfPeriod, OfArticle, OfComment:
		ref, err := strconv.ParseInt(number, 10, 64)
		if err == nil {
			t.Ref = ref
			return t, nil
		}
	}
	return t, models.Errorf(models.Invalid, "there is no feed %q", name)
}

// HasHub reports whether the hub is told of changes: of all feeds but those of dates,
// searches, corrections, breaking lines and single comments.
func (t Topic) HasHub() bool {
	return t.Kind != OfPeriod && t.Kind != OfSearch && t.Kind != OfComment && t.Kind != OfCorrections && t.Kind != Breaking
}

// Format is a format of feeds, as addresses name it.
type Format string

// The formats. RSS 2.0 is the one without a name in its address.
const (
	RSS  Format = "rss2"
	Atom Format = "atom"
	RDF  Format = "rdf"
	JSON Format = "json"
)

// Formats lists all formats, the default first.
var Formats = []Format{RSS, Atom, RDF, JSON}

// ParseFormat returns the format of WordPress's name for it. "feed" and "rss", which
// was RSS 0.92, mean RSS 2.0.
func ParseFormat(name string) (Format, bool) {
	switch f := Format(name); f {
	case RSS, Atom, RDF, JSON:
		return f, true
	case "feed", "rss":
		return RSS, true
	}
	return "", false
}

// PathOf returns the address of a feed below the address of its page, such as
// /tag/x/feed/atom/.
func PathOf(page string, f Format) string {
	path := strings.TrimSuffix(page, "/") + "/feed/"
	if f != RSS {
		path += string(f) + "/"
	}
	return path
}

// CommentPath returns the address below which the feed of a comment's replies is.
func CommentPath(id int64) string { return fmt.Sprintf("/comment/%d/", id) }

// mediaTypes are the media types of the formats. Each is sent with one charset.
var mediaTypes = map[Format]string{
	RSS: "application/rss+xml", Atom: "application/atom+xml", RDF: "application/rdf+xml", JSON: "application/feed+json",
}

// MediaType returns the format's media type without a charset.
func (f Format) MediaType() string { return mediaTypes[f] }

// ContentType returns the value of the Content-Type header.
func (f Format) ContentType() string { return mediaTypes[f] + "; charset=utf-8" }
