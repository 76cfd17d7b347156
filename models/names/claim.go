package names

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Claim is a name, prepared for comparison.
type Claim struct {
	joined        string   // all words
	namedParts    []string // the words of the parts that are more than titles
	withoutTitles []string // the words without titles and fillers
	withoutPaper  []string // withoutTitles without the words of the paper's name
	// Reserved: the name is a title, or the name of the paper.
	Reserved bool
}

// NewClaim prepares a name for comparison. paper is the name of the site.
func NewClaim(name, paper string) Claim {
	words := skeletonWords(name)
	c := Claim{joined: strings.Join(words, ""), withoutTitles: withoutTitles(words)}
	own := skeletonWords(withoutDomain(paper))
	if short := withoutTitles(own); len(short) > 0 {
		own = short
	}
	for _, w := range c.withoutTitles {
		if !slices.Contains(own, w) {
			c.withoutPaper = append(c.withoutPaper, w)
		}
	}
	for _, part := range strings.FieldsFunc(name, isSeparator) {
		if !isTitlesOnly(part) {
			c.namedParts = append(c.namedParts, skeletonWords(part)...)
		}
	}
	partOfPaper := len(c.withoutTitles) > 0 && len(c.withoutPaper) == 0
	c.Reserved = isTitle(name) || claimsPaper(name, paper, own) || partOfPaper && slices.ContainsFunc(words, speaksForPaper)
	return c
}

// claimsPaper reports whether a name is that of the paper, also as one word,
// as a domain, with its words in another order, and with titles or fillers.
// own are the words of the paper's name without those.
func claimsPaper(name, paper string, own []string) bool {
	if len(own) == 0 {
		return false
	}
	for _, spelt := range []string{name, withoutDomain(name), camelWords(name)} {
		words := skeletonWords(spelt)
		joined, rest, ours := strings.Join(words, ""), withoutTitles(words), strings.Join(own, "")
		if joined == ours || joined == Skeleton(paper) || strings.Join(rest, "") == ours || len(own) > 1 && sameWordSet(rest, own) {
			return true
		}
	}
	return false
}

// speaksForPaper reports whether a word beside a part of the paper's name
// claims to speak for the paper: a title, or a word for a group there.
func speaksForPaper(word string) bool {
	return inTitleList(allTitles().any, word) || inTitleList(allTitles().house, word)
}

// withoutDomain removes the ending of a domain from a name without spaces:
// "larkmoor.example" becomes "larkmoor".
func withoutDomain(name string) string {
	if base, ending, found := strings.Cut(name, "."); found && base != "" && domainEnding.MatchString(ending) {
		return base
	}
	return name
}

var domainEnding = regexp.MustCompile(`^[A-Za-z]{2,20}(\.[A-Za-z]{2,3})?$`)

