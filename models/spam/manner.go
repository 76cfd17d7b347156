package spam

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// classes are words by purpose. They are common English words for each purpose, so
// that a model of one kind of spam helps with another. Other languages do not
// match them.
var classes = []struct {
	name, words string
}{
	{"contact", "call text txt message msg dm inbox whatsapp telegram contact reach write mail email hmu reply ring phone " +
		"chat pm messaging texting chatting number"},
	{"money", "money cash profit profits earn earning earnings income invest invested investing investment investor " +
		"bitcoin btc crypto forex trade trading trader prize prizes award awarded win winner won reward rewards " +
		"bonus loan loans debt bills dollars dollar pounds pound euro euros usd gbp rich wealth financial fund " +
		"funds payout paid pay paying pays deposit withdraw withdrawal broker coin coins token rate price cost " +
		"worth"},
	{"offer", "free offer offers discount sale deal deals gift gifts voucher vouchers cheap exclusive guaranteed " +
		"guarantee selected claim chance opportunity promo promotion ticket tickets holiday buy order sell " +
		"selling shop store"},
	{"promote", "check subscribe subscribed subscribing sub follow followers following click visit join watch link links " +
		"channel page site website blog bio profile video videos share like likes register sign download app apps " +
		"search look google vote"},
	{"haste", "now today urgent urgently limited hurry quick quickly immediately instantly asap soon fast before " +
		"tonight last final week weekly daily hours days minutes"},
	{"praise", "thanks thank grateful appreciate best amazing genuine honest legit real trust trusted trustworthy " +
		"reliable recommend recommended expert expertise mentor help helped helping god bless miracle"},
	{"you", "you your u ur yours yourself"},
	{"i", "i my me im i'm mine"},
	{"she", "she her he his him"},
	{"we", "we our us"},
	{"polite", "please pls plz hi hello hey guys everyone everybody anyone friends dear sir"},
	{"no", "not no don't dont can't cant didn't isn't never nothing won't wasn't"},
	{"small", "the a of to in is it that and was for on are as with they be at this have from or had by but what some " +
		"there can all when said which do how if will up about out many then them would so could has more"},
	{"past", "was were had did went said told got made came took saw"},
}

// pushing is how many of the classes, the first ones, push something.
const pushing = 6

// classesOf says which classes a word is of, a bit for each.
var classesOf = func() map[string]uint32 {
	of := map[string]uint32{}
	for i, class := range classes {
		for word := range strings.FieldsSeq(class.words) {
			of[word] |= 1 << i
		}
	}
	return of
}()

// opening are the classes that a text pushing something opens with.
var opening = classBits("contact", "offer", "promote", "polite")

func classBits(names ...string) (bits uint32) {
	for i, class := range classes {
		if slices.Contains(names, class.name) {
			bits |= 1 << i
		}
	}
	return bits
}

// signsOf counts signs that tell how a text is written.
type signsOf struct {
	runes, upper, lower, digits, emoji, exclaims, questions, tags int
	fancy                                                         bool
	loud                                                          int // words of capitals
}

func countSigns(text string) (s signsOf) {
	run, small := 0, false // letters of the word so far, and whether one is small
	for _, r := range text {
		s.runes++
		switch {
		case unicode.IsUpper(r):
			s.upper++
			run++
		case unicode.IsLower(r):
			s.lower++
			run++
			small = true
		default:
			if run > 2 && !small {
				s.loud++
			}
			run, small = 0, false
		}
		switch {
		case r == '!':
			s.exclaims++
		case r == '?':
			s.questions++
		case r == '#':
			s.tags++
		case r < 0x80:
			if r >= '0' && r <= '9' {
				s.digits++
			}
		case r >= 0x1D400 && r <= 0x1D7FF || r >= 0xFF21 && r <= 0xFF5A || r >= 0x24B6 && r <= 0x24E9 || r >= 0x1D00 && r <= 0x1D22:
			s.fancy = true // letters for formulas, in circles, small capitals
		case unicode.Is(unicode.So, r):
			s.emoji++
		}
	}
	if run > 2 && !small {
		s.loud++
	}
	return s
}

