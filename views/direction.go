package views

import "broadsheet/views/direction"

// ArticleDir returns the direction of an article's headline and of all text shown
// with it. If the article has a language other than the site's, that language
// decides, unless the headline has letters of the other direction only. Otherwise
// most letters of the headline decide, and the site's language if it has no
// letters.
func ArticleDir(language, siteLanguage, headline string) string {
	if language == "" || language == siteLanguage {
		if dir := direction.OfText(headline); dir != "" {
			return dir
		}
		return DirOf(siteLanguage)
	}
	dir := DirOf(language)
	rightToLeft, leftToRight := direction.Letters(headline)
	switch {
	case dir == "rtl" && rightToLeft == 0 && leftToRight > 0:
		return "ltr"
	case dir == "ltr" && leftToRight == 0 && rightToLeft > 0:
		return "rtl"
	default:
		return dir
	}
}
