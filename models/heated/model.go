package heated

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"broadsheet/models/terms"
)

// model is a logistic regression over features that are scaled by their log-odds
// (Wang and Manning, "Baselines and Bigrams", 2012): with few texts it is better than
// counting alone and than a regression alone. odds are in steps of oddsStep, weights in
// steps of the model's own.
type model struct {
	odds    []int8 // 0 for a feature that is not known
	weights []int8 // times the odds
	step    float32
	bias    float32
}

// The training, chosen on public collections that are no part of the program.
const (
	smoothing = 1.0  // unsaid texts of each kind that have a feature
	leastSeen = 2    // texts that must have a feature
	passes    = 8    // through all texts
	rate      = 0.5  // of the first pass
	decay     = 1e-3 // of a weight, at each text that has its feature
	biasShare = 0.1  // of the rate
	oddsStep  = 0.06
)

// sample is a decided text.
type sample struct {
	reading Reading
	heated  bool
}

// train makes a model of samples of both kinds.
func train(list []sample) *model {
	heated := 0
	for _, s := range list {
		if s.heated {
			heated++
		}
	}
	m := &model{odds: oddsOf(list, heated), weights: make([]int8, 1<<bits)}
	weights := make([]float64, 1<<bits)
	bias, seen := 0.0, 0
	share := float64(heated) / float64(len(list)) // each kind counts half
	rng := rand.New(rand.NewPCG(1, 2))
	for range passes {
		for _, i := range rng.Perm(len(list)) {
			s := list[i]
			now := rate / (1 + 3*float64(seen)/float64(len(list)))
			seen++
			sum := bias
			for _, part := range s.reading.parts {
				sum += m.norm(part) * m.dot(part, weights)
			}
			error, cost := -1/(1+math.Exp(-sum)), 0.5/(1-share)
			if s.heated {
				error, cost = error+1, 0.5/share
			}
			error *= cost
			for _, part := range s.reading.parts {
				norm := m.norm(part)
				for _, f := range part {
					if odds := float64(m.odds[f]) * oddsStep; odds != 0 {
						weights[f] += now * (error*norm*odds - decay*weights[f])
					}
				}
			}
			bias += now * error * biasShare
		}
	}
	m.keep(weights, bias)
	return m
}

// oddsOf returns the log-odds of the features.
func oddsOf(list []sample, heated int) []int8 {
	hot, cold := make([]float64, 1<<bits), make([]float64, 1<<bits)
	for _, s := range list {
		count := cold
		if s.heated {
			count = hot
		}
		for _, part := range s.reading.parts {
			for _, f := range part {
				count[f]++
			}
		}
	}
	ofHot, ofCold := float64(heated)+2*smoothing, float64(len(list)-heated)+2*smoothing
	odds := make([]int8, 1<<bits)
	for f := range odds {
		if hot[f]+cold[f] >= leastSeen {
			odds[f] = toStep(math.Log((hot[f]+smoothing)/ofHot*ofCold/(cold[f]+smoothing)), oddsStep)
		}
	}
	return odds
}

func toStep(value, step float64) int8 {
	return int8(min(max(math.Round(value/step), -math.MaxInt8), math.MaxInt8))
}

// keep stores the weights, multiplied by the odds, in one byte each.
func (m *model) keep(weights []float64, bias float64) {
	most := 1e-9
	for f := range weights {
		weights[f] *= float64(m.odds[f]) * oddsStep
		most = max(most, math.Abs(weights[f]))
	}
	m.step, m.bias = float32(most/math.MaxInt8), float32(bias)
	for f, weight := range weights {
		m.weights[f] = toStep(weight, most/math.MaxInt8)
	}
}

func (m *model) dot(part []uint32, weights []float64) (sum float64) {
	for _, f := range part {
		sum += weights[f] * float64(m.odds[f]) * oddsStep
	}
	return sum
}

// norm makes long texts count as much as short ones.
func (m *model) norm(part []uint32) float64 {
	sum := 1.0
	for _, f := range part {
		odds := float64(m.odds[f]) * oddsStep
		sum += odds * odds
	}
	return 1 / math.Sqrt(sum)
}

// points returns the points of a text: the more, the more heated.
func (m *model) points(r Reading) float64 {
	sum := float64(m.bias)
	for _, part := range r.parts {
		sum += m.norm(part) * m.sum(part)
	}
	return sum
}

func (m *model) sum(part []uint32) (sum float64) {
	for _, f := range part {
		sum += float64(m.weights[f])
	}
	return sum * float64(m.step)
}

// words returns up to most words of a text that speak most for heat, as they stand in
// the text.
func (m *model) words(text string, most int) (list []string) {
	type said struct {
		word string
		says float64
	}
	r := Read(text)
	norms := [2]float64{m.norm(r.parts[0]), m.norm(r.parts[1])}
	var all []said
	for _, word := range terms.Words(cutBytes(text)) {
		form := squeeze(terms.Skeleton(word))
		says := norms[0]*m.sum([]uint32{hash('w', form)}) + norms[1]*m.sum(appendGroups(nil, form))
		same := func(s said) bool { return strings.EqualFold(s.word, word) }
		if says >= leastSays && !slices.ContainsFunc(all, same) {
			all = append(all, said{word, says})
		}
	}
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(b.says, a.says) })
	for _, s := range all[:min(most, len(all))] {
		list = append(list, s.word)
	}
	return list
}

// leastSays is the number of points from which a word is named.
const leastSays = 0.05
