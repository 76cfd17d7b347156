package rest_test

import (
	"testing"

	"broadsheet/views/rest"
)

// TestSchemaOf: the schema has every field with its type, and says which ones are written.
func TestSchemaOf(t *testing.T) {
	t.Parallel()
	s := rest.SchemaOf[rest.Post]("post", []string{"title", "sticky", "tags"})
	for name, want := range map[string]struct {
		kind     string
		readOnly bool
	}{
		"id": {"integer", true}, "title": {"object", false}, "sticky": {"boolean", false}, "tags": {"array", false},
		"link": {"string", true}, "content": {"object", true}, "meta": {"object", true},
	} {
		if p, ok := s.Properties[name]; !ok || p.Type != want.kind || p.ReadOnly != want.readOnly {
			t.Errorf("%s is %+v, want %+v", name, p, want)
		}
	}
	if s.Title != "post" || s.Type != "object" || s.Properties["tags"].Items.Type != "integer" ||
		s.Properties["content"].Properties["protected"].Type != "boolean" {
		t.Errorf("the schema is %+v", s)
	}
	for _, name := range []string{"_links", "_embedded"} {
		if _, ok := s.Properties[name]; ok {
			t.Errorf("%s stands among the fields", name)
		}
	}
}
