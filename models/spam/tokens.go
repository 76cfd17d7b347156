package spam

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"broadsheet/models/terms"
)

// Tokens for classes of things. The individual address, name, sum or number says
// little, and is new in every text.
const (
	tokenURL   = "\x01url"
	tokenName  = "\x01name"
	tokenTag   = "\x01tag"
	tokenMoney = "\x01money"
	tokenPhone = "\x01phone"
)

// tokens is a text as the linear model reads it.
type tokens struct {
	list  []string // words, signs and classes in order
	parts []string // parts of names, tags and addresses
}

// currencies make a number before them a sum of money.
var currencies = strings.Fields("dollars pounds euros euro usd gbp eur usdt btc eth rs inr k")

// scanTokens splits a text into tokens. It reads look-alike letters as the letters that
// they imitate, see [terms.Skeleton].
func scanTokens(text string) tokens {
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	s := scanner{rest: terms.Skeleton(stripTags(text))}
	for s.rest != "" {
		s.takeNext()
	}
	return s.tokens
}

// tag matches markup; the address of a link stays in the text.
var tag = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)

// linked finds the address in a tag.
var linked = regexp.MustCompile(`(?i)\bhref\s*=\s*["']?([^"'\s>]+)`)

// stripTags replaces each tag by the address in it, if any, so that a link gives the
// same tokens however it is written.
func stripTags(text string) string {
	if !strings.Contains(text, "<") {
		return text
	}
	return tag.ReplaceAllStringFunc(text, func(tag string) string {
		if found := linked.FindStringSubmatch(tag); found != nil {
			return " " + found[1] + " "
		}
		return " "
	})
}

type scanner struct {
	tokens
	rest string
}

