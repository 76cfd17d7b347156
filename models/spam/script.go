package spam

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// scripts are the ones told apart, by their ISO 15924 codes. Japanese and
// Korean write with several, which count as one.
var scripts = []struct {
	code  string
	table []*unicode.RangeTable
}{
	{"Latn", []*unicode.RangeTable{unicode.Latin}},
	{"Cyrl", []*unicode.RangeTable{unicode.Cyrillic}},
	{"Grek", []*unicode.RangeTable{unicode.Greek}},
	{"Arab", []*unicode.RangeTable{unicode.Arabic}},
	{"Hebr", []*unicode.RangeTable{unicode.Hebrew}},
	{"Deva", []*unicode.RangeTable{unicode.Devanagari}},
	{"Beng", []*unicode.RangeTable{unicode.Bengali}},
	{"Sinh", []*unicode.RangeTable{unicode.Sinhala}},
	{"Taml", []*unicode.RangeTable{unicode.Tamil}},
	{"Thai", []*unicode.RangeTable{unicode.Thai}},
	{"Hang", []*unicode.RangeTable{unicode.Hangul}},
	{"Hani", []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}},
}

// Sizes of scriptOf.
const (
	leastLetters = 20   // with fewer the script is unknown
	mostly       = 0.8  // of the letters make a text's script
	scriptRunes  = 2000 // looked at
)

// scriptOf returns the script that most of a text is written in; ok is false
// where there are too few letters or several scripts.
func scriptOf(text string) (code string, ok bool) {
	counts := make([]int, len(scripts))
	letters, seen := 0, 0
	for _, r := range text {
		if seen++; seen > scriptRunes {
			break
		}
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for i := range scripts {
			if unicode.In(r, scripts[i].table...) {
				counts[i]++
				break
			}
		}
	}
	for i, n := range counts {
		if letters >= leastLetters && float64(n) >= mostly*float64(letters) {
			return scripts[i].code, true
		}
	}
	return "", false
}

// isNonLatin reports whether most letters of a text are of another script than
// Latin. The model is trained on English and says little about such a text.
// isNonLatin skips words that look like an address.
func isNonLatin(text string) bool {
	latin, other := 0, 0
	for field := range strings.FieldsSeq(cutBytes(text, maxScored)) {
		if strings.ContainsAny(strings.TrimRight(field, ".,;:!?…)"), "./@") {
			continue
		}
		for _, r := range field {
			switch {
			case !unicode.IsLetter(r):
			case unicode.Is(unicode.Latin, r):
				latin++
			default:
				other++
			}
		}
	}
	return other > latin
}

// scriptOfLanguage returns the script a language is written in, "" where it
// is not known.
func scriptOfLanguage(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil || lang == "" {
		return ""
	}
	script, confidence := tag.Script()
	if confidence == language.No {
		return ""
	}
	switch code := script.String(); code {
	case "Kore":
		return "Hang"
	case "Jpan", "Hans", "Hant":
		return "Hani"
	default:
		return code
	}
}
