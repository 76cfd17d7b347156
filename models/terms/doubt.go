package terms

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Doubt is a term of a list that may not work as its author expects.
type Doubt struct {
	Term string
	Why  Why
}

// Why is the fault of a term.
type Why string

// The faults of terms.
const (
	Everyday Why = "everyday" // it matches common words and nothing else, or common words as well
	Nothing  Why = "nothing"  // it has neither a letter nor a symbol, and matches nothing
	TooLong  Why = "too-long" // it is longer than MaxTermBytes, and matches nothing
)

// Doubts returns the terms with a fault, in the order of the list.
func (l *List) Doubts() []Doubt { return l.doubts }

// everyday holds the words, and the letters of Chinese and Japanese, that half of
// all comments of a language contain.
var everyday = sync.OnceValue(func() map[string]bool {
	table := map[string]bool{}
	for w := range strings.FieldsSeq(`
a about after again all also always an and any are as at back be because been before being best better both
but by can come could day did do does
don't even every first for from get go going good got great had has have he her here him his how i i'm if in
into is it it's its just know like
look made make many may me more most much must my need never new no not now of off on one only or other our
out over own people really right said
same say see she should so some still such take than thank thanks that that's the their them then there these
they thing think this those time to
too two up us use very want was way we well went were what when where which who why will with without work
would year yes yet you your
http https www com html php
في من على إلى عن مع هذا هذه ذلك التي الذي ما لا لم لن أن إن كان كل
أو ثم قد هو هي هم نحن أنا أنت و يا غير بعد
قبل
der die das und ist nicht ich ein eine es in zu den mit auf für sich dem von auch wie aber sie er wir so an
als noch nur
le la les de des du et est un une pas que qui ne je il elle nous vous en au aux pour dans sur avec plus ce se
sa son
el los las y es no que una por con para su se lo como más pero muy yo ya del al mi
o os as e não um uma do da em no na com para por mais se eu
il di e non che è un una per in con si sono ma del della
и в не на я что он с как это а по но они мы все у за то так же от был
из ты вы бы о только
de het een en van is niet ik dat te op met voor er maar
och i att det som en på är av för inte jag den med har du
ve bir bu da de için ile çok ne var ben o
و در به از که این است را با آن برای هم می ها
है और के की में से का को नहीं এই করে না ও সে
කියල මේ ඒ නෑ සහ
yang dan di itu ini tidak dengan untuk dari ada saya
`) {
		for _, it := range itemsOf(w) {
			if it.kind == word {
				table[it.text] = true
			}
		}
	}
	const letters = "的一是不了人我在有他这这中大来上个们到说和地也子你就那要以会她看" +
		"没好都为对后多天很吗吧啊呢のはをにがとでもたてしいるなか이그저것"
	for _, r := range letters {
		table[string(r)] = true
	}
	return table
})

// areCommon reports whether a term would match common words: each of its items
// is one, or has stars and matches one. Punctuation makes a term rare.
func areCommon(items []item) bool {
	for _, it := range items {
		switch {
		case it.kind == space:
		case it.kind == sign, !isCommon(it):
			return false
		}
	}
	return true
}

// longestCommon is the length in characters up to which a pattern with stars
// can match a common word.
const longestCommon = 8

func isCommon(it item) bool {
	if !strings.ContainsRune(it.text, star) {
		return everyday()[it.text]
	}
	pattern := squeezeStars(strings.ReplaceAll(it.text, string(star), "*"))
	if utf8.RuneCountInString(pattern) > longestCommon+2 {
		return false
	}
	for w := range everyday() {
		if matchesPattern(pattern, w) {
			return true
		}
	}
	return false
}
