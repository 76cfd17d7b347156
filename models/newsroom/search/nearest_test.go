package search_test

import (
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
)

func TestAnEmptyResultOffersTheNearestWords(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		save(t, db, newsroom.Manuscript{Title: "A", Body: "The parliament voted on the harbour.", Language: "en"})
		save(t, db, newsroom.Manuscript{Title: "B", Body: "Łódź and the government of İstanbul.", Language: "en"})
		save(t, db, newsroom.Manuscript{Title: "C", Body: "ජනාධිපති ලංකාවේ", Language: "si"})
		for query, want := range map[string]string{
			"parlament": "parliament", "harbuor": "harbour", "govermnent": "government", "istanbil": "istanbul", "lodx": "lodz",
			"parlament harbour": "parliament harbour", "ජනාධිපත": "ජනාධිපති", "parliament istanbul": "", "xqzwv": "",
			"harbour mountain": "harbour",
		} {
			r := find(t, db, search.Query{Text: query})
			if r.Total != 0 {
				t.Errorf("%q finds %q", query, titles(r))
			}
			if want != "" && !slices.Contains(r.Nearest, want) {
				t.Errorf("%q offers %q, not %q", query, r.Nearest, want)
			}
			for _, offer := range r.Nearest {
				if again := find(t, db, search.Query{Text: offer}); again.Total == 0 {
					t.Errorf("%q offers %q, which finds nothing", query, offer)
				}
			}
		}
		offers := find(t, db, search.Query{Text: strings.Repeat("parlament ", 24)}).Nearest
		if len(offers) > 4 {
			t.Errorf("%d offers", len(offers))
		}
	})
}
