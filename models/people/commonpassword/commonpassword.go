package commonpassword

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// leastPieces is the number of pieces from which a password is accepted. Five words
// of a list of a few hundred are about as many guesses as eight random letters.
const leastPieces = 5

// mostRead is how many characters of a password are looked at.
const mostRead = 128

// leastRun is the length of the shortest run of neighbouring keys.
const leastRun = 3

// longestBlock is the length of the longest block whose repetition is found.
const longestBlock = 12

//go:embed words.txt
var wordList string

// words are the common words, in small letters, the longest first.
var words = func() []string {
	list := strings.Fields(wordList)
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}()

// rows are keys and letters in the order of fingers and alphabets.
var rows = bothWays(
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"qwertzuiop", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "йцукенгшщзхъ", "фывапролджэ", "ضصثقفغعهخحجد", "شسيبلاتنمكط",
)

func bothWays(list ...string) (all [][]rune) {
	for _, row := range list {
		keys := []rune(row)
		back := slices.Clone(keys)
		slices.Reverse(back)
		all = append(all, keys, back)
	}
	return all
}

// plainLetters undoes the usual replacements of letters by digits and signs.
var plainLetters = strings.NewReplacer(
	"0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i", "€", "e",
)

// Common reports whether a password is made of fewer than [leastPieces] pieces. A
// piece is a common word, a word of own (names and addresses of the account and the
// site), a run of neighbouring keys, a year, or one other character. Repetitions,
// spaces and punctuation are no pieces. Case does not matter.
func Common(password string, own ...string) bool {
	plain := []rune(strings.ToLower(norm.NFKC.String(password)))
	plain = plain[:min(len(plain), mostRead)] // more characters only add pieces
	spelt := []rune(plainLetters.Replace(string(plain)))
	if len(spelt) != len(plain) {
		spelt = plain
	}
	known := slices.Concat(ownWords(own), words)
	// least[i] is the smallest number of pieces of the first i characters.
	least := make([]int, len(plain)+1)
	for i := range plain {
		least[i+1] = len(plain) + 1
	}
	reach := func(from, to, pieces int) { least[to] = min(least[to], least[from]+pieces) }
	for i := range plain {
		one := 1
		if !unicode.IsLetter(plain[i]) && !unicode.IsDigit(plain[i]) {
			one = 0
		}
		reach(i, i+1, one)
		for n := 1; n <= min(longestBlock, i, len(plain)-i); n++ {
			if slices.Equal(plain[i-n:i], plain[i:i+n]) {
				reach(i, i+n, 0)
			}
		}
		if n := runAt(plain[i:]); n >= leastRun {
			reach(i, i+n, 1)
		}
		if isYear(plain[i:]) {
			reach(i, i+4, 1)
		}
		for _, word := range known {
			if n := len([]rune(word)); begins(plain[i:], word) || begins(spelt[i:], word) {
				reach(i, i+n, 1)
			}
		}
	}
	return least[len(plain)] < leastPieces
}

// ownWords splits names and addresses into their words of at least three letters.
func ownWords(own []string) (list []string) {
	for _, text := range own {
		for word := range strings.FieldsFuncSeq(strings.ToLower(norm.NFKC.String(text)), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		}) {
			if len([]rune(word)) >= 3 {
				list = append(list, word)
			}
		}
	}
	return list
}

func begins(text []rune, word string) bool {
	i := 0
	for _, r := range word {
		if i >= len(text) || text[i] != r {
			return false
		}
		i++
	}
	return true
}

// runAt returns the length of the longest run of neighbouring keys at the beginning
// of a text.
func runAt(text []rune) (longest int) {
	for _, row := range rows {
		at := slices.Index(row, text[0])
		if at < 0 {
			continue
		}
		n := 0
		for n < len(text) && at+n < len(row) && text[n] == row[at+n] {
			n++
		}
		longest = max(longest, n)
	}
	return longest
}

// isYear reports whether a text begins with a year from 1900 to 2099.
func isYear(text []rune) bool {
	if len(text) < 4 || string(text[:2]) != "19" && string(text[:2]) != "20" {
		return false
	}
	return unicode.IsDigit(text[2]) && unicode.IsDigit(text[3])
}
