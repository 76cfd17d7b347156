package termchanges_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/relatedsets"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// errorOf is the error of a change, without its number in the log.
func errorOf(_ int64, err error) error { return err }

func read[T any](t *testing.T, db *models.DB, text string, args ...any) (list []T) {
	t.Helper()
	check(t, db.Query(t.Context()).Raw(text, args...).Scan(&list).Error)
	return list
}

// listed is a row of a list or a count, in a form that can be compared.
type pair struct{ Article, Term int64 }

// wrong compares what is stored with what follows from the articles and their terms. It
// shares no code with the changes, but for the related sets, which it builds anew.
func wrong(t *testing.T, db *models.DB) (faults []string) {
	t.Helper()
	type article struct {
		ID          int64
		LocalTime   string
		PublishedAt models.Time
	}
	public := map[int64]article{}
	for _, a := range read[article](t, db, "SELECT id, local_time, published_at FROM articles WHERE status = 'published'") {
		public[a.ID] = a
	}
	parent := map[int64]int64{}
	for _, c := range read[struct {
		ID       int64
		ParentID *int64
	}](t, db, "SELECT id, parent_id FROM categories") {
		if parent[c.ID] = 0; c.ParentID != nil {
			parent[c.ID] = *c.ParentID
		}
	}
	want := map[string]bool{}
	counts, own := map[string]int{}, map[string]int{}
	add := func(kind int, ref, id int64) {
		a, ok := public[id]
		key := fmt.Sprintln(kind, ref, id)
		if !ok || want[key] {
			return
		}
		want[key] = true
		day, _, _ := strings.Cut(a.LocalTime, " ")
		for _, period := range []string{"0", day[:4], strings.ReplaceAll(day[:7], "-", ""), strings.ReplaceAll(day, "-", "")} {
			counts[fmt.Sprintln(kind, ref, period)]++
		}
	}
	categories := map[int64][]int64{}
	for _, x := range read[pair](t, db, "SELECT article_id AS article, category_id AS term FROM article_categories ORDER BY article_id, position") {
		categories[x.Article] = append(categories[x.Article], x.Term)
		if _, ok := public[x.Article]; ok {
			own[fmt.Sprintln("c", x.Term)]++
		}
		for up := x.Term; up != 0; up = parent[up] {
			add(1, up, x.Article)
		}
	}
	for _, x := range read[pair](t, db, "SELECT article_id AS article, tag_id AS term FROM article_tags") {
		if add(2, x.Term, x.Article); want[fmt.Sprintln(2, x.Term, x.Article)] {
			own[fmt.Sprintln("t", x.Term)]++
		}
	}
	for _, x := range read[pair](t, db, "SELECT article_id AS article, author_id AS term FROM article_authors") {
		add(3, x.Term, x.Article)
	}
	type listing struct {
		Kind           int
		Ref, ArticleID int64
		Period, N      int
	}
	has := map[string]bool{}
	for _, l := range read[listing](t, db, "SELECT kind, ref, article_id FROM listings WHERE kind > 0") {
		has[fmt.Sprintln(l.Kind, l.Ref, l.ArticleID)] = true
	}
	faults = append(faults, differences("list", want, has)...)
	stored := map[string]int{}
	for _, l := range read[listing](t, db, "SELECT kind, ref, period, stories AS n FROM listing_counts WHERE kind > 0 AND stories <> 0") {
		stored[fmt.Sprintln(l.Kind, l.Ref, l.Period)] = l.N
	}
	faults = append(faults, differences("count", counts, stored)...)
	storedOwn := map[string]int{}
	for _, l := range read[listing](t, db, `SELECT id AS ref, 1 AS kind, own_stories AS n FROM categories WHERE own_stories <> 0
		UNION ALL SELECT id, 2, stories FROM tags WHERE stories <> 0`) {
		storedOwn[fmt.Sprintln([]string{"", "c", "t"}[l.Kind], l.Ref)] = l.N
	}
	faults = append(faults, differences("own count", own, storedOwn)...)
	tree, err := taxonomy.LoadCategories(t.Context(), db)
	check(t, err)
	sets, storedSets := map[string]bool{}, map[string]bool{}
	for id, a := range public {
		for _, row := range relatedsets.RowsOf(id, a.PublishedAt, categories[id], tree) {
			sets[fmt.Sprintln(row.SetKey, row.ArticleID, row.PublishedAt.UnixMicro())] = true
		}
	}
	for _, row := range read[relatedsets.Row](t, db, "SELECT * FROM related_sets") {
		storedSets[fmt.Sprintln(row.SetKey, row.ArticleID, row.PublishedAt.UnixMicro())] = true
	}
	return append(append(faults, differences("related set", sets, storedSets)...), wrongColumns(t, db)...)
}

