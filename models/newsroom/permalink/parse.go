package permalink

import (
	"cmp"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/settings"

	"golang.org/x/text/unicode/norm"
)

// Pattern is a compiled pattern of addresses.
type Pattern struct {
	text  string
	parts []patternPart
}

// patternPart is the text between two slashes of a pattern.
type patternPart struct {
	text string
	// mixed is for a part of several tokens, such as %post_id%-%postname%; nil
	// for others.
	mixed *regexp.Regexp
}

// Compile prepares a pattern. The setting article.permalinks accepts only valid
// ones.
func Compile(text string) *Pattern {
	p := &Pattern{text: text}
	for part := range strings.SplitSeq(strings.Trim(text, "/"), "/") {
		compiled := patternPart{text: part}
		if strings.Count(part, "%") > 2 {
			compiled.mixed = mixedExpression(part)
		}
		p.parts = append(p.parts, compiled)
	}
	return p
}

// String returns the text of the pattern.
func (p *Pattern) String() string { return p.text }

// tokenForms are the expressions for tokens that are not two digits.
var tokenForms = map[string]string{
	"postname": "(?P<postname>.+)", "post_id": "(?P<post_id>[0-9]+)", "category": ".+?", "author": ".+?", "year": "[0-9]{4}",
}

// mixedExpression returns the expression for a part of several tokens, nil if it
// has none.
func mixedExpression(part string) *regexp.Regexp {
	text := regexp.QuoteMeta(part)
	for _, token := range settings.PermalinkTokens {
		text = strings.Replace(text, "%"+token+"%", cmp.Or(tokenForms[token], "[0-9]{2}"), 1)
	}
	expression, err := regexp.Compile("^" + text + "$")
	if err != nil {
		return nil
	}
	return expression
}

// Ref is the article that an address names.
type Ref struct {
	ID   int64  // if the pattern has %post_id%, or the address is /-/ID/
	Slug string // otherwise
}

// Parse reads an address, percent-encoded or not. ok is false if it does not have
// the form of the pattern. The slug is then the last part, which may be the slug
// of an article under an earlier pattern.
func (p *Pattern) Parse(path string) (ref Ref, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, part := range parts {
		parts[i] = Decode(part)
	}
	last := parts[len(parts)-1]
	if len(parts) == 2 && parts[0] == models.OwnSegment {
		id, err := strconv.ParseInt(last, 10, 64)
		return Ref{ID: id}, err == nil && id > 0
	}
	// A category has as many parts as it is deep, so parts are counted from the
	// end. The caller compares the rest with the article's own address.
	for i, pattern := range p.parts {
		fromEnd := len(p.parts) - i
		if fromEnd > len(parts) {
			continue
		}
		if ref, ok := pattern.parse(parts[len(parts)-fromEnd]); ok {
			return ref, true
		}
	}
	return Ref{Slug: last}, false
}

// parse reads one part of an address. ok is false if the pattern's part does not
// name the article, or if the address's part does not have its form.
func (p patternPart) parse(part string) (ref Ref, ok bool) {
	switch {
	case p.text == "%postname%":
		return Ref{Slug: part}, true
	case strings.Count(p.text, "%") > 2:
		return p.parseMixed(part)
	case strings.Contains(p.text, "%post_id%"):
		before, after, _ := strings.Cut(p.text, "%post_id%")
		digits := strings.TrimSuffix(strings.TrimPrefix(part, before), after)
		id, err := strconv.ParseInt(digits, 10, 64)
		return Ref{ID: id}, err == nil
	case strings.Contains(p.text, "%postname%"):
		before, after, _ := strings.Cut(p.text, "%postname%")
		if strings.HasPrefix(part, before) && strings.HasSuffix(part, after) && len(part) > len(before)+len(after) {
			return Ref{Slug: strings.TrimSuffix(strings.TrimPrefix(part, before), after)}, true
		}
	}
	return Ref{}, false
}

func (p patternPart) parseMixed(part string) (ref Ref, ok bool) {
	if p.mixed == nil {
		return Ref{}, false
	}
	found := p.mixed.FindStringSubmatch(part)
	if found == nil {
		return Ref{}, false
	}
	if i := p.mixed.SubexpIndex("post_id"); i > 0 {
		id, err := strconv.ParseInt(found[i], 10, 64)
		return Ref{ID: id}, err == nil
	}
	if i := p.mixed.SubexpIndex("postname"); i > 0 {
		return Ref{Slug: found[i]}, true
	}
	return Ref{}, false
}

// Same reports whether two addresses are equal after decoding, so that %C3%A9,
// %c3%a9 and é are the same.
func Same(a, b string) bool { return Decode(a) == Decode(b) }

// Decode removes the percent-encoding of an address and composes its letters
// (NFC). It returns an address unchanged if it does not decode to valid text.
func Decode(path string) string {
	u, err := url.PathUnescape(path)
	if err != nil || !utf8.ValidString(u) || strings.ContainsRune(u, 0) {
		return path
	}
	return norm.NFC.String(u)
}
