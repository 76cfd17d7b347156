package richtext

import (
	"bytes"
	"errors"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
)

type Format int

const (
	Markdown Format = iota
	HTML
	Text
)

func (f Format) String() string { return [...]string{"markdown", "html", "text"}[f] }

func ParseFormat(s string) (Format, error) {
	switch s {
	case "", "none", "text":
		return Text, nil
	case "markdown":
		return Markdown, nil
	case "html":
		return HTML, nil
	}
	return 0, errors.New("body_format is markdown, html, text or none")
}

const (
	ArticlePolicyVersion = 1
	CommentPolicyVersion = 1
	MaxCommentBytes      = 65525
	MaxArticleBytes      = 256 << 10
)

type Link struct {
	Href, Text string
	Alone      bool
}
type Body struct {
	HTML, Text string
	Words      int
	Links      []Link
}

var strict = bluemonday.StrictPolicy()
var ugc = bluemonday.UGCPolicy()
var anchor = regexp.MustCompile(`<p>\s*(?:<a href="([^"]*)"[^>]*>([^<]*)</a>|(/[^\s<]*))\s*</p>`)
var anyA = regexp.MustCompile(`<a href="([^"]*)"`)

func Article(src string, f Format) (Body, error) {
	h := Normalize(src)
	switch f {
	case Markdown:
		var b bytes.Buffer
		goldmark.Convert([]byte(h), &b)
		h = b.String()
	case Text:
		var b strings.Builder
		for _, p := range strings.Split(h, "\n\n") {
			if strings.TrimSpace(p) != "" {
				b.WriteString("<p>" + html.EscapeString(strings.TrimSpace(p)) + "</p>\n")
			}
		}
		h = b.String()
	}
	h = ugc.Sanitize(h)
	body := Body{HTML: h, Text: PlainText(h)}
	body.Words = len(strings.Fields(body.Text))
	for _, m := range anyA.FindAllStringSubmatch(h, -1) {
		body.Links = append(body.Links, Link{Href: m[1]})
	}
	for _, m := range anchor.FindAllStringSubmatch(h, -1) {
		body.Links = append(body.Links, Link{Href: m[1] + m[3], Alone: true})
	}
	return body, nil
}

func MarkCards(h string, resolve func(string) (int64, bool)) string {
	return anchor.ReplaceAllStringFunc(h, func(s string) string {
		m := anchor.FindStringSubmatch(s)
		if id, ok := resolve(m[1] + m[3]); ok {
			return "<!--story:" + strconv.FormatInt(id, 10) + "-->"
		}
		return s
	})
}

type Segment struct {
	HTML    string
	StoryID int64
}

var storyMark = regexp.MustCompile(`<!--story:(\d+)-->`)

func SplitCards(h string) (out []Segment) {
	for h != "" {
		m := storyMark.FindStringSubmatchIndex(h)
		if m == nil {
			return append(out, Segment{HTML: h})
		}
		if m[0] > 0 {
			out = append(out, Segment{HTML: h[:m[0]]})
		}
		id, _ := strconv.ParseInt(h[m[2]:m[3]], 10, 64)
		out = append(out, Segment{StoryID: id})
		h = h[m[1]:]
	}
	return out
}

var bare = regexp.MustCompile(`(^|[\s(])(https?://[^\s<>"]+)`)

func Comment(s string) string {
	s = bare.ReplaceAllString(Normalize(s), `$1<a href="$2">$2</a>`)
	return "<p>" + strings.ReplaceAll(ugc.Sanitize(s), "\n\n", "</p>\n<p>") + "</p>"
}

func CountLinks(s string) int   { return strings.Count(s, "<a ") }
func PlainText(s string) string { return html.UnescapeString(strict.Sanitize(s)) }
func PlainLine(s string) string {
	return strings.Join(strings.Fields(PlainText(strings.ToValidUTF8(s, "\ufffd"))), " ")
}
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }) < 0
}
func Normalize(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
}
func Excerpt(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