// camelWords inserts a space where a capital letter follows a small one.
func camelWords(name string) string {
	var b strings.Builder
	var before rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// sameWordSet reports whether two names have the same words, in any order and
// number.
func sameWordSet(a, b []string) bool {
	set := func(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }
	return slices.Equal(set(a), set(b))
}

// Impersonates reports whether a reader would take the name for that of a
// member of the staff.
func (c Claim) Impersonates(staff string) bool {
	words := skeletonWords(staff)
	// "Dr. Runa Solberg" is known as Runa Solberg, but "Some editor" is not known as Some.
	if bare := withoutTitles(words); len(bare) > 1 && len(bare) < len(words) && c.matches(bare) {
		return true
	}
	return c.matches(words)
}

func (c Claim) matches(words []string) bool {
	look := strings.Join(words, "")
	if look == "" {
		return false
	}
	backwards := slices.Clone(words)
	slices.Reverse(backwards)
	if c.joined == look || c.joined == strings.Join(backwards, "") {
		return true
	}
	for _, mine := range [][]string{c.namedParts, c.withoutTitles, c.withoutPaper} {
		if strings.Join(mine, "") == look || len(mine) > 1 && sameWordSet(mine, words) {
			return true
		}
	}
	return false
}

// titles are the words of all languages together, in the form of
// [skeletonWords].
type titles struct{ strong, any, filler, house map[string]bool }

var allTitles = sync.OnceValue(func() titles {
	t := titles{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, of := range titlesIn {
		for _, word := range of.strong {
			t.strong[Skeleton(word)], t.any[Skeleton(word)] = true, true
		}
		for _, word := range of.weak {
			for _, w := range skeletonWords(word) {
				t.any[w] = true
			}
		}
		for _, word := range of.fillers {
			t.filler[Skeleton(word)] = true
		}
		for _, word := range of.house {
			t.filler[Skeleton(word)], t.house[Skeleton(word)] = true, true
		}
	}
	return t
})

// titleForms returns the forms in which the lists may hold a word: itself,
// without digits around it ("admin1"), and without the Arabic article.
func titleForms(word string) []string {
	bare := strings.TrimFunc(word, unicode.IsDigit)
	return []string{word, bare, strings.TrimPrefix(bare, "ال")}
}

func inTitleList(list map[string]bool, word string) bool {
	return slices.ContainsFunc(titleForms(word), func(w string) bool { return list[w] })
}

// isFiller reports whether a word adds no meaning to a title. A number is a
// filler.
func isFiller(word string) bool {
	return strings.TrimFunc(word, unicode.IsDigit) == "" || inTitleList(allTitles().filler, word)
}

// withoutTitles leaves out titles and fillers.
func withoutTitles(words []string) (rest []string) {
	for _, w := range words {
		if !isFiller(w) && !inTitleList(allTitles().any, w) {
			rest = append(rest, w)
		}
	}
	return rest
}

// isTitle reports whether a name claims an office. It does if one of its words
// is a strong title, if a part of it consists of titles only, or if all its
// words joined are one title.
func isTitle(name string) bool {
	for _, spelt := range []string{name, signsAsLetters.Replace(name), camelWords(name)} {
		words := skeletonWords(spelt)
		if slices.ContainsFunc(words, func(w string) bool { return inTitleList(allTitles().strong, w) || isCompound(w) }) {
			return true
		}
		if inTitleList(allTitles().any, strings.Join(words, "")) && !isFirstAndLast(spelt) {
			return true
		}
		parts := append(strings.FieldsFunc(spelt, isSeparator), spelt)
		if slices.ContainsFunc(parts, isTitlesOnly) {
			return true
		}
	}
	return false
}

// isFirstAndLast reports whether a name has the form of a first and a last
// name, such as "Ed Itor": words of several letters, each with one capital at
// its beginning, and none of them a title.
func isFirstAndLast(name string) bool {
	words := strings.Fields(name)
	return len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool {
		first, size := utf8.DecodeRuneInString(w)
		capitalised := unicode.IsUpper(first) && size < len(w) && strings.ToLower(w[size:]) == w[size:]
		return !capitalised || inTitleList(allTitles().any, Skeleton(w))
	})
}

// isCompound reports whether a word is a strong title and a filler in one,
// such as "siteadmin". Short fillers and plurals do not count.
func isCompound(word string) bool {
	for title := range allTitles().strong {
		for _, cut := range []func(s, of string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
			if rest, ok := cut(word, title); ok && len(rest) > 3 && allTitles().filler[rest] {
				return true
			}
		}
	}
	return false
}

// signsAsLetters replaces signs by the letters that they are written for.
var signsAsLetters = strings.NewReplacer("@", "a", "$", "s", "!", "i", "|", "i", "€", "e", "°", "o", "4", "a")

// isTitlesOnly reports whether a part of a name consists of titles and
// fillers, with a title among them.
func isTitlesOnly(part string) bool {
	words := skeletonWords(part)
	for i, w := range words {
		words[i] = strings.TrimSuffix(w, "'s") // "The Editor's Desk"
	}
	return len(withoutTitles(words)) == 0 && slices.ContainsFunc(words, func(w string) bool { return inTitleList(allTitles().any, w) })
}

// isSeparator reports whether a character separates the parts of a name.
// Hyphens, apostrophes and dots belong to a name, and "&" joins two.
func isSeparator(r rune) bool {
	return !strings.ContainsRune("-'’.·_&+", r) && (unicode.IsPunct(r) || unicode.IsSymbol(r))
}
