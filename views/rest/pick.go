package rest

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Fields are the fields that a request asks for, as a tree: "title.rendered" is the
// field rendered below title. Nil asks for all fields.
type Fields map[string]Fields

// ParseFields reads names such as id and title.rendered. It returns nil for no names.
func ParseFields(names []string) Fields {
	var root Fields
	for _, name := range names {
		if root == nil {
			root = Fields{}
		}
		level := root
		for rest := name; rest != ""; {
			var part string
			part, rest, _ = strings.Cut(rest, ".")
			below, known := level[part]
			switch {
			case known && below == nil: // the whole field is asked for already
				rest = ""
			case rest == "":
				level[part] = nil
			case below == nil:
				below = Fields{}
				level[part] = below
			}
			level = below
		}
	}
	return root
}

// Has reports whether a field is asked for, in whole or in part.
func (f Fields) Has(name string) bool {
	_, ok := f[name]
	return f == nil || ok
}

// Pick returns a JSON object without the fields that are not asked for, in the
// order of the object. In an array it picks from each element.
func (f Fields) Pick(object []byte) ([]byte, error) {
	if f == nil {
		return object, nil
	}
	switch object = bytes.TrimSpace(object); object[0] {
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(object, &list); err != nil {
			return nil, err
		}
		for i, element := range list {
			picked, err := f.Pick(element)
			if err != nil {
				return nil, err
			}
			list[i] = picked
		}
		return json.Marshal(list)
	case '{':
		return f.pickObject(object)
	}
	return object, nil
}

func (f Fields) pickObject(object []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	out := []byte("{")
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var field json.RawMessage
		if err := d.Decode(&field); err != nil {
			return nil, err
		}
		below, asked := f[name.(string)]
		if !asked {
			continue
		}
		if field, err = below.Pick(field); err != nil {
			return nil, err
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), field...)
	}
	return append(out, '}'), nil
}
