package newsroom

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"

	"golang.org/x/text/unicode/norm"
)

// LocalTimeLayout is how a story's local time is stored and what its
// address is made of.
const LocalTimeLayout = "2006-01-02 15:04:05"

// address holds what an article's address can be made of.
type address struct {
	id         int64
	slug       string
	localTime  string
	categoryID *int64
	author     string
}

// ArticlePath returns the article's address on this site, percent-encoded,
// such as /2026/11/23/harbour-tunnel/.
func (s *Site) ArticlePath(a *Article) string {
	return s.path(s.addressOf(a))
}

func (s *Site) addressOf(a *Article) address {
	return address{a.ID, a.Slug, a.LocalTime, a.MainCategoryID, a.BylineSlug}
}

// TeaserPath is [Site.ArticlePath] for a story of a list.
func (s *Site) TeaserPath(a *Teaser) string {
	return s.path(address{a.ID, a.Slug, a.LocalTime, a.MainCategoryID, a.BylineSlug})
}

// path returns an article's address by the site's pattern. If that address
// belongs to another page (see hidden), a section or author at its beginning
// gets "-2". If that address is also taken, the address is /-/ID/.
func (s *Site) path(a address) string {
	path := s.byPattern(a)
	if !hidden(path) {
		return path
	}
	if strings.HasPrefix(s.Permalinks, "/%category%") || strings.HasPrefix(s.Permalinks, "/%author%") {
		first, rest, _ := strings.Cut(path[1:], "/")
		if other := "/" + first + "-2/" + rest; !hidden(other) {
			return other
		}
	}
	return ownPath(a.id)
}

// ownPath returns the address that is always free for an article.
func ownPath(id int64) string {
	return "/" + models.OwnSegment + "/" + strconv.FormatInt(id, 10) + "/"
}

// noAuthor is the author part in the address of an article without a byline.
const noAuthor = "newsroom"

// hidden reports whether a page other than an article answers at a path: a
// route of the site, a date archive, or a further page of comments. The path
// is percent-encoded as [Site.ArticlePath] does it.
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

// unsuitable reports whether a new article should get another slug, because its
// address would be hidden or WordPress gives the last part of the address
// another meaning. It returns false if another slug would not help.
func (s *Site) unsuitable(a address) bool {
	bad := func(a address) bool {
		path := s.path(a)
		rest := strings.TrimRight(path, "/")
		return path == ownPath(a.id) || models.ReservedEnding(rest[strings.LastIndexByte(rest, '/')+1:])
	}
	other := a
	other.slug = "an-article"
	return bad(a) && !bad(other)
}

func (s *Site) byPattern(a address) string {
	date := a.localTime
	if len(date) < len(LocalTimeLayout) { // never published: no date yet
		date = "0000-00-00 00:00:00"
	}
	category := taxonomy.UncategorizedSlug
	if a.categoryID != nil {
		if c := s.Categories.ByID(*a.categoryID); c != nil {
			category = c.Path
		}
	}
	var b strings.Builder
	for rest := s.Permalinks; rest != ""; {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found {
			break
		}
		name, behind, _ := strings.Cut(after, "%")
		rest = behind
		switch name {
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
			b.WriteString(strconv.FormatInt(a.id, 10))
		case "postname":
			b.WriteString(url.PathEscape(a.slug))
		case "category":
			b.WriteString(escapePath(category))
		case "author":
			b.WriteString(url.PathEscape(cmp.Or(a.author, noAuthor)))
		default: // no placeholder: the sign stands for itself
			b.WriteByte('%')
			rest = after
		}
	}
	return b.String()
}

// CategoryPath returns the address of a section's first page.
func CategoryPath(c *taxonomy.Category) string { return "/category/" + escapePath(c.Path) + "/" }

// TagPath returns the address of a tag's first page.
func TagPath(slug string) string { return "/tag/" + url.PathEscape(slug) + "/" }

// AuthorPath returns the address of an author's first page.
func AuthorPath(slug string) string { return "/author/" + url.PathEscape(slug) + "/" }

func escapePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// articleRef is what an address says about the article it means.
type articleRef struct {
	id   int64  // when the pattern has %post_id%
	slug string // else
}

// parse reads an address, percent-encoded or not, by the site's pattern. ok is false when it does not
// have the pattern's form; the slug is then the last part, which may still
// be the name of an article under an older pattern.
func (s *Site) parse(path string) (h articleRef, ok bool) {
	pattern := strings.Split(strings.Trim(s.Permalinks, "/"), "/")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		parts[i] = decodePath(p)
	}
	last := parts[len(parts)-1]
	if len(parts) == 2 && parts[0] == models.OwnSegment {
		id, err := strconv.ParseInt(last, 10, 64)
		return articleRef{id: id}, err == nil && id > 0
	}
	// A category takes as many parts as it is deep; everything before the
	// one part that names the article is checked against its own address.
	for i := range pattern {
		fromEnd := len(pattern) - i
		if fromEnd > len(parts) {
			continue
		}
		part := parts[len(parts)-fromEnd]
		switch {
		case pattern[i] == "%postname%":
			return articleRef{slug: part}, true
		case strings.Count(pattern[i], "%") > 2:
			if h, ok := parseMixed(pattern[i], part); ok {
				return h, true
			}
		case strings.Contains(pattern[i], "%post_id%"):
			before, after, _ := strings.Cut(pattern[i], "%post_id%")
			digits := strings.TrimSuffix(strings.TrimPrefix(part, before), after)
			if id, err := strconv.ParseInt(digits, 10, 64); err == nil {
				return articleRef{id: id}, true
			}
		case strings.Contains(pattern[i], "%postname%"):
			before, after, _ := strings.Cut(pattern[i], "%postname%")
			if strings.HasPrefix(part, before) && strings.HasSuffix(part, after) && len(part) > len(before)+len(after) {
				return articleRef{slug: strings.TrimSuffix(strings.TrimPrefix(part, before), after)}, true
			}
		}
	}
	return articleRef{slug: last}, false
}

// mixed holds the expressions of parts such as %post_id%-%postname%.
var mixed sync.Map

// parseMixed reads a part of an address that is made of several tokens.
func parseMixed(pattern, part string) (h articleRef, ok bool) {
	kept, known := mixed.Load(pattern)
	if !known {
		text := regexp.QuoteMeta(pattern)
		for _, token := range models.PermalinkTokens {
			form := map[string]string{"postname": "(?P<postname>.+)", "post_id": "(?P<post_id>[0-9]+)", "category": ".+?", "author": ".+?", "year": "[0-9]{4}"}[token]
			text = strings.Replace(text, "%"+token+"%", cmp.Or(form, "[0-9]{2}"), 1)
		}
		expression, err := regexp.Compile("^" + text + "$")
		if err != nil {
			return h, false
		}
		kept, _ = mixed.LoadOrStore(pattern, expression)
	}
	expression := kept.(*regexp.Regexp)
	found := expression.FindStringSubmatch(part)
	if found == nil {
		return h, false
	}
	if i := expression.SubexpIndex("post_id"); i > 0 {
		id, err := strconv.ParseInt(found[i], 10, 64)
		return articleRef{id: id}, err == nil
	}
	i := expression.SubexpIndex("postname")
	if i < 0 {
		return h, false
	}
	return articleRef{slug: found[i]}, true
}

// decodePath takes the percent-encoding off an address. What is no text
// afterwards is left as it is: it means nothing.
func decodePath(path string) string {
	u, err := url.PathUnescape(path)
	if err != nil || !utf8.ValidString(u) || strings.ContainsRune(u, 0) {
		return path
	}
	return norm.NFC.String(u)
}
