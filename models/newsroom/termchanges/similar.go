package termchanges

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/terms"

	"golang.org/x/text/unicode/norm"
)

// Named holds the fields of a tag or an author that [Compare] needs.
type Named struct {
	ID       int64
	Name     string
	Slug     string
	Articles int
}

// Reason is why two names may mean the same.
type Reason string

// The reasons, the surest first.
const (
	SameWriting Reason = "writing" // case, accents, hyphens, spaces, Arabic letter forms
	SamePlural  Reason = "plural"  // singular and plural
	NearlySame  Reason = "typo"    // a letter or two differ
)

// Pair holds two terms that may mean the same. First has at least as many articles as Second.
type Pair struct {
	First, Second Named
	Why           Reason
}

// Bounds of the comparison. A name is compared by its spellings with one letter left
// out, and by its consonants, so the work grows with the number of names and not with its square.
const (
	maxCompared  = 20_000 // names
	maxSpelled   = 40     // letters of a name that is compared for typing errors
	maxSharing   = 50     // names that share a spelling; more are too common to mean anything
	minTypo      = 5      // letters of a word with one wrong letter
	minTwoTypos  = 9      // letters of a word with two
	maxTypoWords = 2      // wrong letters in all
	minBones     = 5      // bytes of consonants that are enough to compare
)

// SimilarTags returns at most most pairs of tags with nearly the same name, the surest first.
// It leaves out pairs of [KeepApart]. Of more than 20,000 tags it compares the 20,000 with the
// most articles.
func SimilarTags(ctx context.Context, r models.Queryer, most int) ([]Pair, error) {
	var list []Named
	err := r.Query(ctx).Raw("SELECT id, name, slug, stories AS articles FROM tags ORDER BY stories DESC, id LIMIT ?", maxCompared).
		Scan(&list).Error
	if err != nil {
		return nil, err
	}
	return similar(ctx, r, taxonomy.TagKind, list, most)
}

// SimilarAuthors is [SimilarTags] for authors.
func SimilarAuthors(ctx context.Context, r models.Queryer, most int) ([]Pair, error) {
	var list []Named
	err := r.Query(ctx).Raw(`SELECT a.id, a.name, a.slug, COALESCE(n.stories, 0) AS articles FROM authors a
		LEFT JOIN listing_counts n ON n.kind = 3 AND n.ref = a.id AND n.period = 0 ORDER BY articles DESC, a.id LIMIT ?`, maxCompared).
		Scan(&list).Error
	if err != nil {
		return nil, err
	}
	return similar(ctx, r, taxonomy.AuthorKind, list, most)
}

func similar(ctx context.Context, r models.Queryer, kind taxonomy.Kind, list []Named, most int) ([]Pair, error) {
	var apart []termApart
	if err := r.Query(ctx).Where("kind = ?", kind).Find(&apart).Error; err != nil {
		return nil, err
	}
	not := map[[2]int64]bool{}
	for _, a := range apart {
		not[[2]int64{a.Lower, a.Higher}] = true
	}
	pairs := slices.DeleteFunc(Compare(list), func(p Pair) bool {
		return not[[2]int64{min(p.First.ID, p.Second.ID), max(p.First.ID, p.Second.ID)}]
	})
	return pairs[:min(len(pairs), most)], nil
}

// termApart is a row of term_apart: two terms that an editor wants to keep apart.
type termApart struct {
	Kind   taxonomy.Kind `gorm:"primaryKey;autoIncrement:false"`
	Lower  int64         `gorm:"primaryKey;autoIncrement:false"`
	Higher int64         `gorm:"primaryKey;autoIncrement:false"`
}

// TableName names the table for GORM.
func (termApart) TableName() string { return "term_apart" }

// KeepApart records that two tags or authors with similar names are different ones.
func KeepApart(ctx context.Context, db *models.DB, kind taxonomy.Kind, a, b int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Save(&termApart{kind, min(a, b), max(a, b)}).Error
	})
}

// spelled is a name in the forms that are compared.
type spelled struct {
	Named
	words []string // folded
	plain string   // words joined
	stem  string   // words without endings of the plural, joined
	marks string   // digits: 2024 and 2026 are never a typing error
}

