package search_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/richtext"
	"broadsheet/models/synthetic"
)

// recallArticles is how many real articles of each language TestLongRecall searches.
// BROADSHEET_RECALL_ALL takes all.
const recallArticles = 400

// TestLongRecall draws phrases of three words, and single words, from real articles in
// four languages. A search for one must find the article it is from on the first page,
// unless the page is full of others that have the phrase or the word as well.
func TestLongRecall(t *testing.T) {
	t.Parallel()
	texts, err := synthetic.ReadTexts(modeltest.Data(t, "news"))
	if err != nil {
		t.Fatal(err)
	}
	perLanguage := map[string][]synthetic.Text{}
	rng := rand.New(rand.NewPCG(11, 12))
	rng.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	for _, x := range texts {
		if list := perLanguage[x.Lang]; len(list) < recallArticles || os.Getenv("BROADSHEET_RECALL_ALL") != "" {
			perLanguage[x.Lang] = append(list, x)
		}
	}
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ids := map[string][]int64{}
		languages := []string{"en", "si", "fa", "ja"}
		all := map[int64]synthetic.Text{}
		for _, language := range languages {
			ids[language] = saveAll(t, db, perLanguage[language], clock.Now())
			for i, id := range ids[language] {
				all[id] = perLanguage[language][i]
			}
		}
		for _, language := range languages {
			t.Run(language, func(t *testing.T) {
				r := recall{T: t, db: db, rng: rand.New(rand.NewPCG(1, 2)), texts: perLanguage[language], ids: ids[language], all: all, language: language}
				for r.asked < 500 {
					r.check(3)
				}
				for range 100 {
					r.check(1)
				}
				t.Logf("%d queries, %d not found, %d on a page full of others with the same words", r.asked, r.lost, r.crowded)
			})
		}
	})
}

// saveAll saves articles, one a minute, and returns their numbers.
func saveAll(t *testing.T, db *models.DB, texts []synthetic.Text, now time.Time) (ids []int64) {
	t.Helper()
	for some := range slices.Chunk(texts, 200) {
		err := db.WriteMany(t.Context(), func(tx *models.Tx) error {
			site, err := newsroom.LoadSite(t.Context(), tx)
			if err != nil {
				return err
			}
			s := newsroom.NewSaver(tx, site, models.ActorImport)
			s.Importing = true
			for _, x := range some {
				now = now.Add(-time.Minute)
				p, err := newsroom.Prepare(newsroom.Manuscript{
					Title: richtext.Cut(x.Title, newsroom.MaxTitle), Body: x.Body, Language: x.Lang, PublishedAt: now,
				})
				if err != nil {
					return err
				}
				a, _, err := s.Save(t.Context(), p)
				if err != nil {
					return err
				}
				ids = append(ids, a.ID)
			}
			return s.Flush(t.Context())
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// isPlainLetter leaves out modifiers, such as the stroke that lengthens an Arabic word.
func isPlainLetter(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Lm, r) }

type recall struct {
	*testing.T
	db                   *models.DB
	rng                  *rand.Rand
	texts                []synthetic.Text
	ids                  []int64
	all                  map[int64]synthetic.Text
	language             string
	asked, lost, crowded int
}

// check draws words of a random article and searches for them.
func (r *recall) check(words int) {
	i := r.rng.IntN(len(r.texts))
	body, err := richtext.Article(r.texts[i].Body, newsroom.Manuscript{}.Format) // without the addresses of links
	if err != nil {
		r.Fatal(err)
	}
	phrase := r.draw(body.Text, words)
	if phrase == "" || strings.ContainsAny(phrase, "'’`´.") || words == 1 && !strings.ContainsFunc(phrase, isPlainLetter) {
		return
	}
	queries := []string{phrase}
	if r.language == "fa" {
		queries = append(queries, strings.NewReplacer("ی", "ي", "ک", "ك").Replace(phrase))
	}
	for _, query := range queries {
		r.asked++
		result := find(r, r.db, search.Query{Text: query})
		others, found := 0, false
		like := r.plain(phrase)
		if words == 1 { // other forms of the word are as good
			letters := []rune(like)
			like = string(letters[:min(len(letters), 4)]) // with the space before
		}
		for _, h := range result.Hits {
			found = found || h.ID == r.ids[i]
			if text := r.all[h.ID]; strings.Contains(r.plain(text.Title+" "+text.Body), like) {
				others++
			}
		}
		switch {
		case found:
		case others == len(result.Hits) && others == 10:
			r.crowded++
		default:
			if r.lost++; r.lost <= 10 {
				r.Errorf("%q of article %d: %d hits, %d on the page with the same words", query, r.ids[i], result.Total, others)
			}
		}
	}
}

// plain is a form for comparing that shares nothing with the index.
func (r *recall) plain(s string) string {
	s = strings.NewReplacer("’", "", "'", "", "`", "", "ي", "ی", "ك", "ک", "أ", "ا", "إ", "ا", "آ", "ا", "ؤ", "و", "ئ", "ی", "ة", "ه", "ۀ", "ه").Replace(strings.ToLower(s))
	s = strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) && r > 0x80 {
			return '0' + r&0xF // of Arabic and Persian, and of full-width forms
		}
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r) {
			return -1
		}
		return r
	}, s)
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	if r.language == "ja" {
		return strings.Join(words, "")
	}
	return " " + strings.Join(words, " ") + " "
}

// draw returns neighbouring words of a text, without punctuation between them. In
// Japanese, two letters count as a word.
func (r *recall) draw(text string, words int) string {
	var runs []string
	for run := range strings.FieldsFuncSeq(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Cf, r) && !strings.ContainsRune(" '’`´.", r)
	}) {
		runs = append(runs, run)
	}
	for range min(50, 50*len(runs)) {
		run := runs[r.rng.IntN(len(runs))]
		if r.language == "ja" {
			letters := []rune(strings.TrimSpace(run))
			japanese := func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' }
			if n := 2 * words; len(letters) >= n && !slices.ContainsFunc(letters, func(r rune) bool { return !japanese(r) }) {
				start := r.rng.IntN(len(letters) - n + 1)
				return strings.TrimSpace(string(letters[start : start+n]))
			}
			continue
		}
		if list := strings.Fields(run); len(list) >= words {
			start := r.rng.IntN(len(list) - words + 1)
			return strings.Join(list[start:start+words], " ")
		}
	}
	return ""
}
