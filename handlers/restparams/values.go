package restparams

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// value is the value of one parameter.
type value struct {
	number  int64
	numbers []int64
	text    string
	texts   []string
	date    Instant
	yes     bool
	// Of TermIDs that were sent as an object.
	children, all bool
}

// Values are the valid parameters of a request. Parameters with their default value
// are missing.
type Values struct {
	schema Schema
	sent   map[string]value
}

// Has reports whether a parameter has another value than its default.
func (v *Values) Has(name string) bool { _, ok := v.sent[name]; return ok }

// HasAny reports whether one of the parameters has another value than its default.
func (v *Values) HasAny(names ...string) bool { return slices.ContainsFunc(names, v.Has) }

// Number returns an integer, or its default.
func (v *Values) Number(name string) int64 {
	if value, ok := v.sent[name]; ok {
		return value.number
	}
	n, _ := parseInteger(v.fallback(name))
	return n
}

// Numbers returns a list of integers.
func (v *Values) Numbers(name string) []int64 { return v.sent[name].numbers }

// Text returns a text or a choice, or its default.
func (v *Values) Text(name string) string { return cmp.Or(v.sent[name].text, v.fallback(name)) }

// Texts returns a list of texts.
func (v *Values) Texts(name string) []string { return v.sent[name].texts }

// Date returns a date. ok is false if it was not sent.
func (v *Values) Date(name string) (at Instant, ok bool) {
	value, ok := v.sent[name]
	return value.date, ok
}

// Bool returns a boolean. ok is false if it was not sent.
func (v *Values) Bool(name string) (yes, ok bool) {
	value, ok := v.sent[name]
	return value.yes, ok
}

// WithChildren reports whether a parameter of kind TermIDs includes the terms below
// its terms.
func (v *Values) WithChildren(name string) bool { return v.sent[name].children }

// MatchAll reports whether a parameter of kind TermIDs asks for entries that have
// all its terms.
func (v *Values) MatchAll(name string) bool { return v.sent[name].all }

func (v *Values) fallback(name string) string {
	if p := v.schema.find(name); p != nil {
		return p.Default
	}
	return ""
}

// Query returns the one spelling of the values as a query string, without a question
// mark.
func (v *Values) Query() string { return v.with("", "") }

// With returns the query string with another value of one parameter.
func (v *Values) With(name string, n int64) string { return v.with(name, strconv.FormatInt(n, 10)) }

func (v *Values) with(name, replaced string) string {
	var b strings.Builder
	add := func(name, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(name) + "=" + url.QueryEscape(value))
	}
	for i := range v.schema {
		p := &v.schema[i]
		value, ok := v.sent[p.Name]
		switch {
		case p.Name == name:
			add(name, replaced)
		case !ok:
		case p.Kind == TermIDs && (value.children || value.all):
			add(p.Name+"[terms]", p.spell(value))
			if value.children {
				add(p.Name+"[include_children]", "1")
			}
			if value.all {
				add(p.Name+"[operator]", "AND")
			}
		default:
			add(p.Name, p.spell(value))
		}
	}
	return b.String()
}

func (p *Param) spell(v value) string {
	switch p.Kind {
	case Integer:
		return strconv.FormatInt(v.number, 10)
	case Integers, TermIDs:
		list := make([]string, len(v.numbers))
		for i, n := range v.numbers {
			list[i] = strconv.FormatInt(n, 10)
		}
		return strings.Join(list, ",")
	case Texts, Words, Choices:
		return strings.Join(v.texts, ",")
	case Date:
		return v.date.String()
	case Bool:
		return strconv.FormatBool(v.yes)
	default:
		return v.text
	}
}

// settle gives the lists their one order, and drops lists that are empty.
func (v *Values) settle() {
	for i := range v.schema {
		p := &v.schema[i]
		value, ok := v.sent[p.Name]
		if !ok || p.Ordered[0] != "" && v.Text(p.Ordered[0]) == p.Ordered[1] {
			continue
		}
		slices.Sort(value.numbers)
		slices.Sort(value.texts)
		v.sent[p.Name] = value
	}
}
