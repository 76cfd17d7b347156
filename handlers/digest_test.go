package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
)

// The form is cached. A renamed category and a changed setting are on the next page,
// and the links to the form go with it.
func TestTheFormOfDigestsIsFresh(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s, _ := smallSite(t, db, clock)
		s.options.Mail = true
		b := &browser{t: t, h: s.handler()}
		see := func(path string, status int, want string) {
			t.Helper()
			for range 2 { // the second one from the cache
				if w := b.get(path); w.Code != status || !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s answers %d without %q", path, w.Code, want)
				}
			}
		}
		var world int64
		s.check(db.Query(t.Context()).Raw("SELECT id FROM categories WHERE path = 'world'").Scan(&world).Error)
		see("/digest/", http.StatusOK, fmt.Sprintf(`for="list-%d"`, world))
		see(fmt.Sprint("/digest/?section=", world), http.StatusOK, fmt.Sprintf(`value="%d" checked`, world))
		see("/category/world/", http.StatusOK, fmt.Sprint("/digest/?section=", world))
		s.check(db.Write(t.Context(), func(tx *models.Tx) error {
			tx.Touch(taxonomy.CategoriesTag)
			return tx.Query(t.Context()).Exec("UPDATE categories SET name = 'The Globe' WHERE id = ?", world).Error
		}))
		see("/digest/", http.StatusOK, ">The Globe<")
		s.set("digest.open", "false")
		see("/digest/", http.StatusNotFound, "")
		see("/digest/asked/", http.StatusNotFound, "")
		for _, path := range []string{"/", "/category/world/"} {
			if w := b.get(path); strings.Contains(w.Body.String(), "/digest/") {
				t.Errorf("%s links to the form, which is closed", path)
			}
		}
		s.set("digest.open", "true")
		see("/digest/", http.StatusOK, ">The Globe<")
	})
}
