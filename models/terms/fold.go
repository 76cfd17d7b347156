package terms

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold returns s in one form for comparing: compatibility forms such as
// full-width and mathematical letters become plain ones (Unicode NFKC),
// upper case becomes lower case, and [Invisible] characters go.
func Fold(s string) string {
	if isPlain(s) {
		return strings.ToLower(s)
	}
	// First without invisible characters: one between a letter and its accent
	// keeps NFKC from joining them. Some compatibility forms are invisible
	// only after NFKC.
	s = norm.NFKC.String(dropInvisible(strings.ToValidUTF8(s, "\uFFFD")))
	return strings.Map(func(r rune) rune {
		switch {
		case Invisible(r):
			return -1
		case r == 'İ' || r == 'ı':
			return 'i' // else it lower-cases to an i with a dot of its own
		case r == '’' || r == 'ʼ':
			return '\''
		case r >= 0x1F150 && r <= 0x1F169:
			return 'a' + r - 0x1F150 // white on a black circle: NFKC knows no letter for it
		case r >= 0x1F170 && r <= 0x1F189:
			return 'a' + r - 0x1F170 // white on a black square
		}
		return unicode.ToLower(r)
	}, s)
}

func dropInvisible(s string) string {
	if strings.IndexFunc(s, Invisible) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Invisible(r) {
			return -1
		}
		return r
	}, s)
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Skeleton returns a form that is the same for texts that look the same to a
// hurried eye: folded, without accents on letters of the scripts that write
// vowels with letters, and with look-alikes of Latin letters in other
// scripts, or digits in the middle of a word, as those letters. The method is
// that of Unicode Technical Standard 39; the table is a selection for the
// scripts in which newspapers are impersonated and spam is hidden.
func Skeleton(s string) string {
	s = Fold(s)
	if isPlain(s) {
		return replaceDigits(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	accented := false // whether marks on the letter before are accents
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Me, r) {
			continue // a circle or a stroke around a letter
		}
		if unicode.Is(unicode.Mn, r) {
			if !accented {
				b.WriteRune(r)
			}
			continue
		}
		accented = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
		if to, ok := lookAlikes[r]; ok {
			b.WriteString(to)
			continue
		}
		b.WriteRune(r)
	}
	return replaceDigits(b.String())
}

// lookAlikes maps lower-case letters to the Latin letters they are taken
// for.
var lookAlikes = func() map[rune]string {
	table := map[rune]string{
		'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ł': "l", 'þ': "p", 'ð': "d", 'ŋ': "n", 'ħ': "h",
	}
	for latin, others := range map[string]string{
		"a": "аɑαᴀ", "b": "ЬЬвʙƅɓ", "c": "сϲᴄƈɕ", "d": "ԁɗɖᴅ", "e": "еҽєεɛᴇ", "f": "ƒғꜰ",
		"g": "ɡցɢɠ",
		"h": "һнհʜɦ",
		"i": "іιɩɪɨ", "j": "јʝϳᴊ", "k": "кκᴋƙ", "l": "ӏʟɭɫǀ", "m": "мᴍɱ", "n": "пոηɴɲ",
		"o": "оοօσᴏɵ",
		"p": "рρᴘƿ", "q": "ԛգ",
		"r": "гʀɾɼ", "s": "ѕʂꜱ", "t": "тτᴛƭ", "u": "υսᴜʋ", "v": "ѵνᴠ", "w": "ԝωᴡɯ", "x": "хχ",
		"y": "уүγʏƴ", "z": "ᴢʐƶ",
	} {
		for _, r := range others {
			table[unicode.ToLower(r)] = latin
		}
	}
	return table
}()

// replaceDigits replaces each digit between letters by the letter that it looks like, as in
// "v1agra". It leaves numbers as they are.
func replaceDigits(s string) string {
	if !strings.ContainsAny(s, "013457") {
		return s
	}
	runes := []rune(s)
	changed := false
	for i := 1; i < len(runes)-1; i++ {
		if letter := digitLetter(runes[i]); letter != 0 && isLetter(runes[i-1]) && isLetter(runes[i+1]) {
			runes[i], changed = letter, true
		}
	}
	if !changed {
		return s
	}
	return string(runes)
}

// digitLetter returns the letter that a digit is written for, 0 for none.
func digitLetter(r rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1':
		return 'i'
	case '3':
		return 'e'
	case '4':
		return 'a'
	case '5':
		return 's'
	case '7':
		return 't'
	default:
		return 0
	}
}

func isLetter(r rune) bool { return r != star && unicode.IsLetter(r) || unicode.Is(unicode.M, r) }
