package spam

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The file: gzip of a line that names the version; the scale, the texts,
// the bias and the unit of the weights as float64; the counted features in order as differences with
// their counts; the features of the linear model as differences with the
// number of texts that have them and a weight; and the numbers of manner, two
// float64 each. Whole numbers are of variable length.
const modelHeader = "broadsheet spam model 2\n"

// maxModelFeatures bounds the memory that a broken file can request.
const maxModelFeatures = 1 << 20

// headNumbers points to the numbers at the beginning of the file, to write or to
// read them. step is the unit of the stored weights.
func (m *Model) headNumbers(step *float64) []*float64 {
	return []*float64{&m.scale.Words, &m.scale.Linear, &m.scale.Zero, &m.words.texts.Spam, &m.words.texts.Ham, &m.linear.bias, step}
}

// Write writes the model to w. It stores the square root of each weight in a
// signed byte, so that small weights are not rounded to 0.
func (m *Model) Write(w io.Writer) error {
	b := []byte(modelHeader)
	step := 0.0
	for _, weight := range m.linear.weights {
		step = max(step, math.Abs(weight)/(127*127))
	}
	number := func(v float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v)) }
	for _, v := range m.headNumbers(&step) {
		number(*v)
	}
	b = binary.AppendUvarint(b, uint64(len(m.words.features)))
	last := uint32(0)
	for i, feature := range m.words.features {
		b = binary.AppendUvarint(b, uint64(feature-last))
		b = binary.AppendUvarint(b, uint64(m.words.counts[i].Spam))
		b = binary.AppendUvarint(b, uint64(m.words.counts[i].Ham))
		last = feature
	}
	b = binary.AppendUvarint(b, uint64(m.linear.texts))
	b = binary.AppendUvarint(b, uint64(len(m.linear.features)))
	last = 0
	for i, feature := range m.linear.features {
		b = binary.AppendUvarint(b, uint64(feature-last))
		last = feature
		b = binary.AppendUvarint(b, uint64(m.linear.seen[i]))
	}
	for _, weight := range m.linear.weights {
		root := math.Sqrt(math.Abs(weight) / max(step, 1e-12))
		b = append(b, byte(int8(math.Copysign(math.Round(root), weight))))
	}
	b = binary.AppendUvarint(b, uint64(len(m.linear.manner)))
	for i, weight := range m.linear.manner {
		number(weight)
		number(m.linear.deviations[i])
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	_, err = z.Write(b)
	return errors.Join(err, z.Close())
}

// ReadModel reads a model that Write has written.
func ReadModel(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, 64<<20))
	if err != nil {
		return nil, err
	}
	f := file{rest: data}
	if string(f.takeBytes(len(modelHeader))) != modelHeader {
		return nil, errors.New("not a spam model of this version")
	}
	m := &Model{}
	var step float64
	for _, v := range m.headNumbers(&step) {
		*v = f.readFloat()
	}
	f.readWords(&m.words)
	f.readLinear(&m.linear, step)
	if f.err != nil {
		return nil, f.err
	}
	return m, nil
}

// file is read from front to back; after an error everything is zero.
type file struct {
	rest []byte
	err  error
}

func (f *file) takeBytes(n int) []byte {
	if f.err != nil || n > len(f.rest) {
		f.err = errors.Join(f.err, io.ErrUnexpectedEOF)
		return make([]byte, n)
	}
	taken := f.rest[:n]
	f.rest = f.rest[n:]
	return taken
}

func (f *file) readFloat() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(f.takeBytes(8)))
}

func (f *file) readUvarint() uint64 {
	v, n := binary.Uvarint(f.rest)
	if f.err != nil || n <= 0 {
		f.err = errors.Join(f.err, io.ErrUnexpectedEOF)
		return 0
	}
	f.rest = f.rest[n:]
	return v
}

// readCount reads a number of features or texts, and refuses one that is too large.
func (f *file) readCount() int {
	n := f.readUvarint()
	if n > maxModelFeatures {
		f.err = errors.Join(f.err, fmt.Errorf("%d features in a spam model", n))
		return 0
	}
	return int(n)
}

func (f *file) readWords(b *bayes) {
	n := f.readCount()
	b.features, b.counts = make([]uint32, n), make([]Count, n)
	last := uint32(0)
	for i := 0; i < n && f.err == nil; i++ {
		last += uint32(f.readUvarint())
		b.features[i] = last
		b.counts[i] = Count{float64(f.readUvarint()), float64(f.readUvarint())}
	}
}

func (f *file) readLinear(l *linear, step float64) {
	l.texts = f.readCount()
	n := f.readCount()
	l.features, l.seen, l.weights = make([]uint32, n), make([]uint32, n), make([]float64, n)
	last := uint32(0)
	for i := 0; i < n && f.err == nil; i++ {
		last += uint32(f.readUvarint())
		l.features[i], l.seen[i] = last, uint32(min(f.readUvarint(), uint64(l.texts)))
	}
	for i, b := range f.takeBytes(n) {
		root := float64(int8(b))
		l.weights[i] = math.Copysign(root*root*step, root)
	}
	if n = f.readCount(); f.err == nil && n != len(measureManner("", tokens{})) {
		f.err = errors.New("a spam model for other numbers of manner")
		return
	}
	l.manner, l.deviations = make([]float64, n), make([]float64, n)
	for i := 0; i < n && f.err == nil; i++ {
		l.manner[i], l.deviations[i] = f.readFloat(), f.readFloat()
	}
	if f.err == nil {
		l.buildIndex()
	}
}
