package rest

import (
	"reflect"
	"slices"
	"strings"
)

// relations are the relations of all kinds of entries.
var relations = []string{
	"self", "collection", "about", "author", "replies", "up", "children", "in-reply-to", "curies",
	"wp:featuredmedia", "wp:attachment", "wp:term", "wp:post_type", "wp:items", "https://api.w.org/",
}

// Names returns the names that can pick a field of T: fields, fields of fields, and
// relations.
func Names[T any]() []string {
	names := fieldNames(reflect.TypeFor[T](), "")
	if slices.Contains(names, "_links") {
		for _, relation := range relations {
			names = append(names, "_links."+relation)
		}
	}
	slices.Sort(names)
	return names
}

// fieldNames returns the names of the fields of a struct, each after prefix.
func fieldNames(t reflect.Type, prefix string) (names []string) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || strings.Count(prefix, ".") > 2 {
		return nil
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		names = append(names, prefix+name)
		if name != "_embedded" {
			names = append(names, fieldNames(t.Field(i).Type, prefix+name+".")...)
		}
	}
	return names
}
