package spam

import (
	"math"
	"slices"
)

// Count is the number of texts of each kind that have a feature.
type Count struct{ Spam, Ham float64 }

// Learned are the counts from a site's own decisions: the number of texts of each
// kind, and the counts of the requested features. The zero value belongs to a site
// without decisions.
type Learned struct {
	Texts    Count
	Features map[uint32]Count
}

// ownWeight is how much more a site's own decision counts than a text the
// model was started with.
const ownWeight = 4

// prior is how many unsaid texts of each kind a feature begins with, so that
// one seen once does not decide (Robinson's strength).
const prior = 0.25

// bayes holds the counts of the starting state, by feature in order.
type bayes struct {
	texts    Count
	features []uint32
	counts   []Count
}

func (b *bayes) countOf(feature uint32) Count {
	if i, ok := slices.BinarySearch(b.features, feature); ok {
		return b.counts[i]
	}
	return Count{}
}

// score returns the sum of the features' log-odds, evened out for length.
// Naive Bayes adds as if words came independently; they do not, so that long
// texts would otherwise be judged far too surely either way (Rennie and
// others, "Tackling the Poor Assumptions of Naive Bayes", 2003).
func (b *bayes) score(list []uint32, own Learned) float64 {
	sum, known := 0.0, 0
	for _, feature := range list {
		if odds := b.logOdds(feature, own); odds != 0 {
			sum += odds
			known++
		}
	}
	return sum / math.Sqrt(float64(known)+1)
}

// logOdds returns the log-odds of one feature: above 0 where it speaks for
// spam, 0 where it is not known.
func (b *bayes) logOdds(feature uint32, own Learned) float64 {
	c, learned := b.countOf(feature), own.Features[feature]
	spam, ham := c.Spam+ownWeight*learned.Spam, c.Ham+ownWeight*learned.Ham
	if spam+ham <= 0 {
		return 0
	}
	ofSpam := spam / (1 + b.texts.Spam + ownWeight*own.Texts.Spam)
	ofHam := ham / (1 + b.texts.Ham + ownWeight*own.Texts.Ham)
	p := ofSpam / (ofSpam + ofHam)
	p = (prior + (spam+ham)*p) / (2*prior + spam + ham)
	return math.Log(p / (1 - p))
}

// train counts labelled texts.
func (b *bayes) train(samples []sample, least float64) {
	all := map[uint32]Count{}
	for _, s := range samples {
		one := Count{Ham: 1}
		if s.spam {
			one = Count{Spam: 1}
		}
		b.texts.Spam += one.Spam
		b.texts.Ham += one.Ham
		for _, feature := range s.words {
			c := all[feature]
			all[feature] = Count{c.Spam + one.Spam, c.Ham + one.Ham}
		}
	}
	for feature, c := range all {
		if c.Spam+c.Ham >= least {
			b.features = append(b.features, feature)
		}
	}
	slices.Sort(b.features)
	for _, feature := range b.features {
		b.counts = append(b.counts, all[feature])
	}
}
