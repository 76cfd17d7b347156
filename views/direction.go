package views

import "golang.org/x/text/unicode/bidi"

// TextDir returns the direction that most letters of a text have, ltr or rtl,
// and "" for a text without letters. The classes of letters are those of the
// Unicode bidirectional algorithm (UAX #9).
func TextDir(text string) string {
	rightToLeft, leftToRight := countLetters(text)
	switch {
	case rightToLeft == 0 && leftToRight == 0:
		return ""
	case rightToLeft > leftToRight:
		return "rtl"
	default:
		return "ltr"
	}
}

func countLetters(text string) (rightToLeft, leftToRight int) {
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

// ArticleDir returns the direction of an article's headline and of all text shown
// with it. If the article has a language other than the site's, that language
// decides, unless the headline has letters of the other direction only. Otherwise
// most letters of the headline decide, and the site's language if it has no
// letters.
func ArticleDir(language, siteLanguage, headline string) string {
	if language == "" || language == siteLanguage {
		if dir := TextDir(headline); dir != "" {
			return dir
		}
		return DirOf(siteLanguage)
	}
	dir := DirOf(language)
	rightToLeft, leftToRight := countLetters(headline)
	switch {
	case dir == "rtl" && rightToLeft == 0 && leftToRight > 0:
		return "ltr"
	case dir == "ltr" && leftToRight == 0 && rightToLeft > 0:
		return "rtl"
	default:
		return dir
	}
}
