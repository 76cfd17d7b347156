package search_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// save saves a manuscript. It fails the test on an error.
func save(t testing.TB, db *models.DB, m newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatalf("saving %q: %v", m.Title, err)
	}
	return a
}

func site(t testing.TB, db *models.DB) *newsroom.Site {
	t.Helper()
	s, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// find runs a query and returns its first page.
func find(t testing.TB, db *models.DB, q search.Query) *search.Result {
	t.Helper()
	if q.PerPage == 0 {
		q.PerPage = 10
	}
	q.Number = max(1, q.Number)
	result, err := search.Find(t.Context(), db, site(t, db), q)
	if err != nil {
		t.Fatalf("searching %q: %v", q.Text, err)
	}
	return result
}

// titles returns the titles of the hits in order.
func titles(r *search.Result) (list []string) {
	for _, h := range r.Hits {
		list = append(list, h.Title)
	}
	return list
}

// TestEachSpellingFindsTheOthers has the cases C1 to C8: each text must be found by
// each query, and the word must be marked in it.
func TestEachSpellingFindsTheOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		language string
		texts    []string // what an article says
		queries  []string // what finds it
		not      []string // what does not
	}{
		"C1 punctuation in words": {
			"en",
			[]string{"The rules for C++ and C# in the U.S.A. don't change."},
			[]string{"C++", "c++", "C#", "U.S.A.", "USA", "usa", "don't", "dont", "don’t", "rules,", "(rules)", "?rules!"},
			[]string{"C+", "F#"},
		},
		"C2 Latin glued to Han":                   {"zh", []string{"重跑gen-itgc后50条,悬空"}, []string{"gen", "itgc", "悬空", "重跑", "后50条", "50", "重", "gen-itgc"}, []string{"空悬", "悬条"}},
		"C3 words of one and two signs, Chinese":  {"zh", []string{"北京的交通很好"}, []string{"北京", "交通", "交", "好", "北京的交通"}, []string{"京北"}},
		"C3 words of one and two signs, Japanese": {"ja", []string{"今日は良い天気です。ｶﾞｿﾘﾝの値段"}, []string{"天気", "天", "ガソリン", "ｶﾞｿﾘﾝ", "値"}, nil},
		"C3 Korean particles":                     {"ko", []string{"정부는 새로운 정책을 발표했다"}, []string{"정책", "정책을", "정부", "발표"}, []string{"책정"}},
		"C4 Turkish i": {
			"tr",
			[]string{"ÜRÜNLERİ İstanbul ışık", "ürünleri istanbul Işık", "URUNLERI ISTANBUL ISIK"},
			[]string{"ÜRÜNLERİ", "urunleri", "ürünleri", "İstanbul", "istanbul", "ISTANBUL", "ışık", "Işık", "ISIK", "isik"},
			nil,
		},
		"C5 letters without a decomposition": {
			"",
			[]string{"Łukasz Øresund đakovo ħobża Straße Ærø cœur Ǿre", "Lukasz Oresund dakovo hobza Strasse Aero coeur Ore"},
			[]string{
				"lukasz", "Łukasz", "ŁUKASZ", "øresund", "Oresund", "Đakovo", "dakovo", "hobza", "Ħobża", "strasse", "straße", "STRASSE",
				"ærø", "aero", "coeur", "cœur", "ǿre", "ore",
			},
			nil,
		},
		"C6 Thai":    {"th", []string{"นายกรัฐมนตรีแถลงข่าววันนี้"}, []string{"ข่าว", "วันนี้", "นายก", "รัฐมนตรี"}, []string{"วข่า"}},
		"C6 Sinhala": {"si", []string{"ශ්\u200Dරී ලංකාවේ ජනාධිපති", "ශ්රී ලංකාවේ ජනාධිපති"}, []string{"ශ්\u200Dරී", "ශ්රී", "ලංකාවේ", "ජනාධිපති"}, nil},
		"C7 Arabic out of a PDF": {
			"ar",
			[]string{"ﺍﺣﻤﺪ ٢٠٢٤ مـحـمـد مُحَمَّد", "احمد 2024 محمد", "أحمد ۲۰۲۴ محمد"},
			[]string{"احمد", "أحمد", "ﺍﺣﻤﺪ", "2024", "٢٠٢٤", "۲۰۲۴", "محمد", "مُحَمَّد", "مـحـمد"},
			[]string{"حمد2"},
		},
		"C7 Persian": {"fa", []string{"علي كتاب\u200Cها", "علی کتاب\u200Cها", "ﻋﻠﯽ کتابها"}, []string{"علی", "علي", "کتاب", "كتاب", "کتابها", "کتاب\u200Cها"}, nil},
		"C8 quotes and hyphens": {
			"fr",
			[]string{"l’État “cat`s” coopé\u00ADration week\u2011end", "l'État \"cat's\" coopération week-end"},
			[]string{
				"l’État", "l'État", "l‘etat", "État", "etat", "cat`s", "cat’s", "cats", "“cat's”", "coopération", "coope\u00ADration", "cooperation",
				"week-end", "week\u2011end", "“week end”", "\"week-end\"",
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
				save(t, db, newsroom.Manuscript{Title: "Something else", Body: "Nothing that anyone looks for."})
				for _, text := range c.texts {
					save(t, db, newsroom.Manuscript{Title: "Found", Body: text, Language: c.language})
				}
				for _, query := range c.queries {
					r := find(t, db, search.Query{Text: query})
					if r.Total != len(c.texts) {
						t.Errorf("%q finds %d of %d: %q", query, r.Total, len(c.texts), titles(r))
					}
					for _, h := range r.Hits {
						if !slices.ContainsFunc(h.Snippet, func(p search.Part) bool { return p.Mark }) {
							t.Errorf("%q marks nothing in %v", query, h.Snippet)
						}
					}
				}
				for _, query := range c.not {
					if r := find(t, db, search.Query{Text: query}); r.Total != 0 {
						t.Errorf("%q finds %d", query, r.Total)
					}
				}
			})
		})
	}
}

