package rest

import (
	"reflect"
	"slices"
	"strings"
)

// Schema describes entries of a kind to clients, in the words of JSON Schema.
type Schema struct {
	Schema     string              `json:"$schema"`
	Title      string              `json:"title"`
	Type       string              `json:"type"`
	Properties map[string]Property `json:"properties"`
}

// Property describes a field of an entry.
type Property struct {
	Type       string              `json:"type"`
	Items      *Property           `json:"items,omitempty"`
	Properties map[string]Property `json:"properties,omitempty"`
	ReadOnly   bool                `json:"readonly,omitempty"`
}

// SchemaOf returns the schema of T under WordPress's name for such entries. All fields but
// the writable ones are marked as read-only.
func SchemaOf[T any](title string, writable []string) *Schema {
	s := Schema{Schema: "http://json-schema.org/draft-04/schema#", Title: title, Type: "object"}
	s.Properties = propertiesOf(reflect.TypeFor[T]())
	for name, p := range s.Properties {
		p.ReadOnly = !slices.Contains(writable, name)
		s.Properties[name] = p
	}
	return &s
}

func propertiesOf(t reflect.Type) map[string]Property {
	list := map[string]Property{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && !strings.HasPrefix(name, "_") { // links and embedded entries are no fields
			list[name] = propertyOf(t.Field(i).Type)
		}
	}
	return list
}

func propertyOf(t reflect.Type) Property {
	switch t.Kind() {
	case reflect.Pointer:
		return propertyOf(t.Elem())
	case reflect.Bool:
		return Property{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return Property{Type: "integer"}
	case reflect.Slice, reflect.Array:
		items := Property{Type: "object"}
		if t.Elem().Kind() != reflect.Interface {
			items = propertyOf(t.Elem())
		}
		return Property{Type: "array", Items: &items}
	case reflect.Struct:
		return Property{Type: "object", Properties: propertiesOf(t)}
	case reflect.Map:
		return Property{Type: "object"}
	}
	return Property{Type: "string"}
}
