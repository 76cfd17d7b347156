package views

// Feeds is the page that lists the feeds for people.
type Feeds struct {
	Page
	Heading string
	Lists   []FeedList
	Below   []FeedExample // feeds that are below other pages, too many to list
}

// FeedList is a group of feeds.
type FeedList struct {
	Title string
	Feeds []FeedEntry
}

// FeedEntry is a feed in the list.
type FeedEntry struct {
	Link    // the page that the feed belongs to
	Formats []Link
	Below   []FeedEntry
}

// FeedExample tells how to find a kind of feed.
type FeedExample struct {
	Name    string
	Address string // a pattern, not a link
}
