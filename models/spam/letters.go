package spam

import (
	"math"
	"math/rand/v2"
)

// letterSlots is how many weights there are for groups of letters; groups
// are spread over them by hash.
const letterSlots = 1 << 17

// letters is a logistic regression on groups of letters.
type letters struct {
	bias    float64
	weights []float32 // letterSlots of them
}

func (l *letters) score(list []uint32) float64 {
	sum := 0.0
	for _, i := range list {
		sum += float64(l.weights[i])
	}
	return l.bias + sum/math.Sqrt(float64(len(list))+1)
}

// The descent: AdaGrad (Duchi, Hazan and Singer, 2011), a few passes.
const (
	passes   = 8
	rate     = 0.5
	decay    = 1e-5
	leastFor = 2 // groups seen in fewer texts stay at zero
)

func (l *letters) train(samples []sample) {
	l.weights = make([]float32, letterSlots)
	seen := make([]int, letterSlots)
	for _, s := range samples {
		for _, i := range s.letters {
			seen[i]++
		}
	}
	squares := make([]float64, letterSlots)
	biasSquares := 1.0
	rng := rand.New(rand.NewPCG(1, 2)) // the same file from the same texts
	for range passes {
		for _, n := range rng.Perm(len(samples)) {
			s := samples[n]
			wrong := 1 / (1 + math.Exp(-l.score(s.letters)))
			if s.spam {
				wrong--
			}
			biasSquares += wrong * wrong
			l.bias -= rate / math.Sqrt(biasSquares) * wrong
			each := wrong / math.Sqrt(float64(len(s.letters))+1)
			for _, i := range s.letters {
				if seen[i] < leastFor {
					continue
				}
				slope := each + decay*float64(l.weights[i])
				squares[i] += slope * slope
				l.weights[i] -= float32(rate / math.Sqrt(squares[i]+1e-6) * slope)
			}
		}
	}
}
