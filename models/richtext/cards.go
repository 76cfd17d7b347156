package richtext

import (
	"html"
	"regexp"
	"strconv"
	"strings"
)

// aloneInParagraph finds paragraphs that hold one link and nothing else, or
// a bare address.
var aloneInParagraph = regexp.MustCompile(`<p>\s*(?:<a href="([^"]*)"[^>]*>([^<]*)</a>|(/[^\s<]+|https?://[^\s<]+))\s*</p>`)

var anyLink = regexp.MustCompile(`<a href="([^"]*)"[^>]*>`)

// listLinks lists the links of a rendered body.
func listLinks(body string) []Link {
	var list []Link
	for _, m := range anyLink.FindAllStringSubmatch(body, -1) {
		list = append(list, Link{Href: html.UnescapeString(m[1])})
	}
	for _, m := range aloneInParagraph.FindAllStringSubmatch(body, -1) {
		list = append(list, Link{Href: html.UnescapeString(m[1] + m[3]), Text: html.UnescapeString(m[2]), Alone: true})
	}
	return list
}

const cardMark = `<p data-story="`

// MarkCards marks each paragraph that consists of the address of an article of this
// site, or of a link to one. resolve returns the id of the article at an address.
// A body cannot bring its own mark: the policy removes it.
func MarkCards(body string, resolve func(href string) (id int64, ok bool)) string {
	return aloneInParagraph.ReplaceAllStringFunc(body, func(p string) string {
		m := aloneInParagraph.FindStringSubmatch(p)
		id, ok := resolve(html.UnescapeString(m[1] + m[3]))
		if !ok {
			return p
		}
		return cardMark + strconv.FormatInt(id, 10) + `">` + strings.TrimPrefix(p, "<p>")
	})
}

// Segment is a part of a body. With ArticleID set it is the card of an article, and
// HTML is the plain paragraph for the case that the card cannot be shown.
type Segment struct {
	HTML      string
	ArticleID int64
}

// SplitCards splits a body at the cards of articles.
func SplitCards(body string) []Segment {
	var list []Segment
	for {
		i := strings.Index(body, cardMark)
		if i < 0 {
			if body != "" {
				list = append(list, Segment{HTML: body})
			}
			return list
		}
		if i > 0 {
			list = append(list, Segment{HTML: body[:i]})
		}
		digits, rest, _ := strings.Cut(body[i+len(cardMark):], `">`)
		inner, after, _ := strings.Cut(rest, "</p>")
		id, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			id = 0
		}
		list = append(list, Segment{HTML: "<p>" + inner + "</p>", ArticleID: id})
		body = after
	}
}