func TestSyntax(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		day := func(d int) time.Time { return time.Date(2026, 11, d, 9, 0, 0, 0, time.UTC) }
		for i, text := range []string{
			"The council opened the new bridge over the river.", "The new council opened a bridge.", "Rivers and bridges of the county.",
			"The Who play in the park, and who will come?",
		} {
			save(t, db, newsroom.Manuscript{Title: string(rune('A' + i)), Body: text, PublishedAt: day(i + 1), Language: "en"})
		}
		for query, want := range map[string]string{
			"bridge": "A B C", "bridges": "A B C", `"new bridge"`: "A", `"new council"`: "B", "“council opened”": "A B", "council -river": "B",
			`council -"new bridge"`: "B", "riv*": "A C", "counc* new": "A B", "bridge -riv*": "B", `"the who"`: "D", "the who": "D",
			"NEAR(bridge river)": "", "bridge AND river": "C", `"new bridge`: "A B", "title:bridge": "", "-bridge": "", "council*": "A B",
			"bridge bridge": "A B C", "county council": "", "\x00bridge\xff": "A B C", "*": "", "\"\"": "", "a -": "A B",
		} {
			r := find(t, db, search.Query{Text: query, Order: search.Newest})
			list := titles(r)
			slices.Sort(list)
			if got := strings.Join(list, " "); got != want {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
	})
}

// noComments replaces discussion.MoveCommentsWithArticle: articles have no comments here.
func noComments(context.Context, *models.Tx, models.Actor, int64, bool) error { return nil }

// An article that is withdrawn between the statements of a search is not shown.
func TestAHitIsPublicWhenItIsRead(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		gone := save(t, db, newsroom.Manuscript{Title: "Albatross lands", Body: "On the quay."})
		save(t, db, newsroom.Manuscript{Title: "Albatross leaves", Body: "For the south."})
		// The entry stays in the index, as the search sees it that began before.
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			return models.Exec(t.Context(), tx, "UPDATE articles SET status = 'withdrawn' WHERE id = ?", gone.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := titles(find(t, db, search.Query{Text: "albatross"})); !slices.Equal(got, []string{"Albatross leaves"}) {
			t.Errorf("found %q", got)
		}
	})
}
