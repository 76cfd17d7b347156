package richtext

import (
	"html"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"broadsheet/models/terms"
)

// maxAuthority is the longest part of an address between "//" and the path,
// in bytes.
const maxAuthority = 512

// address is an address found in text: the bytes from begin to end.
type address struct {
	begin, end int
	target     string // the href of a link to it
}

// addressFinder finds the web addresses in a text.
type addressFinder struct {
	steps int // bytes looked at, for tests
	// noName is the end of the last host without a scheme that was refused. All
	// hosts that begin inside it have the same end, so they are not read again.
	noName int
}

// next finds the first web address in s that begins at or after from. ok is
// false if there is none. It takes time in proportion to the bytes that it
// passes over.
//
// Addresses begin with http://, https:// or www. in any case. They may hold
// letters of every script (IRIs, RFC 3987). An address ends:
//
//   - at white space, "<", ">", a backslash, a backquote, an invisible
//     character, a quotation mark or other punctuation that is not ASCII.
//     A few marks that occur inside words may be inside of an address;
//   - before a closing bracket if its opening bracket is outside;
//   - before full stops, commas and the like at its end, and before emoji
//     there that follow a letter or a digit;
//   - in the host: where letters of another script or symbols follow the
//     letters of the last label, because scripts without spaces go on there.
//
// It differs from markdown-it/linkify-it on purpose in two points. A host may
// hold "--", which linkify-it refuses because a dash could be meant: names of
// preview sites have it. An address with www. and without a scheme needs a
// top-level domain of letters, but not one from a list.
func (f *addressFinder) next(s string, from int) (a address, ok bool) {
	f.noName = 0
	for i := from; i < len(s); i++ {
		if c := s[i] | 0x20; c != 'h' && c != 'w' {
			continue
		}
		if a, ok := f.readAt(s, i, s[:i]); ok {
			f.steps += i - from
			return a, true
		}
	}
	f.steps += len(s) - from
	return a, false
}

// readAt reads the address that begins at i, behind the text before.
func (f *addressFinder) readAt(s string, i int, before string) (a address, ok bool) {
	scheme, begin := "http", i // of the host, user included
	switch {
	case hasPrefixFold(s[i:], "https://"):
		scheme, begin = "https", i+len("https://")
	case hasPrefixFold(s[i:], "http://"):
		begin = i + len("http://")
	case !hasPrefixFold(s[i:], "www."):
		return a, false
	}
	if begin == i && i < f.noName || !mayBeginAfter(before, begin == i) {
		return a, false
	}
	end, host, ok := f.read(s, begin, begin == i)
	if !ok {
		return a, false
	}
	target := targetOf(s, scheme, begin, end, host)
	return address{i, end, target}, target != ""
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// mayBeginAfter reports whether an address may begin where the text before ends. It
// may not follow a Latin letter, a digit or an underscore. An address without a
// scheme (bare) may not follow a sign that hosts and mail addresses contain either:
// "www.y.org" is no address in "x.www.y.org" and "me@www.y.org".
func mayBeginAfter(before string, bare bool) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	if before == "" {
		return true
	}
	if r == '_' || unicode.IsDigit(r) || unicode.In(r, unicode.Latin) {
		return false
	}
	return !bare || !strings.ContainsRune(`.-@/\:=+%&~`, r)
}

// read reads an address with a host that begins at begin. A user name may precede
// the host.
func (f *addressFinder) read(s string, begin int, bare bool) (end int, host span, ok bool) {
	if !bare {
		user, seen := skipUser(s, begin)
		begin, f.steps = user, f.steps+seen
	}
	host, seen, ok := readHost(s, begin)
	f.steps += seen
	if !ok || bare && !isPublicName(s[host.begin:host.end]) {
		if bare {
			f.noName = begin + seen
		}
		return 0, host, false
	}
	end = host.end
	if !host.cut {
		if end, ok = skipPort(s, end); !ok || end < len(s) && s[end] == '@' || strings.HasPrefix(s[end:], "://") {
			return 0, host, false // "http://a@b@c.example", "http://https://a.example"
		}
	}
	if !host.cut && end < len(s) && strings.IndexByte("/?#", s[end]) >= 0 {
		tail, seen := readTail(s, end)
		end, f.steps = tail, f.steps+seen
	}
	return end, host, true
}

// skipPort returns the place after the port at begin, or begin if there is no
// port. ok is false for an impossible port.
func skipPort(s string, begin int) (place int, ok bool) {
	if begin+1 >= len(s) || s[begin] != ':' || !isDigit(s[begin+1]) {
		return begin, true
	}
	place = begin + 1
	for place < len(s) && isDigit(s[place]) {
		place++
	}
	n, err := strconv.Atoi(s[begin+1 : place])
	return place, err == nil && n > 0 && n <= 65535
}

