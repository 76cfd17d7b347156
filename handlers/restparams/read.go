package restparams

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Limits of a query. They are far above the numbers that clients send.
const (
	MaxQueryBytes = 8 << 10 // of the whole query string
	MaxList       = 500     // values of one parameter
	maxText       = 1600    // bytes of a search; WordPress searches texts of 1,600 characters and less
)

// Problem is the refusal of one parameter.
type Problem struct {
	Param, Code, Message string
	Data                 any
}

// Invalid is the error of a query with parameters that are not valid.
type Invalid []Problem

func (e Invalid) Error() string {
	names := make([]string, len(e))
	for i, p := range e {
		names[i] = p.Param
	}
	return "Invalid parameter(s): " + strings.Join(names, ", ")
}

// Refused is the error of a query that is refused as a whole.
type Refused struct {
	Status        int
	Code, Message string
	TermID        int64    // the term that exists already, 0 for other refusals
	Missing       []string // the parameters that were not sent
}

func (e *Refused) Error() string { return e.Message }

// sent has the values of one parameter in a query string.
type sent struct {
	values []string
	list   bool // as name[]=
	keys   map[string]string
}

// Read reads a query string. It ignores unknown parameters. The error is Invalid or
// a Refused.
func (s Schema) Read(raw string) (*Values, error) {
	if len(raw) > MaxQueryBytes {
		return nil, &Refused{
			Status: 414, Code: "rest_query_too_long", Message: fmt.Sprintf("The query is longer than %d bytes.", MaxQueryBytes),
		}
	}
	found := s.collect(raw)
	v := &Values{schema: s, sent: map[string]value{}}
	var problems Invalid
	for i := range s {
		p := &s[i]
		have, ok := found[p.Name]
		if !ok {
			continue
		}
		value, keep, problem := p.read(have)
		switch {
		case problem != nil:
			problems = append(problems, *problem)
		case keep && p.Forbidden:
			return nil, &Refused{Status: 401, Code: "rest_forbidden_param", Message: "Query parameter not permitted: " + p.Name}
		case keep:
			v.sent[p.Name] = value
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	v.settle()
	return v, nil
}

// collect sorts the pairs of a query string by parameter. As in PHP, the last of
// several values counts, and name[] and name[key] make lists.
func (s Schema) collect(raw string) map[string]*sent {
	found := map[string]*sent{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = decode(name), decode(value)
		name, key, bracket := strings.Cut(name, "[")
		p := s.find(name)
		if p == nil {
			continue
		}
		have := found[name]
		if have == nil || have.list != bracket {
			have = &sent{list: bracket, keys: map[string]string{}}
			found[name] = have
		}
		key, _, _ = strings.Cut(key, "]")
		switch {
		case !bracket:
			have.values = []string{value}
		case p.Kind == TermIDs && (key == "include_children" || key == "operator"):
			have.keys[key] = value
		default:
			have.values = append(have.values, value)
		}
	}
	return found
}

// decode decodes a part of a query string. A part with a broken escape stays as it
// is. Bytes that are no text are dropped.
func decode(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		s = decoded
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// read reads the value of a parameter. keep is false for the default value.
func (p *Param) read(have *sent) (v value, keep bool, problem *Problem) {
	switch {
	case p.isList():
		return p.readList(have)
	case have.list:
		return v, false, p.wrongType(p.Name, p.argument().Type)
	}
	single := have.values[len(have.values)-1]
	switch p.Kind {
	case Integer:
		n, err := parseInteger(single)
		if err != nil {
			return v, false, p.wrongType(p.Name, "integer")
		}
		return value{number: n}, strconv.FormatInt(n, 10) != p.Default, p.refuses(n)
	case Date:
		at, ok := ParseDate(strings.TrimSpace(single))
		if !ok {
			return v, false, p.problem("rest_invalid_date", "Invalid date.", nil)
		}
		return value{date: at}, true, nil
	case Bool:
		yes, ok := parseBool(single)
		if p.Bare && single == "" {
			yes, ok = true, true
		}
		if !ok {
			return v, false, p.wrongType(p.Name, "boolean")
		}
		return value{yes: yes}, strconv.FormatBool(yes) != p.Default, nil
	default:
		return p.readText(single)
	}
}

// readText reads a text, or the name of a choice.
func (p *Param) readText(single string) (v value, keep bool, problem *Problem) {
	text := strings.Join(strings.Fields(single), " ")
	switch {
	case p.Kind == Choice && !slices.Contains(p.Choices, text):
		return v, false, p.notChosen(p.Name)
	case len(text) > maxText:
		return v, false, p.problem("rest_too_long", p.Name+" is too long.", nil)
	}
	return value{text: text}, text != p.Default, nil
}

func (p *Param) isList() bool {
	switch p.Kind {
	case Integers, Texts, Choices, TermIDs, Words:
		return true
	}
	return false
}

// readList reads a list. A value with commas or spaces is several values.
func (p *Param) readList(have *sent) (v value, keep bool, problem *Problem) {
	var items []string
	for _, text := range have.values {
		items = append(items, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })...)
	}
	if len(items) > MaxList {
		return v, false, p.problem("rest_too_many_items", fmt.Sprintf("%s must contain at most %d items.", p.Name, MaxList), nil)
	}
	for i, item := range items {
		if problem := p.addItem(&v, item, fmt.Sprintf("%s[%d]", p.Name, i)); problem != nil {
			return v, false, problem
		}
	}
	if len(v.texts) > 1 && p.Known != nil {
		v.texts = slices.DeleteFunc(v.texts, func(word string) bool { return word == unknownWord })
	}
	if p.Bare && (len(items) == 0 || len(items) == 1 && (items[0] == "true" || items[0] == "1")) {
		v.texts = []string{"1"}
	}
	v.children, _ = parseBool(have.keys["include_children"])
	switch operator := have.keys["operator"]; operator {
	case "", "OR":
	case "AND":
		v.all = true
	default:
		return v, false, p.problem("rest_not_in_enum", p.Name+"[operator] is not one of AND and OR.", nil)
	}
	keep = len(v.numbers)+len(v.texts) > 0 && (p.Default == "" || strings.Join(v.texts, ",") != p.Default)
	return v, keep, nil
}

// addItem adds an item to a list, unless the list has it. place is its name in an
// error.
func (p *Param) addItem(v *value, item, place string) *Problem {
	switch p.Kind {
	case Integers, TermIDs:
		n, err := parseInteger(item)
		if err != nil {
			return p.wrongType(place, "integer")
		}
		if !slices.Contains(v.numbers, n) {
			v.numbers = append(v.numbers, n)
		}
	default:
		switch {
		case p.Kind == Choices && slices.Contains(p.Closed, item):
			return p.problem("rest_forbidden_"+p.Name, titled(p.Name)+" is forbidden.", map[string]int{"status": 401})
		case p.Kind == Choices && !slices.Contains(p.Choices, item):
			return p.notChosen(place)
		case p.Known != nil && !slices.Contains(p.Known, item):
			item = unknownWord
		}
		if !slices.Contains(v.texts, item) {
			v.texts = append(v.texts, item)
		}
	}
	return nil
}

// unknownWord replaces all names in a list of Words that are not known. A list that has
// other names drops it.
const unknownWord = "-"

func titled(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// parseInteger reads a whole number.
func parseInteger(s string) (int64, error) { return strconv.ParseInt(strings.TrimSpace(s), 10, 64) }

// parseBool reads a boolean as WordPress does.
func parseBool(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}
