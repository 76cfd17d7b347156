package spam

import (
	"fmt"

	"broadsheet/models/terms"
)

// scoreDisguise finds words with disguised letters: letters of several scripts in
// one word, mathematical letters, invisible characters between letters, or
// strokes over letters. One such word may be an accident of a keyboard or of
// copying.
func scoreDisguise(_ *Model, s *Signals) (float64, string) {
	n, word := terms.Disguised(cutBytes(s.Text, maxScored))
	switch {
	case n >= 3:
		return 0.7, fmt.Sprintf("letters in disguise in %d words, such as %q", n, word)
	case n > 0:
		return 0.3, fmt.Sprintf("letters in disguise in %q", word)
	}
	return 0, ""
}
