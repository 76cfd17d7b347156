package direction

import "golang.org/x/text/unicode/bidi"

// OfText returns the direction that most letters of a text have, ltr or rtl,
// and "" for a text without letters. The classes of letters are those of the
// Unicode bidirectional algorithm (UAX #9).
func OfText(text string) string {
	rightToLeft, leftToRight := Letters(text)
	switch {
	case rightToLeft == 0 && leftToRight == 0:
		return ""
	case rightToLeft > leftToRight:
		return "rtl"
	default:
		return "ltr"
	}
}

func Letters(text string) (rightToLeft, leftToRight int) {
	for _, r := range text {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.R, bidi.AL:
			rightToLeft++
		case bidi.L:
			leftToRight++
		}
	}
	return rightToLeft, leftToRight
}