// skipUser returns the place behind "user:password@", or begin, and how
// many bytes it has looked at.
func skipUser(s string, begin int) (place, seen int) {
	i := begin
	for ; i < len(s) && i-begin < maxAuthority; i++ {
		switch c := s[i]; {
		case c == '@':
			return i + 1, i - begin
		case !isLetter(c) && !isDigit(c) && strings.IndexByte("-._~%!$&*+=:", c) < 0:
			return begin, i - begin
		}
	}
	return begin, i - begin
}

// span is a host's place. cut means that text follows it without a break.
type span struct {
	begin, end int
	cut        bool
}

// readHost reads a host name or an IP address. seen is how many bytes it has
// looked at.
func readHost(s string, begin int) (h span, seen int, ok bool) {
	if begin < len(s) && s[begin] == '[' {
		long := strings.IndexByte(s[begin:min(len(s), begin+48)], ']')
		if long < 0 {
			return h, 48, false
		}
		ip, err := netip.ParseAddr(s[begin+1 : begin+long])
		return span{begin, begin + long + 1, false}, long, err == nil && ip.Is6() && ip.Zone() == ""
	}
	end := begin
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !isHostRune(r) {
			break
		}
		if end += size; end-begin > maxAuthority {
			return h, end - begin, false
		}
	}
	seen = end - begin
	h = span{begin: begin, end: begin + len(strings.TrimRight(s[begin:end], "."))}
	last := h.begin + strings.LastIndexByte(s[h.begin:h.end], '.') + 1
	if n := oneScriptLength(s[last:h.end]); last+n < h.end {
		h.end, h.cut = last+n, true
	}
	return h, seen, isHost(s[h.begin:h.end])
}

func isHostRune(r rune) bool {
	return r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) ||
		unicode.Is(unicode.So, r) || isJoiner(r)
}

func isJoiner(r rune) bool { return r == '\u200C' || r == '\u200D' }

// oneScriptLength returns the length of the part of a label before its first symbol
// or letter of a script other than Latin. It returns the whole label if the
// label begins with such a character.
func oneScriptLength(label string) int {
	for i, r := range label {
		if r >= utf8.RuneSelf && (unicode.Is(unicode.So, r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Latin)) {
			if i > 0 && label[0] < utf8.RuneSelf {
				return i
			}
			break
		}
	}
	return len(label)
}

// isHost checks the labels of a host. An underscore may be in a label, but
// not in the last two.
func isHost(host string) bool {
	labels := strings.Split(host, ".")
	for i, label := range labels {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || i >= len(labels)-2 && strings.Contains(label, "_") {
			return false
		}
	}
	return true
}

// isPublicName reports whether a host without a scheme looks like one: www,
// a name, and letters at the end.
func isPublicName(host string) bool {
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || len(last) < 2 {
		return false
	}
	return strings.HasPrefix(strings.ToLower(last), "xn--") ||
		!strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// readTail reads path, query and fragment, from begin, and returns their end
// and how many bytes it has looked at.
func readTail(s string, begin int) (end, seen int) {
	var open [3]int // brackets
	quoted := false // inside of '…'
	least := begin  // up to here all bytes belong to the address
	before := rune(s[begin])
	i := begin
scan:
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if endsAddress(r) {
			break
		}
		switch r {
		case '(', '[', '{':
			open[bracketKind(r)]++
		case ')', ']', '}':
			if open[bracketKind(r)] == 0 {
				break scan
			}
			open[bracketKind(r)]--
		case '&':
			if n := entityLength(s[i:]); n > 0 && endsAddressEntity(s[i:i+n]) {
				break scan
			}
		case '\'':
			next, _ := utf8.DecodeRuneInString(s[i+1:])
			inner := i+1 < len(s) && (isWordRune(next) || next == '-' || next == '%')
			switch {
			case !isWordRune(before) && inner:
				quoted = true
			case inner:
			case quoted:
				quoted, least = false, i+1
			default:
				break scan
			}
		case '"':
			n := quotationLength(s[i:])
			if n == 0 || isWordRune(before) {
				break scan
			}
			size, least = n, i+n
		}
		before = r
		i += size
	}
	return max(least, trimTail(s, begin, i)), i - begin
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func bracketKind(bracket rune) int {
	return strings.IndexRune("([{)]}", bracket) % 3
}

// endsAddressEntity reports whether an entity is a character that ends an address.
func endsAddressEntity(entity string) bool {
	return strings.ContainsAny(html.UnescapeString(entity), "<>\"'\u00A0")
}

// quotationLength returns the length of the quotation of one short word at the
// beginning of s, 0 for none.
func quotationLength(s string) int {
	n := strings.IndexByte(s[1:min(len(s), 100)], '"')
	if n <= 0 || strings.IndexFunc(s[1:1+n], endsAddress) >= 0 {
		return 0
	}
	return n + 2
}

// innerMarks are punctuation marks that occur inside the words of their
// scripts, or inside titles from which addresses are made.
const innerMarks = "·‐‑–’\u05BE\u05F3\u05F4\u0F0B\u0F0C\u1361\u055A\u055B\u055C\u055E\u2027\u30FB\uFF65\u30A0"

// endsAddress reports whether r ends an address.
func endsAddress(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7F || strings.ContainsRune("<>\\`", r)
	}
	switch {
	case isJoiner(r) || r >= '\uFE00' && r <= '\uFE0F' || strings.ContainsRune(innerMarks, r):
		return false
	case r == '\uFF5C' || r == '\uFF5E' || r == utf8.RuneError:
		return true
	}
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsControl(r) || terms.Invisible(r)
}

