package richtext

import (
	"net/url"
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// Versions of the policies and of the rendering before them. Raising one has
// the stored HTML rendered again from its source, in the background.
const (
	ArticlePolicyVersion = 3
	CommentPolicyVersion = 2
)

// articlePolicy is the policy for articles that the newsroom writes or imports.
var articlePolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code",
		"em", "strong", "i", "b", "u", "s", "sub", "sup", "mark", "small", "abbr", "cite", "q", "del", "ins", "kbd", "samp", "var",
		"figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "section", "div")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("title").OnElements("a", "abbr")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(bluemonday.Integer).OnElements("img")
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("datetime").Matching(regexp.MustCompile(`^[0-9T:.+Z-]{4,40}$`)).OnElements("time", "del", "ins")
	p.AllowElements("time")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[0-9]{1,3}$`)).OnElements("th", "td")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(row|col)$`)).OnElements("th")
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z0-9-]{2,20}$`)).Globally()
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(ltr|rtl|auto)$`)).Globally()
	// Footnotes, in the form the Markdown parser gives them. No other id may
	// come in: it could be one of the page's own.
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^fn(ref)?[0-9]*:[0-9]+$`)).OnElements("li", "sup")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(footnotes?(-ref|-backref)?|picture-link)$`)).OnElements("div", "a")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^align-(start|center|end)$`)).OnElements("th", "td")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^doc-[a-z]+$`)).OnElements("div", "a")
	// A gallery is a figure of figures.
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^gallery$`)).OnElements("figure")
	return p
})

// commentPolicy is WordPress's list of tags for comments, and the p and br
// that Comment adds.
var commentPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("abbr", "acronym", "b", "blockquote", "cite", "code", "del", "em", "i", "q", "s", "strike", "strong", "p", "br")
	// A target needs a host: http:0 is an address in name only.
	hasHost := func(u *url.URL) bool { return u.Host != "" }
	p.AllowURLSchemeWithCustomPolicy("http", hasHost)
	p.AllowURLSchemeWithCustomPolicy("https", hasHost)
	p.AllowRelativeURLs(false)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + commentRel + `$`)).OnElements("a")
	p.AllowAttrs("title").OnElements("abbr", "acronym")
	p.AllowAttrs("cite").OnElements("blockquote", "q")
	p.AllowAttrs("datetime").Matching(regexp.MustCompile(`^[0-9T:.+Z-]{4,40}$`)).OnElements("del")
	return p
})

// commentRel tells search engines that a reader, not the site, set a link.
const commentRel = "nofollow ugc noopener"
