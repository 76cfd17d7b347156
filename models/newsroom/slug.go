package newsroom

import (
	"strings"
	"unicode"

	"broadsheet/models/terms"

	"golang.org/x/text/unicode/norm"
)

// MaxSlugBytes is the longest slug, as in WordPress.
const MaxSlugBytes = 200

// latinLetters are the Latin letters that have no canonical decomposition.
var latinLetters = strings.NewReplacer("ß", "ss", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "æ", "ae", "œ", "oe", "þ", "th", "ı", "i")

// Slug makes the address part of a title: lower case, words joined by single
// hyphens, accents taken off Latin letters. Letters of other scripts stay as
// they are and are percent-encoded in links only. A title without any letter
// or digit gives "".
func Slug(title string) string {
	var b strings.Builder
	hyphen, latin := false, false
	for _, r := range norm.NFD.String(latinLetters.Replace(strings.ToLower(title))) {
		switch {
		case terms.Invisible(r):
			// Soft hyphens, joiners and the like part no words.
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if hyphen && b.Len() > 0 {
				b.WriteByte('-')
			}
			hyphen = false
			latin = unicode.Is(unicode.Latin, r)
			b.WriteRune(unicode.ToLower(r))
		case unicode.IsMark(r):
			if !latin && b.Len() > 0 {
				b.WriteRune(r)
			}
		case r == '\'' || r == '’':
			// inside a word
		default:
			hyphen = true
		}
	}
	return cutSlug(norm.NFC.String(b.String()), MaxSlugBytes)
}

// cutSlug shortens at a hyphen if there is one in the second half, else
// between two characters.
func cutSlug(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !isRuneStart(s[end]) {
		end--
	}
	if i := strings.LastIndexByte(s[:end], '-'); i > end/2 {
		end = i
	}
	return strings.TrimRight(s[:end], "-")
}

func isRuneStart(b byte) bool { return b&0xC0 != 0x80 }

// maxTitleKeyBytes bounds an index entry; PostgreSQL refuses long ones.
const maxTitleKeyBytes = 400

// FoldTitle makes the form in which titles are searched by prefix: lower
// case, without accents, single spaces.
func FoldTitle(title string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(latinLetters.Replace(strings.ToLower(title))) {
		switch {
		case terms.Invisible(r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case !unicode.IsMark(r):
			b.WriteByte(' ')
		}
	}
	key := strings.Join(strings.Fields(b.String()), " ")
	if len(key) > maxTitleKeyBytes {
		end := maxTitleKeyBytes
		for !isRuneStart(key[end]) {
			end--
		}
		key = key[:end]
	}
	return key
}
