package handlers_test

import (
	"net/http"
	"testing"

	"broadsheet/handlers"
	"broadsheet/models/modeltest"
)

// The page cache keeps one spelling of the words of a search and no days, because
// strangers can think of any number of them. The feed of a search is no exception.
func TestFeedsOfSearchesDoNotFillTheCache(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newSite(t, modeltest.SQLite(t, clock), clock)
	s.fill()
	h, kept, err := handlers.NewCounted(t.Context(), s.options)
	s.check(err)
	if w := ask(t, h, "/search/regatta/feed/", nil); w.Code != http.StatusOK || kept() != 1 {
		t.Fatalf("a plain feed: %d, and %d answers are kept", w.Code, kept())
	}
	for _, path := range []string{
		"/search/Regatta/feed/", "/search/REGATTA/feed/atom/", "/search/regatta/feed/?from=2001-01-01", "/search/regatta/feed/?to=2030-12-31",
	} {
		if w := ask(t, h, path, nil); w.Code != http.StatusOK {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
	if n := kept(); n != 1 {
		t.Errorf("%d answers are kept", n)
	}
}
