package jsonlines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// MaxLineBytes is the longest line of an import. A longer line gives an error and
// is not held in memory.
const MaxLineBytes = 32 << 20

// Each calls fn for each line that is not blank, with its number from 1. For a
// line that is too long or not UTF-8 it passes an error instead of data. data is
// valid until fn returns. Each stops at fn's first error.
func Each(r io.Reader, fn func(line int, data []byte, err error) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var buf []byte
	for line := 1; ; line++ {
		data, tooLong, err := readLine(in, buf[:0])
		buf = data
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", line, err)
		}
		data = bytes.TrimSpace(data)
		if line == 1 {
			data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		}
		var bad error
		switch {
		case tooLong:
			bad = fmt.Errorf("the line is longer than %d MB", MaxLineBytes>>20)
		case !utf8.Valid(data):
			bad = errors.New("the line is not valid UTF-8")
		}
		if len(data) > 0 || bad != nil {
			if err := fn(line, data, bad); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}

func readLine(in *bufio.Reader, buf []byte) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(buf)+len(part) > MaxLineBytes {
			tooLong = true
			buf = buf[:0]
		}
		if !tooLong {
			buf = append(buf, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, tooLong, err
		}
	}
}

// LooseString is a JSON string or number. Some exports write ids and slugs as
// numbers.
type LooseString string

// UnmarshalJSON implements json.Unmarshaler.
func (s *LooseString) UnmarshalJSON(data []byte) error {
	var number json.Number
	if len(data) > 0 && data[0] != '"' && json.Unmarshal(data, &number) == nil {
		*s = LooseString(number)
		return nil
	}
	return json.Unmarshal(data, (*string)(s))
}

// Explain turns the error of unmarshalling a row into one for the author of the
// file. kind is the row's meaning, such as "an article".
func Explain(kind string, err error) error {
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return fmt.Errorf("not a JSON object of %s: %w", kind, err)
	case e.Field == "":
		return fmt.Errorf("not a JSON object of %s but a JSON %s", kind, e.Value)
	default:
		return fmt.Errorf("%s is %s; 'broadsheet help operating' lists the fields of %s", e.Field, aOrAn(e.Value), kind)
	}
}

func aOrAn(word string) string {
	if strings.ContainsAny(word[:min(1, len(word))], "aeiou") {
		return "an " + word
	}
	return "a " + word
}
