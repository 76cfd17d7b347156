package people

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// NameFault is the reason why a person may not use a name.
type NameFault string

// The faults. They are codes of interface messages, too.
const (
	NameTaken    NameFault = "taken"    // it looks like the name of a member of the staff
	NameReserved NameFault = "reserved" // it is a title, or the paper's own name
)

// CheckGuestName checks a name for a person outside the staff: a guest or, with self
// other than 0, a reader with that account. It returns "" for a free name. Not
// free are
//
//   - names of members of the staff, past and present, and names that look the
//     same, also with a title, in another order, or with the paper's name;
//   - titles such as "Moderator" and "Site Admin", in every interface language;
//   - the name of the paper.
//
// Words are compared whole, so "Adminah" is free. Case, spacing, punctuation,
// accents and look-alike letters make no difference, see [terms.Skeleton].
func CheckGuestName(ctx context.Context, r models.Queryer, paper, name string, self int64) (NameFault, error) {
	c := newNameClaim(name, paper)
	staff, err := staffNames(ctx, r, self)
	if err != nil {
		return "", err
	}
	for _, of := range staff {
		if c.impersonates(of) {
			return NameTaken, nil
		}
	}
	if c.reserved {
		return NameReserved, nil
	}
	return "", nil
}

// checkAccountName refuses a name for an account. An account that does not work here
// may use the names that guests may use. A member of the staff may not use the
// name of another one: the log would not tell them apart. It refuses with
//
//	Conflict name-taken     the name is a colleague's, or looks like it
//	Invalid  name-reserved  the name is a title, the paper's, or one that the log uses
func checkAccountName(ctx context.Context, tx *models.Tx, name string, role Role, self int64) error {
	taken := models.Refuse(models.Conflict, "name-taken", "this is the name of another member of the staff, past or present, or looks like it: add an initial or a second name")
	reserved := models.Refuse(models.Invalid, "name-reserved", "this name is reserved: it is a title, the paper's own name, or a name that the log uses")
	look := skeleton(name)
	for _, actor := range models.SystemActors() {
		if look == skeleton(actor.Name) {
			return reserved
		}
	}
	settings, err := models.LoadSettings(ctx, tx)
	if err != nil {
		return err
	}
	if role == Subscriber {
		fault, err := CheckGuestName(ctx, tx, settings.Name, name, self)
		switch fault {
		case NameTaken:
			return taken
		case NameReserved:
			return reserved
		}
		return err
	}
	staff, err := staffNames(ctx, tx, self)
	if err != nil {
		return err
	}
	claim := newNameClaim(name, settings.Name)
	for _, of := range staff {
		if claim.impersonates(of) {
			return taken
		}
	}
	return nil
}

