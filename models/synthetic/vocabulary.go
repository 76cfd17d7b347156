package synthetic

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Vocabulary is an invented language for made-up text. Its word frequencies
// follow Zipf's law, as in natural languages, so that lists and searches meet a
// realistic spread.
type Vocabulary struct {
	words       []string
	frequencies cumulative
}

// vocabularySize is about the number of different words that a newspaper uses in
// a month.
const vocabularySize = 20000

// NewVocabulary makes up the words. The same seed gives the same words.
func NewVocabulary(seed uint64) *Vocabulary {
	rng := rand.New(rand.NewPCG(seed, 0))
	pick := func(from string) string {
		parts := strings.Fields(from)
		return parts[rng.IntN(len(parts))]
	}
	v := &Vocabulary{frequencies: newCumulative(vocabularySize, 1)}
	seen := map[string]bool{}
	for len(v.words) < vocabularySize {
		var b strings.Builder
		// The most frequent words are the shortest.
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

// Word draws a word by its frequency.
func (v *Vocabulary) Word(rng *rand.Rand) string { return v.words[v.frequencies.draw(rng)] }

// Name draws a rare word and capitalises it.
func (v *Vocabulary) Name(rng *rand.Rand) string {
	return capitalise(v.words[vocabularySize/4+rng.IntN(vocabularySize*3/4)])
}

// Title makes a headline of 5 to 11 words, without a full stop.
func (v *Vocabulary) Title(rng *rand.Rand) string {
	text, _ := v.sentence(rng, 5+rng.IntN(7))
	return text
}

// Sentence makes a sentence of 8 to 24 words.
func (v *Vocabulary) Sentence(rng *rand.Rand) string {
	text, _ := v.sentence(rng, 8+rng.IntN(17))
	return text + "."
}

// Paragraph makes sentences of about that many words in all, at least one
// sentence. It returns the text and the exact number of words.
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
	list[0] = capitalise(list[0])
	return strings.Join(list, " "), words
}

func capitalise(s string) string { return string(unicode.ToUpper(rune(s[0]))) + s[1:] }

// cumulative is a discrete distribution over 0..n-1, stored as running totals.
type cumulative []float64

// newCumulative returns a distribution in which the i-th of n has the weight
// (i+1)^-skew.
func newCumulative(n int, skew float64) cumulative {
	c := make(cumulative, n)
	sum := 0.0
	for i := range c {
		sum += math.Pow(float64(i+1), -skew)
		c[i] = sum
	}
	return c
}

func (c cumulative) draw(rng *rand.Rand) int {
	i, _ := slices.BinarySearch(c, rng.Float64()*c[len(c)-1])
	return min(i, len(c)-1)
}
