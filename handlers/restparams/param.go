package restparams

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is the kind of a parameter's value.
type Kind int

// The kinds. A list is sent as name=1,2 or as name[]=1&name[]=2.
const (
	Integer Kind = iota
	Integers
	Text
	Texts // slugs
	Date
	Bool
	Choice
	Choices
	TermIDs // Integers, or an object with terms, include_children and operator
	Words   // a list of names, such as those of _fields
)

// Param is a parameter of an endpoint.
type Param struct {
	Name    string
	Kind    Kind
	Least   int64 // of an Integer
	Most    int64 // of an Integer; 0 for no bound
	Default string
	Choices []string // of a Choice or of Choices
	Closed  []string // further choices, which only staff may send
	Known   []string // of Words: names that change the answer; others are dropped
	// Ordered names the parameter and its value that make the order of this list
	// matter, such as orderby and include.
	Ordered [2]string
	// Forbidden is set if only staff may send the parameter. A value other than the
	// default is refused with 401.
	Forbidden bool
	// Bare is set if the name alone, without a value, switches the parameter on: the
	// boolean is true, the list is "1".
	Bare bool
	// Required is set for a field of a body without which the request is refused.
	Required bool
}

// Schema lists the parameters of an endpoint.
type Schema []Param

// Names returns the names of the parameters.
func (s Schema) Names() []string {
	names := make([]string, len(s))
	for i, p := range s {
		names[i] = p.Name
	}
	return names
}

// ForStaff returns the schema with the choices and parameters that only staff may send.
func (s Schema) ForStaff() Schema {
	open := slices.Clone(s)
	for i := range open {
		p := &open[i]
		p.Choices, p.Closed, p.Forbidden = slices.Concat(p.Choices, p.Closed), nil, false
	}
	return open
}

func (s Schema) find(name string) *Param {
	for i := range s {
		if s[i].Name == name {
			return &s[i]
		}
	}
	return nil
}

// refuses returns the problem of a number, nil if it is allowed.
func (p *Param) refuses(n int64) *Problem {
	switch {
	case p.Most > 0 && (n < p.Least || n > p.Most):
		message := fmt.Sprintf("%s must be between %d (inclusive) and %d (inclusive)", p.Name, p.Least, p.Most)
		return p.problem("rest_out_of_bounds", message, nil)
	case n < p.Least:
		return p.problem("rest_out_of_bounds", fmt.Sprintf("%s must be greater than or equal to %d", p.Name, p.Least), nil)
	}
	return nil
}

// wrongType returns the problem of a value of another type. place is the
// parameter's name, with the index in a list.
func (p *Param) wrongType(place, want string) *Problem {
	return p.problem("rest_invalid_type", place+" is not of type "+want+".", map[string]string{"param": place})
}

// notChosen returns the problem of a value that is not in Choices.
func (p *Param) notChosen(place string) *Problem {
	return p.problem("rest_not_in_enum", place+" is not one of "+Enumerate(p.Choices)+".", nil)
}

func (p *Param) problem(code, message string, data any) *Problem {
	return &Problem{Param: p.Name, Code: code, Message: message, Data: data}
}

// Enumerate joins names as an English sentence does.
func Enumerate(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	default:
		return strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
}

// Argument describes a parameter to clients, in the words of JSON Schema.
type Argument struct {
	Type     string    `json:"type"`
	Format   string    `json:"format,omitempty"`
	Items    *Argument `json:"items,omitempty"`
	Enum     []string  `json:"enum,omitempty"`
	Default  any       `json:"default,omitempty"`
	Minimum  *int64    `json:"minimum,omitempty"`
	Maximum  *int64    `json:"maximum,omitempty"`
	MaxItems int       `json:"maxItems,omitempty"`
	// Properties describes the fields of an object.
	Properties map[string]Argument `json:"properties,omitempty"`
	Required   bool                `json:"required"`
}

// Arguments describes the parameters of an endpoint to clients.
func (s Schema) Arguments() map[string]Argument {
	list := map[string]Argument{}
	for i := range s {
		list[s[i].Name] = s[i].argument()
	}
	return list
}

func (p *Param) argument() Argument {
	a := Argument{Type: "string", Required: p.Required}
	if p.Default != "" {
		a.Default = p.Default
	}
	switch p.Kind {
	case Integer:
		a.Type, a.Minimum = "integer", &p.Least
		if p.Most > 0 {
			a.Maximum = &p.Most
		}
		if n, err := parseInteger(p.Default); err == nil {
			a.Default = n
		}
	case Integers, TermIDs:
		a.Type, a.Items = "array", &Argument{Type: "integer"}
	case Texts, Words:
		a.Type, a.Items = "array", &Argument{Type: "string"}
	case Choices:
		a.Type, a.Items = "array", &Argument{Type: "string", Enum: p.Choices}
	case Choice:
		a.Enum = p.Choices
	case Date:
		a.Format = "date-time"
	case Bool:
		a.Type = "boolean"
	case Text:
	}
	return a
}
