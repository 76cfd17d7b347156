package spam

import (
	"math"
	"math/rand/v2"
	"slices"
)

// reading is a text as the linear model takes it.
type reading struct {
	parts  [2][]uint32 // phrases; groups of letters: each once, in order
	manner []float64
}

func newReading(text string) reading {
	t := scanTokens(text)
	return reading{[2][]uint32{t.phraseFeatures(), t.letterFeatures()}, measureManner(text, t)}
}

// linear is a support vector machine on the content of a text and on its style.
// Rare features count more than common ones (inverse document frequency), and
// long texts count as much as short ones.
type linear struct {
	texts      int
	features   []uint32 // in order
	seen       []uint32 // in how many texts
	weights    []float64
	rare       []float64 // the value of a feature, by the number of texts that have it
	starts     []uint32  // where features with the same first bits begin
	manner     []float64 // weights of the numbers, 0 for those out of use
	deviations []float64 // the standard deviation of each number
	bias       float64
}

// startBits are how many bits of a feature its place is found by.
const startBits = 16

// buildIndex makes the tables that texts are looked up in.
func (l *linear) buildIndex() {
	l.rare = make([]float64, l.texts+1)
	for n := range l.rare {
		l.rare[n] = 1 + math.Log(float64(1+l.texts)/float64(1+n))
	}
	l.starts = make([]uint32, 1<<startBits+1)
	for _, feature := range l.features {
		l.starts[feature>>(32-startBits)+1]++
	}
	for i := range 1 << startBits {
		l.starts[i+1] += l.starts[i]
	}
}

// indexOf returns the place of a feature, -1 for one that is not known.
func (l *linear) indexOf(feature uint32) int {
	bucket := feature >> (32 - startBits)
	for i := l.starts[bucket]; i < l.starts[bucket+1]; i++ {
		if l.features[i] == feature {
			return int(i)
		}
	}
	return -1
}

// Shares of the parts, found by cross-validation.
const (
	unknownShare = 0.3 // weight of unknown features, which reduces the weight of the others
	mannerShare  = 0.6
	mostManner   = 4 // deviations that a number may differ by
)

// forEachKnown calls f with each feature of a text that the model knows, and then with
// each number of manner: i is the place among the weights, value the amount.
func (l *linear) forEachKnown(r reading, f func(i int, value float64)) {
	var known []int
	for _, part := range r.parts {
		known = known[:0]
		sum := 1.0
		for _, feature := range part {
			if i := l.indexOf(feature); i >= 0 {
				known = append(known, i)
				sum += l.rare[l.seen[i]] * l.rare[l.seen[i]]
			} else {
				sum += unknownShare * l.rare[0] * l.rare[0]
			}
		}
		norm := 1 / math.Sqrt(sum)
		for _, i := range known {
			f(i, l.rare[l.seen[i]]*norm)
		}
	}
	for i, v := range r.manner {
		if l.deviations[i] > 0 {
			v = min(v/l.deviations[i], mostManner)
			f(len(l.features)+i, v*mannerShare/math.Sqrt(float64(len(r.manner))))
		}
	}
}

func (l *linear) score(r reading) float64 {
	sum := l.bias
	l.forEachKnown(r, func(i int, value float64) {
		if i < len(l.features) {
			sum += l.weights[i] * value
		} else {
			sum += l.manner[i-len(l.features)] * value
		}
	})
	return sum
}

// collectFeatures learns which features there are, and how the numbers spread.
func (l *linear) collectFeatures(samples []sample) {
	seen := map[uint32]uint32{}
	l.texts = len(samples)
	n := len(samples[0].reading.manner)
	l.deviations, l.manner = make([]float64, n), make([]float64, n)
	column := make([]float64, len(samples))
	for i := range n {
		for j, s := range samples {
			column[j] = s.reading.manner[i]
		}
		if d := standardDeviation(column); d > leastDeviation {
			l.deviations[i] = d
		}
	}
	for _, s := range samples {
		for _, part := range s.reading.parts {
			for _, feature := range part {
				seen[feature]++
			}
		}
	}
	for feature, n := range seen {
		if n >= leastSeen {
			l.features = append(l.features, feature)
		}
	}
	slices.Sort(l.features)
	l.seen = make([]uint32, len(l.features))
	for i, feature := range l.features {
		l.seen[i] = seen[feature]
	}
	l.weights = make([]float64, len(l.features))
	l.buildIndex()
}

// row is a text as numbers, for learning.
type row struct {
	at     []int32
	values []float32
	label  float64 // 1 for spam, -1 for talk
	size   float64 // the sum of the values' squares
	soft   float64 // how little an error on this text costs
	alpha  float64
}

// The descent.
const (
	cost      = 1.0
	talkShare = 0.3 // of the cost, for talk beside the collections
	passes    = 10
	enough    = 0.02 // slope at which training ends
)

// train fits the weights by dual coordinate descent for the squared hinge
// (Hsieh, Chang, Lin, Keerthi and Sundararajan, 2008).
func (l *linear) train(samples []sample) {
	l.collectFeatures(samples)
	rows := l.makeRows(samples)
	all := make([]float64, len(l.features)+len(l.manner)+1)
	rng := rand.New(rand.NewPCG(1, 2)) // the same file from the same texts
	for range passes {
		most := 0.0
		for _, n := range rng.Perm(len(rows)) {
			most = max(most, rows[n].descend(all))
		}
		if most < enough {
			break
		}
	}
	copy(l.weights, all)
	copy(l.manner, all[len(l.features):])
	l.bias = all[len(all)-1]
}

// descend sets the text's own weight to the optimum while the weights of the others stay
// fixed. It returns the absolute slope before that, 0 at the optimum.
func (r *row) descend(all []float64) float64 {
	sum := 0.0
	for i, at := range r.at {
		sum += all[at] * float64(r.values[i])
	}
	slope := r.label*sum - 1 + r.alpha*r.soft
	if r.alpha == 0 && slope >= 0 {
		return 0
	}
	alpha := max(r.alpha-slope/(r.size+r.soft), 0)
	change := (alpha - r.alpha) * r.label
	r.alpha = alpha
	for i, at := range r.at {
		all[at] += change * float64(r.values[i])
	}
	return math.Abs(slope)
}

// makeRows turns the samples into numbers. Each collection and each kind in it counts
// the same, however many texts of it there are: else the model would learn
// the collections.
func (l *linear) makeRows(samples []sample) []row {
	type kind struct {
		source string
		spam   bool
	}
	of := map[kind]int{}
	all := 0
	for _, s := range samples {
		if s.source != talkSource {
			of[kind{s.source, s.spam}]++
			all++
		}
	}
	rows := make([]row, len(samples))
	for n, s := range samples {
		weight := cost * talkShare
		if s.source != talkSource {
			weight = cost * float64(all) / float64(len(of)) / float64(of[kind{s.source, s.spam}])
		}
		room := len(s.reading.parts[0]) + len(s.reading.parts[1]) + len(l.manner) + 1
		r := row{at: make([]int32, 0, room), values: make([]float32, 0, room), label: -1, soft: 1 / (2 * weight)}
		if s.spam {
			r.label = 1
		}
		add := func(i int, value float64) {
			r.at = append(r.at, int32(i))
			r.values = append(r.values, float32(value))
			r.size += value * value
		}
		l.forEachKnown(s.reading, add)
		add(len(l.features)+len(l.manner), 1)
		rows[n] = r
	}
	return rows
}