// Compare returns the pairs of names that may mean the same, the surest first.
func Compare(list []Named) []Pair {
	all := make([]spelled, len(list))
	forms := map[string][]int{}
	add := func(form string, i int) {
		if n := len(forms[form]); form != "" && n < maxSharing && (n == 0 || forms[form][n-1] != i) {
			forms[form] = append(forms[form], i)
		}
	}
	for i, one := range list {
		s := spell(one)
		all[i] = s
		add("="+s.plain, i)
		add("+"+s.stem, i)
		letters := []rune(s.plain)
		if len(letters) < minTypo || len(letters) > maxSpelled {
			continue
		}
		add("-"+s.plain, i)
		if bones := consonants(letters); len(bones) >= minBones {
			add("~"+bones, i)
		}
		for at := range letters {
			add("-"+string(letters[:at])+string(letters[at+1:]), i)
		}
	}
	found := map[[2]int]Reason{}
	for _, sharing := range forms {
		for n, i := range sharing {
			for _, j := range sharing[n+1:] {
				pair := [2]int{min(i, j), max(i, j)}
				if _, done := found[pair]; done {
					continue
				}
				if why := alike(&all[i], &all[j]); why != "" {
					found[pair] = why
				}
			}
		}
	}
	pairs := make([]Pair, 0, len(found))
	for at, why := range found {
		p := Pair{list[at[0]], list[at[1]], why}
		if p.Second.Articles > p.First.Articles {
			p.First, p.Second = p.Second, p.First
		}
		pairs = append(pairs, p)
	}
	order := []Reason{SameWriting, SamePlural, NearlySame}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Why), slices.Index(order, b.Why)),
			cmp.Compare(b.Second.Articles, a.Second.Articles), strings.Compare(a.First.Name, b.First.Name),
			cmp.Compare(a.Second.ID, b.Second.ID))
	})
	return pairs
}

// consonants returns the letters without Latin vowels and without doubles: most typing
// errors of long words leave them as they are.
func consonants(letters []rune) string {
	var b strings.Builder
	last := rune(-1)
	for _, r := range letters {
		if r != last && !strings.ContainsRune("aeiouy", r) {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// arabicForms maps letters that Arabic writes in several ways to one of them.
var arabicForms = map[rune]rune{
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ة': 'ه', 'ى': 'ي', 'ی': 'ي', 'ئ': 'ي', 'ؤ': 'و', 'ک': 'ك', 'ـ': -1,
}

// spell returns the forms of a name.
func spell(one Named) spelled {
	s := spelled{Named: one}
	var word, marks strings.Builder
	end := func() {
		if word.Len() > 0 {
			s.words = append(s.words, word.String())
			word.Reset()
		}
	}
	accented := false // whether marks on the letter before are accents
	for _, r := range norm.NFD.String(strings.Map(arabicForm, norm.NFC.String(terms.Fold(one.Name)))) {
		switch {
		case unicode.IsMark(r):
			if !accented { // a vowel of a script that writes it as a mark
				word.WriteRune(r)
			}
		case unicode.IsLetter(r):
			accented = unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Arabic, unicode.Hebrew)
			word.WriteRune(r)
		case unicode.IsDigit(r):
			accented = false
			word.WriteRune(r)
			marks.WriteRune(r)
		case unicode.IsSymbol(r) || r == '#':
			accented = false
			word.WriteRune(r) // C, C++ and C# differ
			marks.WriteRune(r)
		case r == '\'' || r == '.':
		default:
			end()
		}
	}
	end()
	stems := make([]string, len(s.words))
	for i, w := range s.words {
		stems[i] = singular(w)
	}
	s.plain, s.stem, s.marks = strings.Join(s.words, ""), strings.Join(stems, ""), marks.String()
	return s
}

func arabicForm(r rune) rune {
	if to, ok := arabicForms[r]; ok {
		return to
	}
	return r
}

// singular cuts the endings that English and its neighbours have in the plural.
func singular(w string) string {
	if len(w) < 4 || w[len(w)-1] != 's' {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ses"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"):
		return w[:len(w)-2]
	}
	return w[:len(w)-1]
}

// alike returns why two names may mean the same, "" if they do not.
func alike(a, b *spelled) Reason {
	switch {
	case a.plain == "" || a.marks != b.marks:
		return ""
	case a.plain == b.plain:
		return SameWriting
	case a.stem == b.stem:
		return SamePlural
	case len(a.words) != len(b.words):
		return ""
	}
	wrong := 0
	for i := range a.words {
		x, y := []rune(a.words[i]), []rune(b.words[i])
		n := distance(x, y)
		allowed := 0
		switch shorter := min(len(x), len(y)); {
		case shorter >= minTwoTypos:
			allowed = 2
		case shorter >= minTypo:
			allowed = 1
		}
		if n > allowed {
			return ""
		}
		wrong += n
	}
	if wrong > maxTypoWords {
		return ""
	}
	return NearlySame
}

// distance returns the optimal string alignment distance: the number of letters that were
// added, removed, changed or swapped with the next one. It returns 3 for more than 2.
func distance(a, b []rune) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], 3)
}
