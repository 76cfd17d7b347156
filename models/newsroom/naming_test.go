package newsroom_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
)

// names are different names with the slugs that they get in this order.
var names = []struct{ name, slug string }{
	{"C++", "c"},
	{"C#", "c-2"},
	{"C", "c-3"},
	{"c-2", "c-2-2"},
	{"José García", "jose-garcia"},
	{"Jose Garcia", "jose-garcia-2"},
	{"Łódź", "lodz"},
	{"Lodz", "lodz-2"},
	{"😀", "u1f600"},
	{"🇺🇦", "u1f1fa-u1f1e6"},
	{"☕ & 🍵", "u2615-u1f375"},
	{"C 🔥", "c-4"},
	{"+", "u2b"},
	{"東京", "東京"},
	{"Москва", "москва"},
	{"القدس", "القدس"},
	{".NET", "net"},
	{"net", "net-2"},
	{"AT&T", "at-t"},
	{"AT-T", "at-t-2"},
}

// sameNames are other spellings of some names.
var sameNames = map[string]string{
	"c++": "c", "  C#  ": "c-2", "JOSÉ  GARCÍA": "jose-garcia", "Jose\u0301 Garci\u0301a": "jose-garcia", "ŁÓDŹ": "lodz", "МОСКВА": "москва", "Net": "net-2", "at&t": "at-t",
}

// The name alone identifies a tag, an author or a category.
func TestTheNameIdentifiesATerm(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(t *testing.T, db *models.DB, name string) string{
		"tag": func(t *testing.T, db *models.DB, name string) string {
			save(t, db, newsroom.Manuscript{Title: "Tagged", Tags: []string{name, name}})
			return write(t, db, func(tx *models.Tx) (string, error) {
				tag, err := taxonomy.EnsureTag(t.Context(), tx, name)
				return tag.Slug, err
			})
		},
		"author": func(t *testing.T, db *models.DB, name string) string {
			return save(t, db, newsroom.Manuscript{Title: "Signed", Authors: []newsroom.AuthorRef{{Name: name}}}).BylineSlug
		},
		"category": func(t *testing.T, db *models.DB, name string) string {
			return categoryOf(t, db, name).Slug
		},
		"subcategory": func(t *testing.T, db *models.DB, name string) string {
			return categoryOf(t, db, "Top/"+name).Slug
		},
	}
	for kind, slugOf := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
				for range 2 {
					for _, n := range names {
						if got := slugOf(t, db, n.name); got != n.slug {
							t.Errorf("%s has the slug %s, not %s", n.name, got, n.slug)
						}
					}
				}
				for name, want := range sameNames {
					if got := slugOf(t, db, name); got != want {
						t.Errorf("%q has the slug %s, not %s", name, got, want)
					}
				}
			})
		})
	}
}

func categoryOf(t *testing.T, db *models.DB, name string) *taxonomy.Category {
	t.Helper()
	ref, ok := newsroom.ParseCategory(name)
	if !ok {
		t.Fatalf("%q is not a category", name)
	}
	a := save(t, db, newsroom.Manuscript{Title: "In a category", Categories: []taxonomy.CategoryRef{ref}})
	return site(t, db).Categories.ByID(*a.MainCategoryID)
}

func write[T any](t *testing.T, db *models.DB, fn func(*models.Tx) (T, error)) (v T) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *models.Tx) (err error) {
		v, err = fn(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A category that an editor renamed is still found by its former name, which an
// import uses.
func TestRenamedTermKeepsItsSlug(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		sport := categoryOf(t, db, "Sport")
		middle := write(t, db, func(tx *models.Tx) (*taxonomy.Category, error) {
			return taxonomy.EnsureCategory(t.Context(), tx, "world/middle-east")
		})
		write(t, db, func(tx *models.Tx) (any, error) {
			return nil, taxonomy.DescribeCategory(t.Context(), tx, sport.ID, "Games & leisure", "", 1)
		})
		for name, id := range map[string]int64{"Sport": sport.ID, "sport": sport.ID, "world/Middle East": middle.ID, "World/Middle-East": middle.ID} {
			if got := categoryOf(t, db, name); got.ID != id {
				t.Errorf("%s is %s, another category", name, got.Path)
			}
		}
		if got := categoryOf(t, db, "Games & leisure"); got.Path != "games-leisure" {
			t.Errorf("a name without a category made %s", got.Path)
		}
		a := write(t, db, func(tx *models.Tx) (*taxonomy.Author, error) {
			return taxonomy.EnsureAuthor(t.Context(), tx, "jg", "José García")
		})
		b := write(t, db, func(tx *models.Tx) (*taxonomy.Author, error) {
			return taxonomy.EnsureAuthor(t.Context(), tx, "jg", "Someone else")
		})
		if a.ID != b.ID {
			t.Error("a given slug does not identify the author")
		}
	})
}