// wrongColumns compares the columns of articles that repeat their terms.
func wrongColumns(t *testing.T, db *models.DB) (faults []string) {
	t.Helper()
	type row struct {
		ID                     int64
		Byline, Want           string
		BylineSlug, Slug       string
		MainCategoryID, MainID int64
	}
	names := map[int64][]string{}
	first := map[int64]string{}
	for _, r := range read[struct {
		ID         int64
		Name, Slug string
	}](t, db, "SELECT x.article_id AS id, a.name, a.slug FROM article_authors x JOIN authors a ON a.id = x.author_id ORDER BY 1, x.position") {
		if names[r.ID] = append(names[r.ID], r.Name); len(names[r.ID]) == 1 {
			first[r.ID] = r.Slug
		}
	}
	for _, r := range read[row](t, db, `SELECT a.id, byline, byline_slug, main_category_id, (SELECT category_id FROM article_categories x
		WHERE x.article_id = a.id ORDER BY position LIMIT 1) AS main_id FROM articles a`) {
		if want := strings.Join(names[r.ID], ", "); r.Byline != want || r.BylineSlug != first[r.ID] || r.MainCategoryID != r.MainID {
			faults = append(faults, fmt.Sprintf("article %d: %+v, want %q %q", r.ID, r, want, first[r.ID]))
		}
	}
	return faults
}

func differences[V comparable](name string, want, has map[string]V) (list []string) {
	for key, v := range want {
		if has[key] != v {
			list = append(list, fmt.Sprintf("%s %s: %v, want %v", name, key, has[key], v))
		}
	}
	for key, v := range has {
		if _, ok := want[key]; !ok {
			list = append(list, fmt.Sprintf("%s %s: %v, want none", name, key, v))
		}
	}
	slices.Sort(list)
	return list
}

var (
	editor = models.Actor{Name: "Edith"}
	paths  = []string{"news", "news/world", "news/world/asia", "sport", "sport/football", "culture", "culture/film", "money"}
)

// fill saves articles in random categories with random tags and authors.
func fill(t *testing.T, db *models.DB, rng *rand.Rand, n int) {
	t.Helper()
	for i := range n {
		m := newsroom.Manuscript{Title: fmt.Sprint("Story ", i), PublishedAt: time.Date(2026, time.Month(1+rng.IntN(10)), 3, 4, 5, i, 0, time.UTC)}
		if rng.IntN(5) == 0 {
			m.Status = newsroom.Draft
		}
		for range rng.IntN(4) {
			m.Categories = append(m.Categories, taxonomy.CategoryRef{Path: paths[rng.IntN(len(paths))]})
			m.Tags = append(m.Tags, fmt.Sprint("Tag ", string(rune('A'+rng.IntN(6)))))
			m.Authors = append(m.Authors, newsroom.AuthorRef{Name: fmt.Sprint("Author ", string(rune('A'+rng.IntN(5))))})
		}
		_, _, err := newsroom.Save(t.Context(), db, editor, newsroom.AnyVersion, m)
		check(t, err)
	}
}

func ids(t *testing.T, db *models.DB, table string) []int64 {
	return read[int64](t, db, "SELECT id FROM "+table+" ORDER BY id")
}

