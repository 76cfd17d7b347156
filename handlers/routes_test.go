package handlers

import "testing"

// Every row says all that a row must say, and no two answer the same.
func TestRoutesAreComplete(t *testing.T) {
	t.Parallel()
	s := &server{}
	s.build(nil)
	seen := map[string]bool{}
	for _, row := range s.routeTable() {
		key := row.Method + " " + row.Path
		switch {
		case row.Name == "" || row.Entry == "" || row.Cache == "" || (row.handle == nil) == (row.bare == nil):
			t.Errorf("%s is incomplete: %+v", key, row)
		case row.Method == "POST" && (row.MaxBody == 0 || row.Rate == unlimited):
			t.Errorf("%s takes a body without limits", key)
		case seen[key]:
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
	}
}