func (s *scanner) takeNext() {
	r, size := utf8.DecodeRuneInString(s.rest)
	switch {
	case unicode.IsSpace(r) || r == ',' || r == '_':
		s.rest = s.rest[size:]
	case strings.HasPrefix(s.rest, "http://") || strings.HasPrefix(s.rest, "https://") || strings.HasPrefix(s.rest, "www."):
		s.takeAddress("")
	case r == '.':
		s.takeDot()
	case (r == '@' || r == '#') && s.takeName(r):
	case unicode.Is(unicode.Sc, r) || r == '💲':
		s.rest = s.rest[size:]
		s.takeMoney()
	case unicode.IsDigit(r) || r == '+':
		s.takeNumber(size)
	case isWordRune(r):
		s.takeWord()
	default:
		s.rest = s.rest[size:]
		if sign := string(r); len(s.list) == 0 || s.list[len(s.list)-1] != sign {
			s.list = append(s.list, sign)
		}
	}
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// prefixLength returns the length of the prefix whose runes belong together.
func prefixLength(s string, belongs func(rune) bool) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return !belongs(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// takeWord takes a word, with apostrophes inside it.
func (s *scanner) takeWord() {
	i := prefixLength(s.rest, isWordRune)
	for i < len(s.rest) && s.rest[i] == '\'' {
		more := prefixLength(s.rest[i+1:], isWordRune)
		if more == 0 {
			break
		}
		i += 1 + more
	}
	word := s.rest[:i]
	s.rest = s.rest[i:]
	if n := len(s.list); n > 0 && strings.HasPrefix(s.list[n-1], "0n") && slices.Contains(currencies, word) {
		s.list[n-1] = tokenMoney
		return
	}
	s.list = append(s.list, maskNumbers(squeezeRepeats(word)))
}

// squeezeRepeats shortens a run of three or more equal letters to two.
func squeezeRepeats(word string) string {
	var b []rune
	for _, r := range word {
		if n := len(b); n < 2 || b[n-1] != r || b[n-2] != r {
			b = append(b, r)
		}
	}
	return string(b)
}

// takeDot takes a dot. Between a word and the end of a host it makes an address of both.
func (s *scanner) takeDot() {
	after := s.rest[1:]
	i := prefixLength(after, isWordRune)
	n := len(s.list)
	if n > 0 && i >= 2 && len(s.list[n-1]) > 1 && slices.Contains(addressEnds, after[:i]) {
		host := s.list[n-1]
		s.list = s.list[:n-1]
		s.takeAddress(host)
		return
	}
	s.rest = after
}

func (s *scanner) takeAddress(host string) {
	i := prefixLength(s.rest, func(r rune) bool { return !unicode.IsSpace(r) })
	parts := strings.FieldsFunc(host+s.rest[:i], func(r rune) bool { return !isWordRune(r) })
	for _, part := range parts[:min(len(parts), 6)] {
		s.parts = append(s.parts, "/"+maskNumbers(part))
	}
	s.list = append(s.list, tokenURL)
	s.rest = s.rest[i:]
}

// takeName takes @name or #tag and adds its parts, which are often words.
func (s *scanner) takeName(sign rune) bool {
	body := strings.TrimLeft(s.rest, "@#")
	if sign == '@' {
		body = strings.TrimPrefix(body, " ")
	}
	i := prefixLength(body, func(r rune) bool { return isWordRune(r) || r == '_' || r == '.' })
	if i == 0 {
		return false
	}
	for _, part := range strings.FieldsFunc(body[:i], func(r rune) bool { return !unicode.IsLetter(r) }) {
		s.parts = append(s.parts, string(sign)+part)
	}
	token := tokenName
	if sign == '#' {
		token = tokenTag
	}
	s.list = append(s.list, token)
	s.rest = body[i:]
	return true
}

// takeMoney takes the number after a sign of a currency, if there is one. The sign
// alone counts as money too.
func (s *scanner) takeMoney() {
	i := prefixLength(s.rest, func(r rune) bool { return unicode.IsDigit(r) || r == ' ' || r == '.' || r == ',' })
	if strings.ContainsAny(s.rest[:i], "0123456789") {
		s.rest = strings.TrimPrefix(s.rest[i:], "k")
	}
	s.list = append(s.list, tokenMoney)
}

// leastPhone is how many digits make a number one to call.
const leastPhone = 9

// takeNumber takes a telephone number or another number.
func (s *scanner) takeNumber(size int) {
	i := size + prefixLength(s.rest[size:], func(r rune) bool { return unicode.IsDigit(r) || r == ' ' || r == '-' || r == '(' || r == ')' })
	digits := 0
	for _, r := range s.rest[:i] {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits >= leastPhone {
		s.list = append(s.list, tokenPhone)
		s.rest = s.rest[i:]
		return
	}
	if s.rest[0] == '+' {
		s.rest = s.rest[1:]
		s.list = append(s.list, "+")
		return
	}
	s.takeWord()
}

// phraseFeatures returns words alone, with their neighbours, and with the next but
// one.
func (t tokens) phraseFeatures() []uint32 {
	var list []uint32
	at := func(i int) string {
		switch {
		case i < 0:
			return "^"
		case i >= len(t.list):
			return "$"
		}
		return t.list[i]
	}
	for i := range len(t.list) + 1 {
		list = append(list, hash("2", at(i-1), at(i)))
		if i < len(t.list) {
			list = append(list, hash("1", at(i)))
		}
		if i+2 < len(t.list) {
			list = append(list, hash("3", at(i), at(i+1), at(i+2)), hash("1 1", at(i), at(i+2)))
		}
	}
	for _, part := range t.parts {
		list = append(list, hash("n", part))
	}
	return distinct(list)
}

// Sizes of groups of letters.
const (
	leastGroup = 2
	mostGroup  = 5
)

// letterFeatures returns the groups of leastGroup to mostGroup neighbouring letters.
func (t tokens) letterFeatures() []uint32 {
	text := " " + strings.Join(t.list, " ") + " " + strings.Join(t.parts, " ") + " "
	var list []uint32
	for i := range text {
		h := hashBytes([]byte("l"))
		j := i
		for n := 1; n <= mostGroup && j < len(text); n++ {
			_, size := utf8.DecodeRuneInString(text[j:])
			h = extendHash(h, text[j:j+size])
			j += size
			if n >= leastGroup {
				list = append(list, h)
			}
		}
	}
	return distinct(list)
}

// distinct removes duplicates and keeps the order. It is several times as fast as
// sorting, which takes most of the time for the longest comments.
func distinct(list []uint32) []uint32 {
	bits := 1
	for 1<<bits < 2*len(list) {
		bits++
	}
	table := make([]uint32, 1<<bits)
	kept := list[:0]
	for _, feature := range list {
		feature = max(feature, 1) // 0 is an empty place
		i := mixBits(feature) >> (32 - bits)
		for table[i] != 0 && table[i] != feature {
			i = (i + 1) & (1<<bits - 1)
		}
		if table[i] == 0 {
			table[i] = feature
			kept = append(kept, feature)
		}
	}
	return kept
}

// digitCount returns how many digits a token of digits has, 0 for others.
func digitCount(token string) int {
	digits, ok := strings.CutPrefix(token, "0n")
	if !ok {
		return 0
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}