// change does one change at random. A refusal is an answer, too.
func change(t *testing.T, db *models.DB, rng *rand.Rand, step int) (did string) {
	t.Helper()
	one := func(table string) int64 {
		list := ids(t, db, table)
		return list[rng.IntN(len(list))]
	}
	var err error
	switch rng.IntN(10) {
	case 0:
		from, into := one("tags"), one("tags")
		did, err = fmt.Sprint("merge tags ", from, into), errorOf(termchanges.MergeTags(t.Context(), db, editor, []int64{from}, into))
	case 1:
		from, into := one("authors"), one("authors")
		did, err = fmt.Sprint("merge authors ", from, into), errorOf(termchanges.MergeAuthors(t.Context(), db, editor, []int64{from}, into))
	case 2:
		from, into := one("categories"), one("categories")
		did, err = fmt.Sprint("merge categories ", from, into), errorOf(termchanges.MergeCategories(t.Context(), db, editor, []int64{from}, into))
	case 3, 4:
		tree, loadErr := taxonomy.LoadCategories(t.Context(), db)
		check(t, loadErr)
		c := tree.ByID(one("categories"))
		f := termchanges.FormOfCategory(c)
		if f.Parent = one("categories"); rng.IntN(3) == 0 {
			f.Parent = 0
		}
		if rng.IntN(3) == 0 {
			f.Slug = fmt.Sprint("moved-", step)
		}
		did = fmt.Sprint("move category ", c.ID, " below ", f.Parent, " as ", f.Slug)
		_, _, err = termchanges.SaveCategory(t.Context(), db, editor, c.ID, f)
	case 5:
		id := one("authors")
		did = fmt.Sprint("rename author ", id)
		_, _, err = termchanges.SaveAuthor(t.Context(), db, editor, id, termchanges.AuthorForm{Name: fmt.Sprint("Renamed ", step)})
	case 6:
		id := one("tags")
		did = fmt.Sprint("rename tag ", id)
		_, _, err = termchanges.SaveTag(t.Context(), db, editor, id, termchanges.TagForm{Name: fmt.Sprint("Named ", step)})
	case 7:
		id := one("categories")
		did, err = fmt.Sprint("remove category ", id), errorOf(termchanges.RemoveCategory(t.Context(), db, editor, id))
	case 8:
		if list := ids(t, db, "tags"); len(list) > 3 {
			did, err = fmt.Sprint("remove tag ", list[0]), errorOf(termchanges.RemoveTag(t.Context(), db, editor, list[0]))
		}
	default:
		fill(t, db, rng, 3)
		return "save articles"
	}
	if kind := models.KindOf(err); err != nil && kind != models.Invalid && kind != models.Conflict {
		t.Fatalf("%s: %v", did, err)
	}
	return cmp.Or(did, "nothing")
}

// After every change the lists, the counts, the related sets and the bylines are those
// of a rebuild from the articles.
func TestEveryChangeLeavesWhatARebuildWouldMake(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 1))
		fill(t, db, rng, 40)
		for step := range 40 {
			clock.Advance(time.Second)
			did := change(t, db, rng, step)
			if faults := wrong(t, db); len(faults) > 0 {
				t.Fatalf("seed %d, step %d, %s:\n%s", seed, step, did, strings.Join(faults[:min(len(faults), 10)], "\n"))
			}
		}
	})
}

// The comparison finds a row too many and a count that is wrong.
func TestTheRebuildFindsFaults(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	fill(t, db, rand.New(rand.NewPCG(1, 1)), 20)
	if faults := wrong(t, db); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, text := range []string{
		"DELETE FROM listings WHERE kind = 1 AND article_id = (SELECT MAX(article_id) FROM listings WHERE kind = 1)",
		"UPDATE listing_counts SET stories = stories + 1 WHERE kind = 2 AND period = 2026",
		"UPDATE tags SET stories = stories + 1",
		"DELETE FROM related_sets WHERE article_id = (SELECT MAX(article_id) FROM related_sets)",
		"UPDATE articles SET byline = 'Nobody' WHERE byline <> ''",
	} {
		before := len(wrong(t, db))
		check(t, db.Write(t.Context(), func(tx *models.Tx) error { return models.Exec(t.Context(), tx, text) }))
		if len(wrong(t, db)) <= before {
			t.Errorf("not found: %s", text)
		}
	}
}

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, termchanges.RowTypes...)
	})
}
