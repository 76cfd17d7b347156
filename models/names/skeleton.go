package names

import (
	"strings"

	"broadsheet/models/terms"
)

// Skeleton returns the letters and digits of a name in a form that is the same
// for all names that look alike.
func Skeleton(name string) string { return strings.Join(skeletonWords(name), "") }

// skeletonWords returns a name's words in that form. In addition to
// [terms.Skeleton], it maps Arabic letters that are written for each other to
// one letter, and w and m to the two letters that look like them. It removes
// the stretching of Arabic words, and apostrophes except in "'s" at the end.
func skeletonWords(name string) []string {
	words := terms.Words(sameLetters.Replace(terms.Skeleton(name)))
	for i, w := range words {
		if base, ok := strings.CutSuffix(w, "'s"); ok {
			words[i] = strings.ReplaceAll(base, "'", "") + "'s"
		} else {
			words[i] = strings.ReplaceAll(w, "'", "")
		}
	}
	return words
}

// sameLetters maps letters to those that are written for them. U+06CC, U+06A9,
// U+06C1 and U+06BE are on Persian and Urdu keyboards.
var sameLetters = strings.NewReplacer(
	"ة", "ه", "ى", "ي", "ـ", "", "\u06cc", "ي", "\u06a9", "ك", "\u06c1", "ه", "\u06be", "ه", "ؤ", "و", "ئ", "و",
	"w", "vv", "m", "rn", "’", "'", "`", "'", "´", "'",
)
