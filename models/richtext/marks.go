package richtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// These are limits of the marks on one letter. Written languages stay below
// them: Vietnamese puts 2 on a letter, Thai 3, Arabic with Quranic signs 5,
// Hebrew with vowels and cantillation 6, Tibetan stacks reach 8. Texts that
// overlap the lines around them use marks without a script of their own (U+0300
// and the like); phonetic writing needs 3 of these.
const (
	maxMarks       = 8
	maxSharedMarks = 4 // marks that every script may use
	maxSameMark    = 2
)

// markLimiter writes text with a bounded number of marks on each letter.
type markLimiter struct {
	marks, shared int
	last          rune // the last mark
	same          int
}

// limit returns s without the marks that are too many. It remembers the
// letter that s ends with, so that a text may come in pieces.
func (m *markLimiter) limit(s string) string {
	if strings.IndexFunc(s, isStacked) < 0 {
		if s != "" {
			*m = markLimiter{}
		}
		return s
	}
	return strings.Map(func(r rune) rune {
		if !isStacked(r) {
			if !isInvisibleMark(r) {
				*m = markLimiter{}
			}
			return r
		}
		if m.same++; r != m.last {
			m.last, m.same = r, 1
		}
		m.marks++
		if unicode.Is(unicode.Inherited, r) {
			m.shared++
		}
		if m.marks > maxMarks || m.shared > maxSharedMarks || m.same > maxSameMark {
			return -1
		}
		return r
	}, s)
}

// isStacked reports whether r is written above, below or around the letter
// before it.
func isStacked(r rune) bool {
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Mn, unicode.Me)
}

// isInvisibleMark reports whether r does not begin a new letter although it
// is no mark: the joiners.
func isInvisibleMark(r rune) bool { return isJoiner(r) }
