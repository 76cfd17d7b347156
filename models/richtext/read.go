package richtext

import (
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
)

// tokenKind tells the kinds of tokens apart.
type tokenKind int

const (
	textToken tokenKind = iota
	startToken
	endToken
)

// token is a piece of a text with tags. For text, data is the source as typed,
// with its entities; for a tag, it is the name in lower case.
type token struct {
	kind   tokenKind
	data   string
	attr   []nethtml.Attribute
	source string // of a tag, as typed
}

// A comment has three kinds of tags:
//
//   - allowed tags are markup;
//   - active tags load, run, draw or take input. They are left out, together
//     with the content of elements that a browser does not show. A
//     tag that needs attributes to do something is text without them;
//   - every other "<" is text, closed or not: "x<y", "<3", "<IBM>", "<div>".
//
// A tag must be complete. Its attributes must have values, or one of them a
// value in quotes, so that "if a<b and c>d" is text although b is an element.
var (
	commentTags = wordSet("a abbr acronym b blockquote br cite code del em i p q s strike strong")
	hiddenTags  = wordSet("iframe noembed noframes script style template")
	activeTags  = wordSet("applet embed frame frameset math noscript object plaintext svg iframe noembed noframes script style template")
	inertTags   = wordSet("audio base button form image img input link meta select source textarea track video") // without attributes
	// flagAttributes need no value.
	flagAttributes = wordSet(`allowfullscreen async autofocus autoplay checked controls default defer disabled formnovalidate hidden ismap
		loop multiple muted nomodule novalidate playsinline readonly required reversed selected`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// tokenizer cuts text with tags into tokens.
//
// It takes time in proportion to the length. An attempt to read a tag gives
// up at the first "<" or quote in a wrong place, so that at most three
// attempts (one in each kind of quotes, one in none) pass over the same byte.
type tokenizer struct {
	src   string
	tags  map[string]bool // the allowed ones
	at    int
	held  *token          // a tag that was found behind the text just returned
	noEnd map[string]bool // hidden tags without an end tag in the rest
	inert map[string]int  // inert tags that were left out, without their end tags
	steps int             // bytes looked at, for tests
}

func newTokenizer(src string, allowed map[string]bool) *tokenizer {
	return &tokenizer{src: src, tags: allowed, noEnd: map[string]bool{}, inert: map[string]int{}}
}

// next returns the next token. ok is false at the end.
func (r *tokenizer) next() (t token, ok bool) {
	if r.held != nil {
		t, r.held = *r.held, nil
		return t, true
	}
	begin := r.at
	for i := begin; ; {
		open := strings.IndexByte(r.src[i:], '<')
		if open < 0 {
			r.steps += len(r.src) - i
			r.at = len(r.src)
			return token{data: r.src[begin:]}, begin < len(r.src)
		}
		r.steps += open + 1
		i += open
		tag, end := r.readTag(i)
		if end < 0 || !r.tags[tag.data] && inertTags[tag.data] && !r.leaveOut(tag) {
			i++
			continue
		}
		r.at = end
		text := r.src[begin:i]
		if r.tags[tag.data] {
			tag.source = r.src[i:end]
			if text == "" {
				return tag, true
			}
			r.held = &tag
		} else if tag.kind == startToken && hiddenTags[tag.data] {
			r.at = r.skipHidden(tag.data, end)
		}
		if text != "" {
			return token{data: text}, true
		}
		begin, i = r.at, r.at
	}
}

// leaveOut reports whether an inert tag is left out: an end tag only where
// its start tag was.
func (r *tokenizer) leaveOut(tag token) bool {
	if tag.kind == startToken {
		r.inert[tag.data]++
		return true
	}
	if r.inert[tag.data] == 0 {
		return false
	}
	r.inert[tag.data]--
	return true
}

// readTag reads the tag that begins at from. end is -1 where there is none.
func (r *tokenizer) readTag(from int) (t token, end int) {
	i := from + 1
	t.kind = startToken
	if i < len(r.src) && r.src[i] == '/' {
		t.kind = endToken
		i++
	}
	name := i
	for i < len(r.src) && i-name < 16 && (isLetter(r.src[i]) || i > name && isDigit(r.src[i])) {
		i++
	}
	t.data = strings.ToLower(r.src[name:i])
	defer func(begin int) { r.steps += i - begin }(from)
	if !r.tags[t.data] && !activeTags[t.data] && !inertTags[t.data] || i == len(r.src) || !strings.ContainsRune(" \t\n/>", rune(r.src[i])) {
		return t, -1
	}
	bare, quoted := false, false // attributes without a value, and in quotes
	for {
		for i < len(r.src) && strings.IndexByte(" \t\n/", r.src[i]) >= 0 {
			i++
		}
		if i == len(r.src) {
			return t, -1
		}
		if r.src[i] == '>' {
			i++
			if bare && !quoted || t.kind == startToken && len(t.attr) == 0 && inertTags[t.data] {
				return t, -1
			}
			return t, i
		}
		a, behind, ok := r.readAttribute(i)
		i = behind
		if !ok || t.kind == endToken {
			return t, -1
		}
		if a.Val == "" && !strings.HasSuffix(r.src[:i], "=") && !isQuote(r.src[i-1]) && (r.tags[t.data] || !flagAttributes[a.Key]) {
			bare = true
		}
		quoted = quoted || isQuote(r.src[i-1])
		t.attr = append(t.attr, a)
	}
}

// readAttribute reads an attribute and returns where it ended or went wrong.
func (r *tokenizer) readAttribute(i int) (a nethtml.Attribute, end int, ok bool) {
	name := i
	for i < len(r.src) && (isLetter(r.src[i]) || i > name && (isDigit(r.src[i]) || strings.IndexByte("-_:.@", r.src[i]) >= 0)) {
		i++
	}
	if i == name {
		return a, i, false
	}
	a.Key = strings.ToLower(r.src[name:i])
	value := i
	for value < len(r.src) && strings.IndexByte(" \t\n", r.src[value]) >= 0 {
		value++
	}
	if value == len(r.src) || r.src[value] != '=' {
		return a, i, true
	}
	for value++; value < len(r.src) && strings.IndexByte(" \t\n", r.src[value]) >= 0; {
		value++
	}
	if value < len(r.src) && isQuote(r.src[value]) {
		long := strings.IndexByte(r.src[value+1:], r.src[value])
		if long < 0 {
			return a, len(r.src), false
		}
		end = value + 1 + long
		a.Val = decodeEntities(r.src[value+1 : end])
		return a, end + 1, true
	}
	for end = value; end < len(r.src) && strings.IndexByte(" \t\n>", r.src[end]) < 0; end++ {
		if strings.IndexByte("<\"'`", r.src[end]) >= 0 {
			return a, end, false
		}
	}
	a.Val = decodeEntities(r.src[value:end])
	return a, end, true
}

// skipHidden returns the place after the end tag of a hidden element. It returns
// from if there is no end tag: an element that is not closed hides no text. (A
// browser would hide the rest; in a comment that would be the commenter's
// text.)
func (r *tokenizer) skipHidden(name string, from int) int {
	if r.noEnd[name] {
		return from
	}
	for i := from; ; {
		open := strings.Index(r.src[i:], "</")
		if open < 0 {
			break
		}
		i += open + len("</")
		rest := r.src[i:]
		if len(rest) > len(name) && strings.EqualFold(rest[:len(name)], name) && strings.IndexByte(" \t\n/>", rest[len(name)]) >= 0 {
			close := strings.IndexByte(rest, '>')
			if close < 0 {
				break
			}
			r.steps += i + close - from
			return i + close + 1
		}
	}
	r.steps += len(r.src) - from
	r.noEnd[name] = true
	return from
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isQuote(c byte) bool  { return c == '"' || c == '\'' }

// maxEntity is the length of the longest entity, with "&" and ";".
const maxEntity = 33

// decodeEntities returns text with its entities as characters. Only entities with a
// semicolon count: "&currency=" is text. It drops characters that no page may
// hold, also when they are written as entities.
func decodeEntities(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		n := entityLength(s)
		if n == 0 {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(Normalize(html.UnescapeString(s[:n])))
		s = s[n:]
	}
}

// entityLength returns the length of the entity that s begins with, 0 for none.
func entityLength(s string) int {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 2 {
		return 0
	}
	for _, c := range []byte(s[1:end]) {
		if !isLetter(c) && !isDigit(c) && c != '#' {
			return 0
		}
	}
	// A name that merely begins with one of the old entities without a
	// semicolon, such as "&notit;", is decoded in part: that is no entity.
	if u := html.UnescapeString(s[:end+1]); u == s[:end+1] || strings.HasSuffix(u, ";") && u != ";" {
		return 0
	}
	return end + 1
}
