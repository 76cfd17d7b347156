package spam

import (
	"math"
	"strings"
	"unicode"
)

// classes are words by what they are for. They are common English for each
// purpose, so that a model of one kind of spam says something about another;
// in other languages they stay silent.
var classes = []struct {
	name  string
	words map[string]bool
}{
	{"contact", set("call text txt message msg dm inbox whatsapp telegram contact reach write mail email hmu reply ring phone chat pm messaging texting chatting number")},
	{"money", set("money cash profit profits earn earning earnings income invest invested investing investment investor bitcoin btc crypto forex trade trading trader prize prizes award awarded win winner won reward rewards bonus loan loans debt bills dollars dollar pounds pound euro euros usd gbp rich wealth financial fund funds payout paid pay paying pays deposit withdraw withdrawal broker coin coins token rate price cost worth")},
	{"offer", set("free offer offers discount sale deal deals gift gifts voucher vouchers cheap exclusive guaranteed guarantee selected claim chance opportunity promo promotion ticket tickets holiday buy order sell selling shop store")},
	{"promote", set("check subscribe subscribed subscribing sub follow followers following click visit join watch link links channel page site website blog bio profile video videos share like likes register sign download app apps search look google vote")},
	{"haste", set("now today urgent urgently limited hurry quick quickly immediately instantly asap soon fast before tonight last final week weekly daily hours days minutes")},
	{"praise", set("thanks thank grateful appreciate best amazing genuine honest legit real trust trusted trustworthy reliable recommend recommended expert expertise mentor help helped helping god bless miracle")},
	{"you", set("you your u ur yours yourself")},
	{"i", set("i my me im i'm mine")},
	{"she", set("she her he his him")},
	{"we", set("we our us")},
	{"polite", set("please pls plz hi hello hey guys everyone everybody anyone friends dear sir")},
	{"no", set("not no don't dont can't cant didn't isn't never nothing won't wasn't")},
	{"small", set("the a of to in is it that and was for on are as with they be at this have from or had by but what some there can all when said which do how if will up about out many then them would so could has more")},
	{"past", set("was were had did went said told got made came took saw")},
}

// pushing is how many of the classes, the first ones, push something.
const pushing = 6

func set(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}

// signsOf counts signs that tell how a text is written.
type signsOf struct {
	runes, upper, lower, digits, emoji, exclaims, questions, tags int
	fancy                                                         bool
	loud                                                          int // words of capitals
}

func count(text string) (s signsOf) {
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

// manner is how a text is written, as numbers: length, capitals, digits,
// links, names, and words by class.
func manner(text string, t tokens) []float64 {
	s := count(text)
	of := map[string]int{}
	words, letters, mixed := 0, 0, 0
	different := map[string]bool{}
	var first string
	numbers := make([]bool, 13)
	counts := make([]int, len(classes))
	for _, token := range t.list {
		if strings.HasPrefix(token, "\x01") {
			of[token]++
		}
		if n := numberOf(token); n > 0 {
			numbers[min(n, 12)] = true
		} else if strings.HasPrefix(token, "0x") {
			mixed++
		}
		if !unicode.IsLetter(firstRune(token)) {
			continue
		}
		if words++; words == 1 {
			first = token
		}
		letters += len(token)
		different[token] = true
		for i := range classes {
			if classes[i].words[token] {
				counts[i]++
			}
		}
	}
	log := func(n int) float64 { return math.Log(1 + float64(n)) }
	each := func(n int) float64 { return float64(n) / float64(words+2) }
	share := func(n int) float64 { return float64(n) / float64(s.runes+1) }
	last := ""
	if len(t.list) > 0 {
		last = t.list[len(t.list)-1]
	}
	reach := of[tokenName]+of[tokenTag]+of[tokenPhone]+of[tokenURL] > 0
	for n := 5; n < len(numbers); n++ {
		reach = reach || numbers[n]
	}
	list := []float64{
		log(s.runes), log(words), float64(min(of[tokenURL], 2)), is(of[tokenName] > 0), float64(min(s.tags, 4)),
		is(of[tokenMoney] > 0), float64(min(of[tokenMoney], 3)), is(of[tokenPhone] > 0), log(s.digits), share(s.digits),
		each(s.loud), float64(s.upper) / float64(s.upper+s.lower+1), log(s.emoji), share(s.emoji),
		float64(min(s.exclaims, 5)), float64(min(s.questions, 3)), is(s.fancy), float64(letters) / float64(words+1),
		is(last == tokenName || last == tokenTag), float64(len(different)) / float64(words+1), is(reach), each(mixed),
		is(numbers[4]), is(numbers[5]), is(numbers[6]), is(numbers[10]), is(numbers[11]), is(numbers[12]),
	}
	kinds, start := 0, false
	for i := range classes {
		list = append(list, each(counts[i]), log(counts[i]))
		start = start || classes[i].words[first] && (i == 0 || i == 2 || i == 3 || classes[i].name == "polite")
	}
	for i := range pushing {
		list = append(list, is(reach && counts[i] > 0))
		if counts[i] > 0 {
			kinds++
		}
		for j := i + 1; j < pushing+1; j++ {
			list = append(list, is(counts[i] > 0 && counts[j] > 0))
		}
	}
	return append(list, float64(kinds), is(start))
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
