package heated

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// header names the version of the stored form.
const header = "heated 1"

// stored is the stored form after the header.
type stored struct {
	Heated, Calm   int32
	AUC            float64
	Places, Caught [marks]float32
	Step, Bias     float32
	Odds, Weights  [1 << bits]int8
}

// Marshal returns the stored form of what was learned, nil where there is no model.
func (s *Site) Marshal() ([]byte, error) {
	if s.model == nil {
		return nil, nil
	}
	form := stored{
		Heated: int32(s.Heated), Calm: int32(s.Calm), AUC: s.AUC, Places: s.places, Caught: s.caught,
		Step: s.model.step, Bias: s.model.bias,
	}
	copy(form.Odds[:], s.model.odds)
	copy(form.Weights[:], s.model.weights)
	var b bytes.Buffer
	b.WriteString(header)
	z, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	err = errors.Join(binary.Write(z, binary.LittleEndian, &form), z.Close())
	return b.Bytes(), err
}

// Unmarshal reads the result of Marshal.
func Unmarshal(data []byte) (*Site, error) {
	rest, ok := bytes.CutPrefix(data, []byte(header))
	if !ok {
		return nil, errors.New("this is no model of heated comments")
	}
	z := flate.NewReader(bytes.NewReader(rest))
	defer z.Close()
	var form stored
	if err := binary.Read(io.LimitReader(z, int64(binary.Size(form))), binary.LittleEndian, &form); err != nil {
		return nil, fmt.Errorf("the model of heated comments: %w", err)
	}
	return &Site{
		Heated: int(form.Heated), Calm: int(form.Calm), AUC: form.AUC, places: form.Places, caught: form.Caught,
		model: &model{odds: form.Odds[:], weights: form.Weights[:], step: form.Step, bias: form.Bias},
	}, nil
}
