package spam

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"broadsheet/models/terms"
)

// maxScored is how many bytes of a text are looked at.
const maxScored = 4096

// features is a text taken apart.
type features struct {
	words   []uint32 // the counted features, each once: words, pairs of neighbours, marks of style
	reading reading  // the input of the linear model
}

// extractFeatures returns the features of a text.
func extractFeatures(text string) features {
	text = cutBytes(text, maxScored)
	return features{wordFeatures(text), newReading(text)}
}

// wordFeatures returns the features that a site counts. Sites store their hashes, so
// the meaning of a feature must not change.
func wordFeatures(text string) []uint32 {
	tokens := tokenize(terms.Fold(text))
	list := styleFeatures(text)
	shaped := make([]string, len(tokens))
	for i, token := range tokens {
		shaped[i] = maskNumbers(token)
		list = append(list, hash("w", shaped[i]))
		if shaped[i] != token {
			list = append(list, hash("w", token))
		}
		if i > 0 {
			list = append(list, hash("b", shaped[i-1], shaped[i]))
		}
	}
	return sortUnique(list)
}

func sortUnique(list []uint32) []uint32 {
	slices.Sort(list)
	return slices.Compact(list)
}

func cutBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// tokenize returns the words, and the signs that are frequent in spam or express
// feelings.
func tokenize(s string) []string {
	var tokens []string
	start := -1
	for i, r := range s {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '\''
		if word {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			tokens = append(tokens, s[start:i])
			start = -1
		}
		if strings.ContainsRune("$£€₹@#!?%", r) || unicode.Is(unicode.So, r) {
			tokens = append(tokens, string(r))
		}
	}
	if start >= 0 {
		tokens = append(tokens, s[start:])
	}
	return tokens
}

// maskNumbers makes numbers of the same length alike.
func maskNumbers(token string) string {
	digits, others := 0, 0
	for _, r := range token {
		if unicode.IsDigit(r) {
			digits++
		} else {
			others++
		}
	}
	switch {
	case digits == 0:
		return token
	case others == 0:
		return fmt.Sprintf("0n%d", min(digits, 12))
	default:
		return fmt.Sprintf("0x%d.%d", min(digits, 4), min(others, 4))
	}
}

// addressEnds are the last parts of hosts that are taken for one without
// anything else.
var addressEnds = strings.Fields("com net org info shop site online ru cn io me xyz top club biz co tv ly be gl")

// address matches a link, with or without a scheme.
var address = regexp.MustCompile(`(?i)https?://|www\.|\b[\p{L}\d-]{2,}\s?\.\s?(` + strings.Join(addressEnds, "|") + `)\b`)

// hasAddress reports whether the text has a link. mayHaveAddress rules out most
// texts quickly; the pattern takes as long as all other parts of reading a text.
func hasAddress(text string) bool { return mayHaveAddress(text) && address.MatchString(text) }

// mayHaveAddress is true for every text that the pattern finds something in,
// and for few others.
func mayHaveAddress(text string) bool {
	// ſ and the sign for kelvin are s and k in either case.
	if strings.Contains(text, "://") || strings.ContainsAny(text, "\u017f\u212a") {
		return true
	}
	for rest := text; ; {
		i := strings.IndexByte(rest, '.')
		if i < 0 {
			return false
		}
		before := rest[:i]
		rest = rest[i+1:]
		if len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www") {
			return true
		}
		after := rest
		if after != "" && strings.ContainsRune("\t\n\f\r ", rune(after[0])) {
			after = after[1:]
		}
		end := strings.IndexFunc(after, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
		if end < 0 {
			end = len(after)
		}
		if end >= 2 && end <= 6 && slices.Contains(addressEnds, strings.ToLower(after[:end])) {
			return true
		}
	}
}

// styleFeatures returns features of how a text is written.
func styleFeatures(text string) []uint32 {
	var upper, lower, digits, fancy, runes int
	for _, r := range text {
		runes++
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case unicode.IsDigit(r):
			digits++
		}
		if r >= 0x1D400 && r <= 0x1D7FF || r >= 0xFF21 && r <= 0xFF5A || r >= 0x24B6 && r <= 0x24E9 {
			fancy++ // letters for formulas and in circles
		}
	}
	list := []uint32{
		hash("s", fmt.Sprint("length", bits.Len(uint(runes)))),
		hash("s", fmt.Sprint("upper", 4*upper/(upper+lower+1))),
		hash("s", fmt.Sprint("digits", min(digits, 12)/2)),
	}
	for name, is := range map[string]bool{
		"address": hasAddress(text), "money": strings.ContainsAny(text, "$£€"),
		"at": strings.Contains(text, "@"), "fancy": fancy > 2,
	} {
		if is {
			list = append(list, hash("s", name))
		}
	}
	return list
}

// hash names a feature by 32 bits (FNV-1a), so that a model holds nobody's
// words.
func hash(kind string, parts ...string) uint32 {
	h := hashBytes([]byte(kind))
	for _, p := range parts {
		h = extendHash(extendHash(h, " "), p)
	}
	return h
}

func hashBytes(data []byte) uint32 {
	h := uint32(2166136261)
	for _, b := range data {
		h = (h ^ uint32(b)) * 16777619
	}
	return h
}

func extendHash(h uint32, s string) uint32 {
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
