package permalink

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"broadsheet/models"
)

// LocalTimeLayout is the format of [Parts.LocalTime], also in the database.
const LocalTimeLayout = "2006-01-02 15:04:05"

// Parts are the parts of an article's address.
type Parts struct {
	ID        int64
	Slug      string
	LocalTime string // publication in the site's zone, see LocalTimeLayout; "" if never published
	Category  string // path of the main category
	Author    string // slug of the first author; may be empty
}

// Path returns an article's address, percent-encoded, such as
// /2026/11/23/harbour-tunnel/. If the pattern gives an address of another page
// (see hidden), a category or author at its beginning gets "-2". If that address
// is also taken, the address is /-/ID/.
func (p *Pattern) Path(a Parts) string {
	path := p.fill(a)
	if !hidden(path) {
		return path
	}
	if strings.HasPrefix(p.text, "/%category%") || strings.HasPrefix(p.text, "/%author%") {
		first, rest, _ := strings.Cut(path[1:], "/")
		if other := "/" + first + "-2/" + rest; !hidden(other) {
			return other
		}
	}
	return reservedPath(a.ID)
}

// SlugPath returns an address that [Pattern.Parse] reads as the slug. Its other
// parts are not those of the article.
func (p *Pattern) SlugPath(slug string) string { return p.fill(Parts{Slug: slug}) }

// reservedPath returns the address that is always free for an article.
func reservedPath(id int64) string {
	return "/" + models.OwnSegment + "/" + strconv.FormatInt(id, 10) + "/"
}

// noAuthor is the author in the address of an article without a byline.
const noAuthor = "newsroom"

// hidden reports whether another page than an article's answers at a path: a
// route of the site, a date archive, a feed, a later page of comments, or a part of the
// page above it. The path is percent-encoded as Path does it.
func hidden(path string) bool {
	rest := strings.Trim(path, "/")
	first, after, deeper := strings.Cut(rest, "/")
	if rest == "" || models.ReservedSegment(first) {
		return true
	}
	last := rest[strings.LastIndexByte(rest, '/')+1:]
	if number, ok := strings.CutPrefix(last, "comment-page-"); ok && isNumber(number) {
		return true
	}
	if last == "feed" || deeper && feedFormats[last] || strings.Contains("/"+rest, "/feed/") {
		return true // the feed of the page above it
	}
	if deeper && partsOfArticles[last] {
		return true
	}
	if len(first) != 4 || !isNumber(first) {
		return false
	}
	if !deeper {
		return true // a year
	}
	parts := strings.Split(after, "/")
	if n := len(parts); n >= 2 && parts[n-2] == "page" && isNumber(parts[n-1]) {
		parts = parts[:n-2]
	}
	for _, p := range parts {
		if !isNumber(p) {
			return false
		}
	}
	return len(parts) <= 2
}

// feedFormats end the short addresses of feeds: /tag/x/atom/ is that of /tag/x/feed/atom/.
var feedFormats = map[string]bool{"rdf": true, "rss": true, "rss2": true, "atom": true}

// partsOfArticles end the addresses of an article's page for frames and of its copy. The
// page of an article's changes is not among them: it leaves its address to an article.
var partsOfArticles = map[string]bool{"embed": true, "republish": true}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Unsuitable reports whether a new article should get another slug, because its
// address would be hidden or because WordPress gives the last part of the address
// another meaning. It returns false if another slug would not help.
func (p *Pattern) Unsuitable(a Parts) bool {
	bad := func(a Parts) bool {
		path := p.Path(a)
		rest := strings.TrimRight(path, "/")
		return path == reservedPath(a.ID) || models.ReservedEnding(rest[strings.LastIndexByte(rest, '/')+1:])
	}
	other := a
	other.Slug = "an-article"
	return bad(a) && !bad(other)
}

// Base returns the slug that gets a number if it is taken or unsuitable. It puts a
// word before a slug that no number behind it makes suitable, such as
// wp-sitemap-news: all addresses that begin so are those of sitemaps.
func (p *Pattern) Base(a Parts) string {
	numbered := a
	numbered.Slug += "-2"
	if p.Unsuitable(a) && p.Unsuitable(numbered) {
		return "article-" + a.Slug
	}
	return a.Slug
}

// fill replaces the tokens of the pattern.
func (p *Pattern) fill(a Parts) string {
	date := a.LocalTime
	if len(date) < len(LocalTimeLayout) { // never published
		date = "0000-00-00 00:00:00"
	}
	var b strings.Builder
	for rest := p.text; rest != ""; {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found {
			break
		}
		token, behind, _ := strings.Cut(after, "%")
		rest = behind
		switch token {
		case "year":
			b.WriteString(date[:4])
		case "monthnum":
			b.WriteString(date[5:7])
		case "day":
			b.WriteString(date[8:10])
		case "hour":
			b.WriteString(date[11:13])
		case "minute":
			b.WriteString(date[14:16])
		case "second":
			b.WriteString(date[17:19])
		case "post_id":
			b.WriteString(strconv.FormatInt(a.ID, 10))
		case "postname":
			b.WriteString(url.PathEscape(a.Slug))
		case "category":
			b.WriteString(escape(a.Category))
		case "author":
			b.WriteString(url.PathEscape(cmp.Or(a.Author, noAuthor)))
		default: // not a token: the percent sign is literal
			b.WriteByte('%')
			rest = after
		}
	}
	return b.String()
}

// CategoryPath returns the address of the first page of the category at a path
// of slugs.
func CategoryPath(path string) string { return "/category/" + escape(path) + "/" }

// TagPath returns the address of a tag's first page.
func TagPath(slug string) string { return "/tag/" + url.PathEscape(slug) + "/" }

// AuthorPath returns the address of an author's first page.
func AuthorPath(slug string) string { return "/author/" + url.PathEscape(slug) + "/" }

// PeriodPath returns the address of a date archive, of a year (2026), a month
// (202611) or a day (20261123).
func PeriodPath(period int) string {
	year, month, day := SplitPeriod(period)
	path := fmt.Sprintf("/%04d/", year)
	if month != 0 {
		path += fmt.Sprintf("%02d/", month)
	}
	if day != 0 {
		path += fmt.Sprintf("%02d/", day)
	}
	return path
}

// SplitPeriod splits a period. A missing part is 0.
func SplitPeriod(period int) (year, month, day int) {
	switch {
	case period < 10000:
		return period, 0, 0
	case period < 1000000:
		return period / 100, period % 100, 0
	default:
		return period / 10000, period / 100 % 100, period % 100
	}
}

func escape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}