// staffNames returns the names, present and earlier ones, of all accounts that
// are or were staff, except the account self.
func staffNames(ctx context.Context, r models.Queryer, self int64) (names []string, err error) {
	const staff = `(u.role <> 'subscriber' OR EXISTS (SELECT 1 FROM audit w
		WHERE w.subject = 'account' AND w.subject_id = u.id AND w.verb IN ('added', 'role') AND w.after <> 'subscriber'))`
	rows, err := models.QueryRows(ctx, r, "SELECT u.name FROM users u WHERE u.id <> ? AND "+staff+
		" UNION SELECT l.subject_name FROM audit l JOIN users u ON u.id = l.subject_id WHERE l.subject = 'account' AND l.verb = 'renamed' AND u.id <> ? AND "+staff, self, self)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// skeleton returns the letters and digits of a name in one form for all names that
// look the same.
func skeleton(name string) string { return strings.Join(skeletonWords(name), "") }

// skeletonWords returns a name's words in that form. In addition to the folding by
// [terms.Skeleton], it maps Arabic letters that are written for each other to
// one letter, and w and m to the two letters that look like them. It removes the
// stretching of words, and apostrophes except in "'s" at the end.
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

// The letters U+06CC, U+06A9, U+06C1 and U+06BE are on Persian and Urdu
// keyboards.
var sameLetters = strings.NewReplacer("ة", "ه", "ى", "ي", "ـ", "", "\u06cc", "ي", "\u06a9", "ك", "\u06c1", "ه", "\u06be", "ه", "ؤ", "و", "ئ", "و", "w", "vv", "m", "rn", "’", "'", "`", "'", "´", "'")

// nameClaim is a name as it is compared.
type nameClaim struct {
	joined        string   // all words
	namedParts    []string // the words without the parts that are titles alone
	withoutTitles []string // the words without titles and fillers
	withoutPaper  []string // rest without the words of the paper's name
	reserved      bool
}

// newNameClaim reads a name. paper is the name of the site.
func newNameClaim(name, paper string) nameClaim {
	words := skeletonWords(name)
	c := nameClaim{joined: strings.Join(words, ""), withoutTitles: withoutTitles(words)}
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
	c.reserved = isTitle(name) || claimsPaper(name, paper, own) || len(c.withoutTitles) > 0 && len(c.withoutPaper) == 0 && slices.ContainsFunc(words, speaksForPaper)
	return c
}

// claimsPaper reports whether a name is that of the paper, also as one word, as
// a domain, with its words in another order, and with titles or fillers. own
// are the words of the paper's name without those.
func claimsPaper(name, paper string, own []string) bool {
	if len(own) == 0 {
		return false
	}
	for _, spelt := range []string{name, withoutDomain(name), camelWords(name)} {
		words := skeletonWords(spelt)
		look, rest := strings.Join(words, ""), withoutTitles(words)
		if look == strings.Join(own, "") || look == skeleton(paper) || strings.Join(rest, "") == strings.Join(own, "") || len(own) > 1 && sameWordSet(rest, own) {
			return true
		}
	}
	return false
}

// speaksForPaper reports whether a word beside a part of the paper's name makes
// it a claim to speak for the paper: a title, or a word for a group there.
func speaksForPaper(word string) bool {
	return inTitleList(allTitles().any, word) || inTitleList(allTitles().house, word)
}

// withoutDomain cuts the ending of a domain from a name without spaces:
// "larkmoor.example" is "larkmoor".
func withoutDomain(name string) string {
	if base, ending, found := strings.Cut(name, "."); found && base != "" && domainEnding.MatchString(ending) {
		return base
	}
	return name
}

var domainEnding = regexp.MustCompile(`^[A-Za-z]{2,20}(\.[A-Za-z]{2,3})?$`)

// camelWords puts a space where a capital letter follows a small one.
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
// however often.
func sameWordSet(a, b []string) bool {
	set := func(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }
	return slices.Equal(set(a), set(b))
}

// impersonates reports whether a reader would take the name for that of a member of the
// staff.
func (c nameClaim) impersonates(staff string) bool {
	words := skeletonWords(staff)
	// "Dr. Runa Solberg" is known as Runa Solberg, but "Some editor" not as Some.
	if bare := withoutTitles(words); len(bare) > 1 && len(bare) < len(words) && c.matches(bare) {
		return true
	}
	return c.matches(words)
}

func (c nameClaim) matches(words []string) bool {
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

// titles are the words of all languages together.
type titles struct{ strong, any, filler, house map[string]bool }

var allTitles = sync.OnceValue(func() titles {
	t := titles{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, of := range titlesIn {
		for _, word := range of.strong {
			t.strong[skeleton(word)], t.any[skeleton(word)] = true, true
		}
		for _, word := range of.weak {
			for _, w := range skeletonWords(word) {
				t.any[w] = true
			}
		}
		for _, word := range of.fillers {
			t.filler[skeleton(word)] = true
		}
		for _, word := range of.house {
			t.filler[skeleton(word)], t.house[skeleton(word)] = true, true
		}
	}
	return t
})

// titleForms returns a word as it may stand in the lists: itself, without digits
// around it ("admin1"), and without the Arabic article.
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
// is a strong title, if a part of it consists of titles alone, or if all its
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

// isFirstAndLast reports whether a name has the form of a first and a last name,
// such as "Ed Itor": words of several letters, each with one capital at its
// beginning, and none of them a title.
func isFirstAndLast(name string) bool {
	words := strings.Fields(name)
	return len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool {
		first, size := utf8.DecodeRuneInString(w)
		return !unicode.IsUpper(first) || size == len(w) || strings.ToLower(w[size:]) != w[size:] || inTitleList(allTitles().any, skeleton(w))
	})
}

// isCompound reports whether a word is a strong title and a filler in one, such
// as "siteadmin". Short fillers do not count, and neither do plurals.
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

// signsAsLetters reads signs as the letters that they are written for.
var signsAsLetters = strings.NewReplacer("@", "a", "$", "s", "!", "i", "|", "i", "€", "e", "°", "o", "4", "a")

// isTitlesOnly reports whether a part of a name is made of titles and fillers,
// with a title among them.
func isTitlesOnly(part string) bool {
	words := skeletonWords(part)
	for i, w := range words {
		words[i] = strings.TrimSuffix(w, "'s") // "The Editor's Desk"
	}
	return len(withoutTitles(words)) == 0 && slices.ContainsFunc(words, func(w string) bool { return inTitleList(allTitles().any, w) })
}

// isSeparator reports whether a character sets a part of a name apart. Hyphens,
// apostrophes and dots are parts of names, and "&" joins two.
func isSeparator(r rune) bool {
	return !strings.ContainsRune("-'’.·_&+", r) && (unicode.IsPunct(r) || unicode.IsSymbol(r))
}
