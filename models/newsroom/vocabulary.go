package newsroom

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Vocabulary is an invented language for made-up text. A few words are very
// common and most are rare, as in any language (Zipf's law), so that lists
// and searches meet the spread they meet in earnest.
type Vocabulary struct {
	words []string
	often cumulated
}

// vocabularySize is about what a newspaper uses in a month.
const vocabularySize = 20000

// NewVocabulary makes up the words; the same seed gives the same ones.
func NewVocabulary(seed uint64) *Vocabulary {
	rng := rand.New(rand.NewPCG(seed, 0))
	pick := func(from string) string {
		parts := strings.Fields(from)
		return parts[rng.IntN(len(parts))]
	}
	v := &Vocabulary{often: cumulate(vocabularySize, 1)}
	seen := map[string]bool{}
	for len(v.words) < vocabularySize {
		var b strings.Builder
		// The commonest words are the shortest.
		for range 1 + rng.IntN(2+min(2, len(v.words)/60)) {
			b.WriteString(pick("b br c ch d dr f fl g gr h k l m n p pl r s sh st t th tr v w"))
			b.WriteString(pick("a e i o u a e i o ai ea ou"))
		}
		b.WriteString(pick("l m n r s t nd rt st ck th ng x sk"))
		if w := b.String(); !seen[w] {
			seen[w] = true
			v.words = append(v.words, w)
		}
	}
	return v
}

// Word draws a word, common ones often.
func (v *Vocabulary) Word(rng *rand.Rand) string { return v.words[v.often.draw(rng)] }

// Name draws a rare word with a capital.
func (v *Vocabulary) Name(rng *rand.Rand) string {
	return capital(v.words[vocabularySize/4+rng.IntN(vocabularySize*3/4)])
}

// Title makes a headline of five to eleven words, without a full stop.
func (v *Vocabulary) Title(rng *rand.Rand) string {
	text, _ := v.sentence(rng, 5+rng.IntN(7))
	return text
}

// Sentence makes a sentence of 8 to 24 words.
func (v *Vocabulary) Sentence(rng *rand.Rand) string {
	text, _ := v.sentence(rng, 8+rng.IntN(17))
	return text + "."
}

// Paragraph makes sentences of about that many words, at least one, and
// says how many there are.
func (v *Vocabulary) Paragraph(rng *rand.Rand, words int) (string, int) {
	var sentences []string
	total := 0
	for total < words || total == 0 {
		text, n := v.sentence(rng, min(8+rng.IntN(17), max(3, words-total)))
		sentences = append(sentences, text+".")
		total += n
	}
	return strings.Join(sentences, " "), total
}

func (v *Vocabulary) sentence(rng *rand.Rand, words int) (string, int) {
	list := make([]string, words)
	for i := range list {
		list[i] = v.Word(rng)
	}
	list[0] = capital(list[0])
	return strings.Join(list, " "), words
}

func capital(s string) string { return string(unicode.ToUpper(rune(s[0]))) + s[1:] }

// cumulated is a distribution over 0..n-1, as running totals.
type cumulated []float64

// cumulate makes the i-th of n as likely as i^-skew.
func cumulate(n int, skew float64) cumulated {
	c := make(cumulated, n)
	sum := 0.0
	for i := range c {
		sum += math.Pow(float64(i+1), -skew)
		c[i] = sum
	}
	return c
}

func (c cumulated) draw(rng *rand.Rand) int {
	i, _ := slices.BinarySearch(c, rng.Float64()*c[len(c)-1])
	return min(i, len(c)-1)
}
