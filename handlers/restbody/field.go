package restbody

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"broadsheet/handlers/restparams"
)

// MaxItems is the largest number of items in a list of numbers.
const MaxItems = 500

// Source returns a field as JSON, nil if it was not sent as JSON.
func (f *Fields) Source(name string) json.RawMessage { return f.json[name] }

// Check reads every field of a schema by its kind and returns the problems, nil for none.
func (f *Fields) Check(schema restparams.Schema) error {
	for _, p := range schema {
		switch p.Kind {
		case restparams.Integer:
			f.Integer(p.Name)
		case restparams.Integers:
			f.Integers(p.Name)
		case restparams.Bool:
			f.Bool(p.Name)
		case restparams.Date:
			f.Date(p.Name)
		case restparams.Choice:
			f.Choice(p.Name, p.Choices...)
		case restparams.Texts:
			f.Texts(p.Name)
		default:
			f.Text(p.Name)
		}
	}
	return f.Err()
}

// Texts returns a list of texts in their order: an array, or the values of a form. An empty
// text keeps its place.
func (f *Fields) Texts(name string) (list []string) {
	if !f.Has(name) {
		return nil
	}
	raw, isJSON := f.json[name]
	if !isJSON {
		values, _ := f.formValues(name)
		for _, value := range values {
			list = append(list, clean(value))
		}
		return list
	}
	if json.Unmarshal(raw, &list) != nil {
		f.wrongType(name, "array")
		return nil
	}
	for i := range list {
		list[i] = clean(list[i])
	}
	return list
}

// Has reports whether a field was sent. A field that is null counts as not sent.
func (f *Fields) Has(name string) bool {
	if raw, ok := f.json[name]; ok {
		return !bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
	}
	_, ok := f.formValues(name)
	return ok
}

// formValues returns the values of a field of a form: of name, or of name[] and name[0].
func (f *Fields) formValues(name string) (values []string, ok bool) {
	if values, ok := f.form[name]; ok {
		return values, true
	}
	for _, key := range sortedKeys(f.form) {
		if rest, found := strings.CutPrefix(key, name+"["); found && strings.HasSuffix(rest, "]") && rest != "raw]" && rest != "rendered]" {
			values, ok = append(values, f.form[key]...), true
		}
	}
	if raw, found := f.form[name+"[raw]"]; found && !ok {
		return raw, true
	}
	return values, ok
}

// sortedKeys returns the names of the fields of a form, short ones first: name[2] stands before
// name[10], because the order of authors counts.
func sortedKeys(form map[string][]string) []string {
	keys := make([]string, 0, len(form))
	for key := range form {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return keys
}

func (f *Fields) wrongType(name, want string) {
	f.problems = append(f.problems, restparams.Problem{
		Param: name, Code: "rest_invalid_type", Message: name + " is not of type " + want + ".", Data: map[string]string{"param": name},
	})
}

// Text returns a text as valid UTF-8 without NUL. Of an object, such as WordPress's title,
// it is the field raw. A number counts as a text.
func (f *Fields) Text(name string) string {
	raw, isJSON := f.json[name]
	if !isJSON {
		values, ok := f.formValues(name)
		if !ok {
			return ""
		}
		return clean(values[len(values)-1])
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return clean(text)
	}
	var object struct{ Raw *string }
	if json.Unmarshal(raw, &object) == nil && object.Raw != nil {
		return clean(*object.Raw)
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	f.wrongType(name, "string")
	return ""
}

// clean makes a text storable: PostgreSQL refuses NUL.
func clean(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "") }

// Integer returns a whole number, 0 if the field was not sent.
func (f *Fields) Integer(name string) int64 {
	if !f.Has(name) {
		return 0
	}
	text := ""
	if raw, ok := f.json[name]; ok {
		text = strings.Trim(string(raw), `"`)
	} else {
		text = f.Text(name)
	}
	n, ok := parseInteger(text)
	if !ok {
		f.wrongType(name, "integer")
	}
	return n
}

// parseInteger reads a whole number. JSON may write it as 5.0; a form may leave it empty.
func parseInteger(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, true
	}
	if whole, fraction, ok := strings.Cut(s, "."); ok && strings.Trim(fraction, "0") == "" {
		s = whole
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// Integers returns a list of whole numbers without repeats: an array, or a text with
// commas.
func (f *Fields) Integers(name string) (list []int64) {
	if !f.Has(name) {
		return nil
	}
	items, ok := f.items(name)
	if !ok {
		f.wrongType(name, "array")
		return nil
	}
	for i, item := range items {
		n, isNumber := parseInteger(item)
		switch {
		case !isNumber:
			f.wrongType(name+"["+strconv.Itoa(i)+"]", "integer")
			return nil
		case n != 0 && !slices.Contains(list, n):
			list = append(list, n)
		}
	}
	if len(list) > MaxItems {
		f.Refuse(name, "rest_too_many_items", name+" must contain at most "+strconv.Itoa(MaxItems)+" items.")
	}
	return list
}

// items returns the items of a list as texts.
func (f *Fields) items(name string) (items []string, ok bool) {
	raw, isJSON := f.json[name]
	if !isJSON {
		values, _ := f.formValues(name)
		for _, value := range values {
			items = append(items, splitList(value)...)
		}
		return items, true
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, item := range list {
			items = append(items, strings.Trim(string(item), `"`))
		}
		return items, true
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return splitList(text), true
	}
	_, isNumber := parseInteger(string(raw))
	return []string{string(raw)}, isNumber
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// Choice returns one of some words, "" if the field was not sent.
func (f *Fields) Choice(name string, choices ...string) string {
	text := f.Text(name)
	if text != "" && !slices.Contains(choices, text) {
		f.Refuse(name, "rest_not_in_enum", name+" is not one of "+restparams.Enumerate(choices)+".")
		return ""
	}
	return text
}

// Bool returns a boolean, false if the field was not sent.
func (f *Fields) Bool(name string) bool {
	if !f.Has(name) {
		return false
	}
	text := strings.Trim(string(f.json[name]), `"`)
	if text == "" {
		text = f.Text(name)
	}
	switch strings.ToLower(text) {
	case "true", "1":
		return true
	case "false", "0", "":
		return false
	}
	f.wrongType(name, "boolean")
	return false
}

// Date returns a date. ok is false if the field was not sent, is empty or is no date.
func (f *Fields) Date(name string) (at restparams.Instant, ok bool) {
	if !f.Has(name) {
		return at, false
	}
	text := strings.TrimSpace(f.Text(name))
	if text == "" {
		return at, false
	}
	if at, ok = restparams.ParseDate(text); !ok {
		f.Refuse(name, "rest_invalid_date", "Invalid date.")
	}
	return at, ok
}
