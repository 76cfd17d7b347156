package terms

import "unicode"

// Invisible reports whether a character has no glyph of its own: a default
// ignorable code point, a format character or the empty braille pattern
// (U+2800). White space is not invisible.
//
// The set is Default_Ignorable_Code_Point of Unicode, derived as in
// DerivedCoreProperties.txt from properties that package unicode has: it
// holds the soft hyphen, zero-width characters, the fillers of Hangul,
// variation selectors and tags. Package richtext uses it for texts without
// content, package terms for comparing. ZWJ and ZWNJ are in the set although
// Persian and Indic spelling needs them: remove them for comparing only.
func Invisible(r rune) bool {
	if r < 0xAD {
		return false
	}
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) {
		return false // such as the Arabic number sign: a format character with a glyph
	}
	return r == '\u2800' || unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