// trimTail returns the end of the address without the marks that belong to the
// sentence.
func trimTail(s string, begin, end int) int {
	for end > begin {
		r, size := utf8.DecodeLastRuneInString(s[begin:end])
		if r == ';' {
			if i := strings.LastIndexByte(s[max(begin, end-maxEntity):end], '&'); i >= 0 {
				i += max(begin, end-maxEntity)
				if entityLength(s[i:end]) == end-i {
					end = i
					continue
				}
			}
		}
		if strings.ContainsRune(".,:;!?'\"*~|([{"+innerMarks, r) || isJoiner(r) {
			end -= size
			continue
		}
		word := strings.TrimRightFunc(s[begin:end], isEmoji)
		if last, _ := utf8.DecodeLastRuneInString(word); len(word) == end-begin || !isWordRune(last) {
			break
		}
		end = begin + len(word)
	}
	return end
}

// isEmoji reports whether r is an emoji or part of one, digits apart.
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r == '\uFE0F' || isJoiner(r)
}

// hostNames converts names in other scripts into their DNS form. Some domains
// have symbols, which newer rules forbid; for them the plain encoding is used.
var hostNames = idna.New(idna.MapForLookup(), idna.StrictDomainName(false), idna.Transitional(false))

// targetOf returns the href of a link to the address in s, "" for an address
// that browsers do not follow. begin is the place after the scheme.
func targetOf(s, scheme string, begin, end int, host span) string {
	name := strings.ToLower(s[host.begin:host.end])
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		ascii, err := hostNames.ToASCII(name)
		if err != nil {
			ascii, err = idna.Punycode.ToASCII(name)
		}
		if err != nil {
			return ""
		}
		name = ascii
	}
	u, err := url.Parse(scheme + "://" + s[begin:host.begin] + name + escapeTail(s[host.end:end]))
	if err != nil || u.Host == "" {
		return ""
	}
	return u.String()
}

// WebAddress returns the address to which a website is linked: http or https
// (http is added if no scheme is typed), a public host name or an IPv4 address,
// in the ASCII form of RFC 3986. It returns "" for any other text, also for an
// email address or a host of one label.
func WebAddress(typed string) string {
	// Invisible characters come along when an address is copied.
	s, scheme := strings.TrimFunc(typed, func(r rune) bool { return unicode.IsSpace(r) || terms.Invisible(r) }), "https"
	switch {
	case hasPrefixFold(s, "https://"):
		s = s[len("https://"):]
	case hasPrefixFold(s, "http://"):
		s, scheme = s[len("http://"):], "http"
	}
	host, _, ok := readHost(s, 0)
	if !ok || host.cut {
		return ""
	}
	if rest := s[host.end:]; rest == "." || strings.HasPrefix(rest, "./") {
		s = s[:host.end] + rest[1:] // the root of all names
	}
	if ip, err := netip.ParseAddr(s[:host.end]); !isPublicName(s[:host.end]) && (err != nil || !ip.Is4()) {
		return ""
	}
	end, ok := skipPort(s, host.end)
	tail := s[end:]
	if !ok || tail != "" && strings.IndexByte("/?#", tail[0]) < 0 || strings.ContainsFunc(tail, func(r rune) bool {
		return r == '"' || endsAddress(r) && !unicode.IsPunct(r) || r == '\\'
	}) {
		return ""
	}
	return targetOf(s, scheme, 0, len(s), host)
}

// escapeTail encodes characters that an href may not hold as %XX, and a "%"
// that begins no such code as %25.
func escapeTail(s string) string {
	escape := func(i int) bool {
		c := s[i]
		return c >= utf8.RuneSelf || strings.IndexByte("\"^`{|}", c) >= 0 || c == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]))
	}
	var b strings.Builder
	for i := range len(s) {
		if escape(i) {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[s[i]>>4])
			b.WriteByte("0123456789ABCDEF"[s[i]&15])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
