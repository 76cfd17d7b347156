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

// GuestName checks a name for a person outside the staff: a guest or, with self
// other than 0, a reader with that account. It returns "" for a free name. Not
// free are
// for a free name. Not free are
//
//   - names of members of the staff, past and present, and names that look the
//     same, also with a title, in another order, or with the paper's name;
//   - titles such as "Moderator" and "Site Admin", in every interface language;
//   - the name of the paper.
//
// Words are compared whole, so "Adminah" is free. Case, spacing, punctuation,
// accents and look-alike letters make no difference, see [terms.Skeleton].
func GuestName(ctx context.Context, r models.Queryer, paper, name string, self int64) (NameFault, error) {
	c := claimOf(name, paper)
	staff, err := staffNames(ctx, r, self)
	if err != nil {
		return "", err
	}
	for _, of := range staff {
		if c.means(of) {
			return NameTaken, nil
		}
	}
	if c.reserved {
		return NameReserved, nil
	}
	return "", nil
}

// accountName refuses a name for an account. An account that does not work here
// may use the names that guests may use. A member of the staff may not use the
// name of another one: the log would not tell them apart. It refuses with
//
//	Conflict name-taken     the name is a colleague's, or looks like it
//	Invalid  name-reserved  the name is a title, the paper's, or one that the log uses
func accountName(ctx context.Context, tx *models.Tx, name string, role Role, self int64) error {
	taken := models.Refuse(models.Conflict, "name-taken", "this is the name of another member of the staff, past or present, or looks like it: add an initial or a second name")
	reserved := models.Refuse(models.Invalid, "name-reserved", "this name is reserved: it is a title, the paper's own name, or a name that the log uses")
	look := looks(name)
	for _, actor := range SystemActors {
		if look == looks(actor) {
			return reserved
		}
	}
	settings, err := models.LoadSettings(ctx, tx)
	if err != nil {
		return err
	}
	if role == Subscriber {
		fault, err := GuestName(ctx, tx, settings.Name, name, self)
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
	claim := claimOf(name, settings.Name)
	for _, of := range staff {
		if claim.means(of) {
			return taken
		}
	}
	return nil
}

// staffNames returns the names, present and earlier ones, of all accounts that
// are or were staff, except the account self.
func staffNames(ctx context.Context, r models.Queryer, self int64) (names []string, err error) {
	const staff = "(u.role <> 'subscriber' OR EXISTS (SELECT 1 FROM people_log w WHERE w.person_id = u.id AND w.what IN ('added', 'role') AND w.detail <> 'subscriber'))"
	rows, err := models.QueryRows(ctx, r, "SELECT u.name FROM users u WHERE u.id <> ? AND "+staff+
		" UNION SELECT l.person FROM people_log l JOIN users u ON u.id = l.person_id WHERE l.what = 'renamed' AND u.id <> ? AND "+staff, self, self)
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

// looks returns the letters and digits of a name in one form for all names that
// look the same.
func looks(name string) string { return strings.Join(wordsOf(name), "") }

// wordsOf returns a name's words in that form. In addition to the folding by
// [terms.Skeleton], it maps Arabic letters that are written for each other to
// one letter, and w and m to the two letters that look like them. It removes the
// stretching of words, and apostrophes except in "'s" at the end.
func wordsOf(name string) []string {
	words := terms.Words(oneLetter.Replace(terms.Skeleton(name)))
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
var oneLetter = strings.NewReplacer("ة", "ه", "ى", "ي", "ـ", "", "\u06cc", "ي", "\u06a9", "ك", "\u06c1", "ه", "\u06be", "ه", "ؤ", "و", "ئ", "و", "w", "vv", "m", "rn", "’", "'", "`", "'", "´", "'")

// claim is a name as it is compared.
type claim struct {
	look     string   // all words
	outer    []string // the words without the parts that are titles alone
	rest     []string // the words without titles and fillers
	apart    []string // rest without the words of the paper's name
	reserved bool
}

// claimOf reads a name. paper is the name of the site.
func claimOf(name, paper string) claim {
	words := wordsOf(name)
	c := claim{look: strings.Join(words, ""), rest: withoutTitles(words)}
	own := wordsOf(withoutDomain(paper))
	if short := withoutTitles(own); len(short) > 0 {
		own = short
	}
	for _, w := range c.rest {
		if !slices.Contains(own, w) {
			c.apart = append(c.apart, w)
		}
	}
	for _, part := range strings.FieldsFunc(name, separates) {
		if !titlesAlone(part) {
			c.outer = append(c.outer, wordsOf(part)...)
		}
	}
	c.reserved = isTitle(name) || claimsPaper(name, paper, own) || len(c.rest) > 0 && len(c.apart) == 0 && slices.ContainsFunc(words, speaksForPaper)
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
		words := wordsOf(spelt)
		look, rest := strings.Join(words, ""), withoutTitles(words)
		if look == strings.Join(own, "") || look == looks(paper) || strings.Join(rest, "") == strings.Join(own, "") || len(own) > 1 && sameWords(rest, own) {
			return true
		}
	}
	return false
}

// speaksForPaper reports whether a word beside a part of the paper's name makes
// it a claim to speak for the paper: a title, or a word for a group there.
func speaksForPaper(word string) bool {
	return listed(allTitles().any, word) || listed(allTitles().house, word)
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

// sameWords reports whether two names have the same words, in any order and
// however often.
func sameWords(a, b []string) bool {
	set := func(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }
	return slices.Equal(set(a), set(b))
}

// means reports whether a reader would take the name for that of a member of the
// staff.
func (c claim) means(staff string) bool {
	words := wordsOf(staff)
	// "Dr. Runa Solberg" is known as Runa Solberg, but "Some editor" not as Some.
	if bare := withoutTitles(words); len(bare) > 1 && len(bare) < len(words) && c.isName(bare) {
		return true
	}
	return c.isName(words)
}

func (c claim) isName(words []string) bool {
	look := strings.Join(words, "")
	if look == "" {
		return false
	}
	backwards := slices.Clone(words)
	slices.Reverse(backwards)
	if c.look == look || c.look == strings.Join(backwards, "") {
		return true
	}
	for _, mine := range [][]string{c.outer, c.rest, c.apart} {
		if strings.Join(mine, "") == look || len(mine) > 1 && sameWords(mine, words) {
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
			t.strong[looks(word)], t.any[looks(word)] = true, true
		}
		for _, word := range of.weak {
			for _, w := range wordsOf(word) {
				t.any[w] = true
			}
		}
		for _, word := range of.fillers {
			t.filler[looks(word)] = true
		}
		for _, word := range of.house {
			t.filler[looks(word)], t.house[looks(word)] = true, true
		}
	}
	return t
})

// forms returns a word as it may stand in the lists: itself, without digits
// around it ("admin1"), and without the Arabic article.
func forms(word string) []string {
	bare := strings.TrimFunc(word, unicode.IsDigit)
	return []string{word, bare, strings.TrimPrefix(bare, "ال")}
}

func listed(list map[string]bool, word string) bool {
	return slices.ContainsFunc(forms(word), func(w string) bool { return list[w] })
}

// isFiller reports whether a word adds no meaning to a title. A number is a
// filler.
func isFiller(word string) bool {
	return strings.TrimFunc(word, unicode.IsDigit) == "" || listed(allTitles().filler, word)
}

// withoutTitles leaves out titles and fillers.
func withoutTitles(words []string) (rest []string) {
	for _, w := range words {
		if !isFiller(w) && !listed(allTitles().any, w) {
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
		words := wordsOf(spelt)
		if slices.ContainsFunc(words, func(w string) bool { return listed(allTitles().strong, w) || isCompound(w) }) {
			return true
		}
		if listed(allTitles().any, strings.Join(words, "")) && !isFirstAndLast(spelt) {
			return true
		}
		parts := append(strings.FieldsFunc(spelt, separates), spelt)
		if slices.ContainsFunc(parts, titlesAlone) {
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
		return !unicode.IsUpper(first) || size == len(w) || strings.ToLower(w[size:]) != w[size:] || listed(allTitles().any, looks(w))
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

// titlesAlone reports whether a part of a name is made of titles and fillers,
// with a title among them.
func titlesAlone(part string) bool {
	words := wordsOf(part)
	for i, w := range words {
		words[i] = strings.TrimSuffix(w, "'s") // "The Editor's Desk"
	}
	return len(withoutTitles(words)) == 0 && slices.ContainsFunc(words, func(w string) bool { return listed(allTitles().any, w) })
}

// separates reports whether a character sets a part of a name apart. Hyphens,
// apostrophes and dots are parts of names, and "&" joins two.
func separates(r rune) bool {
	return !strings.ContainsRune("-'’.·_&+", r) && (unicode.IsPunct(r) || unicode.IsSymbol(r))
}
