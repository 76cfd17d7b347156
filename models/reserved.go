package models

import "strings"

// OwnSegment begins the address that an article gets when its usual address
// belongs to another page: /-/42/. No slug, category or author can be "-".
const OwnSegment = "-"

// reservedSegments are the first parts of addresses that belong to the site
// itself. A test in handlers compares them with the table of routes. The second
// group is for addresses that WordPress, browsers and crawlers request.
var reservedSegments = segments(`
	- assets author breaking category comment comments corrections desk digest
	favicon.ico first healthz held login logout mail media most-read page password
	readyz robots.txt search tag offline sw.js indexnow.txt apple-touch-icon.png wp-admin wp-comments-post.php wp-login.php sections

	.well-known admin ads.txt api atom embed feed feeds humans.txt index.php manifest.webmanifest metrics news-sitemap.xml preview
	rdf rss rss2 security.txt sitemap.xml sitemap_index.xml static trackback wp-content wp-cron.php wp-includes wp-json
	wp-sitemap.xml xmlrpc.php`)

// reservedEndings are last parts of addresses that WordPress gives a meaning
// below any other address, such as the feed of an article's comments, and those of the
// copy of an article for other sites and of its changes.
var reservedEndings = segments("feed rdf rss rss2 atom embed trackback page amp republish changes")

func segments(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// ReservedSegment reports whether addresses that begin with /segment/ belong
// to the site itself. Case does not matter.
func ReservedSegment(segment string) bool {
	return reservedSegments[strings.ToLower(segment)] || strings.HasPrefix(strings.ToLower(segment), "wp-sitemap-")
}

// ReservedEnding reports whether an address that ends in /segment/ means a
// part of the page above it, such as its feed.
func ReservedEnding(segment string) bool { return reservedEndings[strings.ToLower(segment)] }