// tally counts tokens.
type tally struct {
	classes   map[string]int // addresses, names, sums and the like
	words     int
	letters   int
	different int
	mixed     int                  // words of letters and digits
	numbers   [mostDigits + 1]bool // which lengths of numbers there are
	counts    []int                // words of each class
	opens     bool                 // with a word that pushes
}

// mostDigits is up to where the lengths of numbers are told apart, and
// shortCode from where a number may be one to call.
const (
	mostDigits = 12
	shortCode  = 5
)

func tallyTokens(list []string) tally {
	n := tally{classes: map[string]int{}, counts: make([]int, len(classes))}
	different := map[string]bool{}
	for _, token := range list {
		r, _ := utf8.DecodeRuneInString(token)
		switch digits := digitCount(token); {
		case r == '\x01':
			n.classes[token]++
		case digits > 0:
			n.numbers[min(digits, mostDigits)] = true
		case strings.HasPrefix(token, "0x"):
			n.mixed++
		case unicode.IsLetter(r):
			of := classesOf[token]
			for i := range classes {
				n.counts[i] += int(of >> i & 1)
			}
			n.opens = n.opens || n.words == 0 && of&opening != 0
			n.words++
			n.letters += len(token)
			different[token] = true
		}
	}
	n.different = len(different)
	return n
}

// hasContact reports whether the text has a means of contact.
func (n tally) hasContact() bool {
	return n.classes[tokenName]+n.classes[tokenTag]+n.classes[tokenPhone]+n.classes[tokenURL] > 0 ||
		slices.Contains(n.numbers[shortCode:], true)
}

// measureManner returns how a text is written, as numbers: length, capitals, digits,
// links, names, and words by class.
func measureManner(text string, t tokens) []float64 {
	s, n := countSigns(text), tallyTokens(t.list)
	each := func(count int) float64 { return float64(count) / float64(n.words+2) }
	share := func(count int) float64 { return float64(count) / float64(s.runes+1) }
	last := ""
	if len(t.list) > 0 {
		last = t.list[len(t.list)-1]
	}
	reach := n.hasContact()
	list := []float64{
		logCount(s.runes), logCount(n.words), float64(n.letters) / float64(n.words+1), float64(n.different) / float64(n.words+1),
		logCount(s.digits), share(s.digits), logCount(s.emoji), share(s.emoji), each(n.mixed), each(s.loud),
		float64(s.upper) / float64(s.upper+s.lower+1),
		float64(min(s.exclaims, 5)), float64(min(s.questions, 3)), float64(min(s.tags, 4)),
		boolToFloat(s.fancy), boolToFloat(n.opens), boolToFloat(reach),
		float64(min(n.classes[tokenURL], 2)), boolToFloat(n.classes[tokenName] > 0), boolToFloat(n.classes[tokenPhone] > 0),
		boolToFloat(n.classes[tokenMoney] > 0), float64(min(n.classes[tokenMoney], 3)), boolToFloat(last == tokenName || last == tokenTag),
	}
	for _, digits := range []int{4, 5, 6, 10, 11, mostDigits} {
		list = append(list, boolToFloat(n.numbers[digits]))
	}
	for _, count := range n.counts {
		list = append(list, each(count), logCount(count))
	}
	kinds := 0
	for i := range pushing {
		has := n.counts[i] > 0
		list = append(list, boolToFloat(reach && has))
		kinds += int(boolToFloat(has))
		for _, other := range n.counts[i+1 : pushing+1] {
			list = append(list, boolToFloat(has && other > 0))
		}
	}
	return append(list, float64(kinds))
}

func logCount(count int) float64 { return math.Log(1 + float64(count)) }

func boolToFloat(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
