package related_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/related"
	"broadsheet/models/newsroom/relatedsets"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/settings"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestLongRelatedAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	for _, on := range []struct {
		name    string
		open    func(testing.TB, *modeltest.Clock) *models.DB
		corpora int
	}{{"sqlite", modeltest.SQLite, 1000}, {"postgres", modeltest.OnPostgres, 60}} {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() {
				on.corpora /= 10
			}
			db, asked, found := on.open(t, modeltest.NewClock()), 0, 0
			for seed := range uint64(on.corpora) {
				c := newCorpus(seed)
				c.store(t, db)
				for i := range c.papers {
					if i%5 != int(seed%5) {
						continue
					}
					n, complaint := c.judge(t, db, &c.papers[i])
					if complaint != "" {
						t.Fatalf("corpus %d, article %d: %s", seed, c.papers[i].id, complaint)
					}
					asked, found = asked+1, found+n
				}
			}
			if found < asked {
				t.Errorf("%d queries found only %d related articles: the corpora are too small", asked, found)
			}
		})
	}
}

// Each of these faults in the stored rows must make the oracle disagree; otherwise
// the comparison proves nothing.
func TestTheOracleNoticesFaults(t *testing.T) {
	t.Parallel()
	for fault, damage := range map[string]string{
		"parents alone are not indexed":   `DELETE FROM related_sets WHERE set_key LIKE 'P%'`,
		"pairs of sections not indexed":   `DELETE FROM related_sets WHERE set_key LIKE '%C%C%'`,
		"tag lists not read":              `DELETE FROM listings WHERE kind = 2`,
		"the tags' limit is one too high": `UPDATE tags SET stories = 100 WHERE stories = 101`,
		"the ninth tag counts":            `UPDATE article_tags SET position = position - 1`,
		"bars forgotten":                  `DELETE FROM related_choices WHERE kind = 'bar'`,
		"links forgotten":                 `DELETE FROM article_links`,
		"drafts listed":                   `UPDATE articles SET status = 'published'`,
		"pins out of order":               `UPDATE related_choices SET position = -position`,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			db := modeltest.SQLite(t, modeltest.NewClock())
			for seed := range uint64(100) {
				c := newCorpus(seed)
				c.store(t, db)
				run(t, db, damage)
				for i := range c.papers {
					if _, complaint := c.judge(t, db, &c.papers[i]); complaint != "" {
						return
					}
				}
			}
			t.Error("the oracle did not notice this in 100 corpora")
		})
	}
}

func run(t *testing.T, db *models.DB, stmt string, args ...any) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *models.Tx) error { return tx.Query(t.Context()).Exec(stmt, args...).Error })
	if err != nil {
		t.Fatal(err)
	}
}

