package taxonomy

import (
	"strconv"
	"strings"
	"unicode"

	"broadsheet/models/terms"

	"golang.org/x/text/unicode/norm"
)

// MaxSlugBytes is the longest slug, as in WordPress.
const MaxSlugBytes = 200

// latinLetters are the Latin letters that have no canonical decomposition.
var latinLetters = strings.NewReplacer(
	"ß", "ss", "ø", "o", "đ", "d", "ð", "d", "ł", "l", "æ", "ae", "œ", "oe", "þ", "th", "ı", "i",
)

// Slug returns the slug of a title: lower case, words joined by single hyphens,
// Latin letters without accents. Letters of other scripts are kept; links
// percent-encode them. It returns "" for a title without letters and digits.
func Slug(title string) string {
	var b strings.Builder
	hyphen, latin := false, false
	for _, r := range norm.NFD.String(latinLetters.Replace(strings.ToLower(title))) {
		switch {
		case terms.Invisible(r):
			// Soft hyphens, joiners and the like do not separate words.
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
			// An apostrophe is part of a word.
		default:
			hyphen = true
		}
	}
	return cutSlug(norm.NFC.String(b.String()), MaxSlugBytes)
}

// TermSlug returns the slug of a term's name. A name without letters and digits
// gets the code points of its symbols, such as u1f600 for an emoji. It returns ""
// for a name that has no symbols either.
func TermSlug(name string) string {
	if slug := Slug(name); slug != "" {
		return slug
	}
	var parts []string
	for _, r := range norm.NFC.String(name) {
		if unicode.IsSymbol(r) && !unicode.Is(unicode.Sk, r) {
			parts = append(parts, "u"+strconv.FormatInt(int64(r), 16))
		}
	}
	return cutSlug(strings.Join(parts, "-"), MaxSlugBytes)
}

// FreeSlug returns base, or base-2, base-3 and so on: the first slug for which
// taken returns false.
func FreeSlug(base string, taken func(string) (bool, error)) (string, error) {
	slug := base
	for n := 2; ; n++ {
		used, err := taken(slug)
		if err != nil || !used {
			return slug, err
		}
		suffix := "-" + strconv.Itoa(n)
		slug = cutSlug(base, MaxSlugBytes-len(suffix)) + suffix
	}
}

// binned begins the end of the slug of an article in the trash. WordPress writes the same.
const binned = "__trashed-"

// BinnedSlug returns the slug of an article with a number while it is in the trash, where
// it must not keep its slug from a new article.
func BinnedSlug(slug string, id int64) string {
	suffix := binned + strconv.FormatInt(id, 10)
	return cutSlug(slug, MaxSlugBytes-len(suffix)) + suffix
}

// UnbinnedSlug returns the slug that [BinnedSlug] was made of, or the slug itself.
func UnbinnedSlug(slug string) string {
	if i := strings.LastIndex(slug, binned); i > 0 {
		return slug[:i]
	}
	return slug
}

// IsNumbered reports whether a slug is base with a number, as FreeSlug makes it.
func IsNumbered(slug, base string) bool {
	suffix, ok := strings.CutPrefix(slug, base+"-")
	return ok && suffix != "" && strings.Trim(suffix, "0123456789") == ""
}

// cutSlug shortens a slug to at most most bytes: at a hyphen if there is one in
// the second half, otherwise between two characters.
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

// maxTitleKeyBytes limits an index entry: PostgreSQL refuses long ones.
const maxTitleKeyBytes = 400

// FoldTitle returns the form in which titles are searched by prefix: lower case,
// without accents, with single spaces.
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
