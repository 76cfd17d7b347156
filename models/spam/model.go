package spam

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
)

// Model judges wording. It is safe for use by several goroutines.
type Model struct {
	words   bayes
	letters letters
	scale   scale
}

// scale brings both scores together: 0 is the middle of talk, 1 the mark
// from which a comment is held.
type scale struct {
	Words, Letters float64 // what one point of each counts
	Zero           float64
}

// Wording returns the points of a text and what it was counted by. Below 0
// it reads like talk, from 1 like spam.
func (m *Model) Wording(text string, own Learned) float64 { return m.points(extract(text), own) }

// Reading is a text taken apart, which both what a site has learned and the
// model are asked about. The zero value is of no text.
type Reading struct{ features }

// Read takes a text apart.
func Read(text string) Reading { return Reading{extract(text)} }

// Features returns what is counted of the text's words, see [Features].
func (r Reading) Features() []uint32 { return r.words }

func (m *Model) points(f features, own Learned) float64 {
	return m.scale.Words*m.words.score(f.words, own) + m.scale.Letters*m.letters.score(f.letters) - m.scale.Zero
}

// Features returns what is counted of a text's words, each once. Learning a
// decision means to add one to each and to the number of texts; unlearning it,
// to take that away again.
func Features(text string) []uint32 { return extract(text).words }

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

// The file: gzip of a line that names the version, the scale as three
// float64, the counts of texts, the features in order as differences with
// their counts, all as variable-length integers, and one signed byte for
// each group of letters after the bias and the step.
const modelHeader = "broadsheet spam model 1\n"

// maxModelFeatures bounds what a broken file can ask for.
const maxModelFeatures = 1 << 20

// Write stores the model. Weights lose what one part in 127 of the largest
// cannot tell.
func (m *Model) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(modelHeader)
	step := 0.0
	for _, weight := range m.letters.weights {
		step = max(step, math.Abs(float64(weight))/127)
	}
	for _, v := range []float64{m.scale.Words, m.scale.Letters, m.scale.Zero, m.words.texts.Spam, m.words.texts.Ham, m.letters.bias, step} {
		b.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	}
	b.Write(binary.AppendUvarint(nil, uint64(len(m.words.features))))
	last := uint32(0)
	for i, feature := range m.words.features {
		b.Write(binary.AppendUvarint(nil, uint64(feature-last)))
		b.Write(binary.AppendUvarint(nil, uint64(m.words.counts[i].Spam)))
		b.Write(binary.AppendUvarint(nil, uint64(m.words.counts[i].Ham)))
		last = feature
	}
	for _, weight := range m.letters.weights {
		b.WriteByte(byte(int8(math.Round(float64(weight) / max(step, 1e-12)))))
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = z.Write(b.Bytes())
	return errors.Join(err, z.Close())
}

// ReadModel reads what Write stored.
func ReadModel(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, 64<<20))
	if err != nil {
		return nil, err
	}
	b := bytes.NewReader(data)
	header := make([]byte, len(modelHeader))
	if _, err := io.ReadFull(b, header); err != nil || string(header) != modelHeader {
		return nil, errors.New("not a spam model of this version")
	}
	m := &Model{}
	var step float64
	for _, v := range []*float64{&m.scale.Words, &m.scale.Letters, &m.scale.Zero, &m.words.texts.Spam, &m.words.texts.Ham, &m.letters.bias, &step} {
		if err := binary.Read(b, binary.LittleEndian, v); err != nil {
			return nil, err
		}
	}
	n, err := binary.ReadUvarint(b)
	if err != nil || n > maxModelFeatures {
		return nil, fmt.Errorf("%d features: %w", n, errors.Join(err, io.ErrUnexpectedEOF))
	}
	last := uint64(0)
	for range n {
		var v [3]uint64
		for i := range v {
			if v[i], err = binary.ReadUvarint(b); err != nil {
				return nil, err
			}
		}
		last += v[0]
		m.words.features = append(m.words.features, uint32(last))
		m.words.counts = append(m.words.counts, Count{float64(v[1]), float64(v[2])})
	}
	weights := make([]byte, letterSlots)
	if _, err := io.ReadFull(b, weights); err != nil {
		return nil, err
	}
	m.letters.weights = make([]float32, letterSlots)
	for i, w := range weights {
		m.letters.weights[i] = float32(float64(int8(w)) * step)
	}
	return m, nil
}