// judge loads a paper's related articles and returns their number. complaint says
// how they, or their explanations, differ from the oracle's; it is empty if they
// agree.
func (c *corpus) judge(t *testing.T, db *models.DB, p *paper) (found int, complaint string) {
	t.Helper()
	categories, err := taxonomy.LoadCategories(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	site := &newsroom.Site{Settings: settings.Default(), Categories: categories}
	site.RelatedHalfLife = c.halfLife
	now := models.At(modeltest.Start)
	ctx, statements := models.CountStatements(t.Context())
	got, err := related.Find(ctx, db, site, related.Query{
		ArticleID: int64(p.id), PublishedAt: models.FromMicros(p.at), Now: now,
		Categories: wide(p.cats), Tags: wide(p.tags), Count: c.count,
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := statements.Load(); n != 1 {
		return 0, fmt.Sprintf("took %d statements", n)
	}
	want := c.related(p)
	if len(got) != len(want) {
		return 0, fmt.Sprintf("got %v, want %v", ids(got), want)
	}
	for i, w := range want {
		if g := got[i]; g.ID != int64(w.id) || g.Title != title(w.id) {
			return 0, fmt.Sprintf("got %v, want %v", ids(got), want)
		}
		if reason := w.differs(got[i].Why, math.Exp2(-float64(now.UnixMicro()-w.at)/float64(c.halfLife.Microseconds()))); reason != "" {
			return 0, fmt.Sprintf("why %d: %s, want %v", w.id, reason, w)
		}
	}
	return len(want), ""
}

func (ch choice) differs(why related.Why, age float64) string {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(math.Abs(a), math.Abs(b)) }
	sum := 0.0
	same := func(got []related.TermWeight, want []int) bool {
		var list []int
		for _, w := range got {
			list = append(list, int(w.ID))
			sum += w.Weight
		}
		slices.Sort(list)
		return slices.Equal(list, want)
	}
	if !same(why.SharedCategories, ch.cats) || !same(why.SharedParents, ch.parents) || !same(why.SharedTags, ch.tags) ||
		why.Pinned != ch.pinned || !near(sum, ch.weight) || !near(why.AgeFactor, age) || !near(why.Score, ch.weight*age) {
		return fmt.Sprintf("%+v", why)
	}
	return ""
}

func ids(articles []related.Article) (list []int64) {
	for _, s := range articles {
		list = append(list, s.ID)
	}
	return list
}

func wide(list []int) (out []int64) {
	for _, v := range list {
		out = append(out, int64(v))
	}
	return out
}

func title(id int) string { return fmt.Sprint("Article ", id) }

// corpusTables are emptied between two corpora, in this order.
var corpusTables = []string{
	"related_sets", "related_choices", "article_links", "article_tags", "article_categories", "listings", "articles", "tags", "categories",
}

// store replaces the database's articles with the corpus.
func (c *corpus) store(t testing.TB, db *models.DB) {
	t.Helper()
	rows := map[string][]any{}
	width := map[string]int{}
	add := func(table string, values ...any) {
		rows[table] = append(rows[table], values...)
		width[table] = len(values)
	}
	for id := 1; id <= len(c.sections); id++ {
		s, slug := c.sections[id], fmt.Sprint("section-", id)
		var parent any
		if s.parent != 0 {
			parent = s.parent
		}
		if s.void {
			slug = taxonomy.UncategorizedSlug
		}
		add("categories (id, parent_id, slug, path, name, weight, created_at)", id, parent, slug, slug, slug, s.weight, 0)
	}
	for id, tag := range c.tags {
		add("tags (id, slug, name, stories, weight, created_at)", id, fmt.Sprint("tag-", id), fmt.Sprint("tag ", id), tag.stories, tag.weight, 0)
	}
	for i := range c.papers {
		c.papers[i].rows(add)
	}
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		q := tx.Query(t.Context())
		for _, table := range corpusTables {
			if err := q.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
		}
		for _, table := range []string{"categories", "tags", "articles", "article_categories", "article_tags", "article_links", "related_choices", "listings"} {
			for into, values := range rows {
				if name, _, _ := strings.Cut(into, " "); name != table {
					continue
				}
				group := "(" + strings.TrimSuffix(strings.Repeat("?, ", width[into]), ", ") + ")"
				groups := strings.TrimSuffix(strings.Repeat(group+", ", len(values)/width[into]), ", ")
				if err := q.Exec("INSERT INTO "+into+" VALUES "+groups, values...).Error; err != nil {
					return err
				}
			}
		}
		categories, err := taxonomy.LoadCategories(t.Context(), tx)
		for _, p := range c.papers {
			if err == nil && p.public {
				err = relatedsets.Add(t.Context(), tx, int64(p.id), models.FromMicros(p.at), wide(p.cats), categories)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// rows passes the paper's rows to add. A paper that is not public has no row in
// lists.
func (p *paper) rows(add func(table string, values ...any)) {
	status := newsroom.Published
	if !p.public {
		status = []newsroom.Status{newsroom.Draft, newsroom.Scheduled, newsroom.Withdrawn, newsroom.Trashed}[p.id%4]
	}
	add("articles (id, guid, slug, title, title_key, status, published_at, created_at, updated_at)",
		p.id, fmt.Sprint(p.id), fmt.Sprint("article-", p.id), title(p.id), title(p.id), status, p.at, 0, 0)
	for i, id := range p.cats {
		add("article_categories (article_id, position, category_id)", p.id, i, id)
	}
	for i, id := range p.tags {
		add("article_tags (article_id, position, tag_id)", p.id, i, id)
		if p.public {
			add("listings (kind, ref, published_at, article_id)", newsroom.TagArticles, id, p.listed, p.id)
		}
	}
	for _, id := range p.links {
		add("article_links (article_id, target_id, card)", p.id, id, false)
	}
	for _, id := range p.bars {
		add("related_choices (article_id, target_id, kind, position)", p.id, id, "bar", 0)
	}
	for i, id := range p.pins {
		add("related_choices (article_id, target_id, kind, position)", p.id, id, "pin", i)
	}
}
