package spam

import (
	"bytes"
	_ "embed"
	"sync"
)

// Model judges wording. It is safe for use by several goroutines.
type Model struct {
	words  bayes
	linear linear
	scale  scale
}

// scale brings both scores together: 0 is the middle of talk, 1 the mark
// from which a comment is held.
type scale struct {
	Words, Linear float64 // weights of the two models
	Zero          float64
}

// Wording returns the points of a text. Points below 0 mean talk, points from 1
// mean spam.
func (m *Model) Wording(text string, own Learned) float64 {
	return m.scoreFeatures(extractFeatures(text), own)
}

// Reading is a parsed text. It serves both the counts of a site and the model. The
// zero value is that of an empty text.
type Reading struct{ features }

// Read takes a text apart.
func Read(text string) Reading { return Reading{extractFeatures(text)} }

// Features returns the counted features, see the function Features.
func (r Reading) Features() []uint32 { return r.words }

// ownShare is how much more the counts say where a site has learnt something
// itself: the linear model beside them cannot be taught, and is not to have
// the last word.
const ownShare = 1 / countsShare

func (m *Model) scoreFeatures(f features, own Learned) float64 {
	words := m.words.score(f.words, Learned{})
	if len(own.Features) > 0 {
		words += ownShare * (m.words.score(f.words, own) - words)
	}
	return m.scale.Words*words + m.scale.Linear*m.linear.score(f.reading) - m.scale.Zero
}

// Features returns the counted features of a text, each once. To learn a decision,
// add one to each feature and to the number of texts; to unlearn it, subtract one.
func Features(text string) []uint32 { return wordFeatures(cutBytes(text, maxScored)) }

//go:embed model.bin.gz
var started []byte

// Started returns the model that every site begins with.
var Started = sync.OnceValue(func() *Model {
	m, err := ReadModel(bytes.NewReader(started))
	if err != nil {
		panic("built-in spam model: " + err.Error()) // a test reads it
	}
	return m
})
