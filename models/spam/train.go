package spam

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// Sample is a labelled text.
type Sample struct {
	Text   string
	Spam   bool
	Source string // the collection it comes from
}

// ReadTalk reads ordinary English comments (talk) from gzipped JSON Lines with text
// and lang. It takes every second row; the others are for tests. From these rows it
// returns all comments with a link, and every tenth row. The collections of spam have
// hardly any ham with a link: a model trained on them alone takes every link for spam.
func ReadTalk(r io.Reader) (list []Sample, err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for n := 0; lines.Scan(); n++ {
		var row struct{ Text, Lang string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		if row.Lang == "en" && n%2 == 0 && (n%20 == 0 || hasAddress(row.Text)) {
			list = append(list, Sample{Text: row.Text, Source: talkSource})
		}
	}
	return list, lines.Err()
}

// talkSource marks the samples of ReadTalk. Only the linear model is trained with
// them. The word counts leave them out, because they would learn the subjects of this
// one source. measure leaves them out when it sets the mark.
const talkSource = "talk"

// ReadSamples reads gzipped JSON Lines with text, label (spam or ham) and
// source.
func ReadSamples(r io.Reader) (list []Sample, err error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var row struct{ Text, Label, Source string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("line %d: %w", len(list)+1, err)
		}
		if row.Label != "spam" && row.Label != "ham" {
			return nil, fmt.Errorf("line %d: label %q", len(list)+1, row.Label)
		}
		list = append(list, Sample{row.Text, row.Label == "spam", collectionOf(row.Source)})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errors.New("there are no texts in it")
	}
	return list, nil
}

// collectionOf returns the collection of a source: "Youtube01-Psy" is part of
// Youtube.
func collectionOf(source string) string {
	if i := strings.IndexFunc(source, unicode.IsDigit); i > 0 {
		return source[:i]
	}
	return source
}

type sample struct {
	features
	spam   bool
	source string
}

// folds is how many parts the samples are cut into to find the mark: each
// is judged by a model that has seen only the others.
const folds = 5

// heldShare is the share of the ham in the collections that may reach the mark.
const heldShare = 0.0085

// leastSeen is the number of texts that must have a feature for the model to use it.
const leastSeen = 2

// countsShare is the share of the word counts beside the linear model, found by
// cross-validation. With a larger share more known spam is caught, and less spam
// from other sources.
const countsShare = 0.6

// Train makes a model of labelled texts, of both kinds.
func Train(samples []Sample) *Model {
	var list, talk []sample
	for _, s := range samples {
		one := sample{extractFeatures(s.Text), s.Spam, s.Source}
		if s.Source == talkSource {
			talk = append(talk, one)
		} else {
			list = append(list, one)
		}
	}
	rng := rand.New(rand.NewPCG(7, 7))
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	m := &Model{scale: findScale(list, talk)}
	m.train(list, talk)
	return m
}

func (m *Model) train(list, talk []sample) {
	m.words.train(list, leastSeen)
	m.linear.train(slices.Concat(list, talk))
}

// findScale finds the scale by cross-validation.
func findScale(list, talk []sample) scale {
	words, linear := make([]float64, len(list)), make([]float64, len(list))
	for fold := range folds {
		var rest []sample
		for i, s := range list {
			if i%folds != fold {
				rest = append(rest, s)
			}
		}
		var m Model
		m.train(rest, talk)
		for i := fold; i < len(list); i += folds {
			words[i] = m.words.score(list[i].words, Learned{})
			linear[i] = m.linear.score(list[i].reading)
		}
	}
	s := scale{Words: countsShare / standardDeviation(words), Linear: 1 / standardDeviation(linear)}
	var ham []float64
	for i := range list {
		if !list[i].spam {
			ham = append(ham, s.Words*words[i]+s.Linear*linear[i])
		}
	}
	slices.Sort(ham)
	middle := ham[len(ham)/2]
	mark := ham[min(len(ham)-1, int(float64(len(ham))*(1-heldShare)))]
	unit := mark - middle
	return scale{s.Words / unit, s.Linear / unit, middle / unit}
}

// leastDeviation is the deviation below which a number counts as constant.
const leastDeviation = 1e-4

// standardDeviation returns the standard deviation, at least a little.
func standardDeviation(list []float64) float64 {
	var sum, squares float64
	for _, v := range list {
		sum += v
		squares += v * v
	}
	n := float64(len(list))
	return math.Sqrt(max(squares/n-sum*sum/n/n, leastDeviation*leastDeviation))
}
