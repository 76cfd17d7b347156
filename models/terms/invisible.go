package terms

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
func Invisible(r rune) bool { return r >= 0xAD && isUnseen.contains(r) }
