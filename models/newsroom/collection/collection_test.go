package collection_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/taxonomy"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// stored is an article as the test reads it, one by one.
type stored struct {
	id                        int64
	slug, titleKey            string
	date, modified            time.Time // date is the wall clock, in UTC
	categories, tags, authors []int64
}

// library makes articles with random terms, dates and statuses.
func library(t *testing.T, db *models.DB) (*newsroom.Site, []stored) {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 11))
	paths := []string{"world", "world/asia", "world/asia/east", "sport", "sport/chess", "arts"}
	for i := range 60 {
		published := modeltest.Start.Add(-time.Duration(random.IntN(3000)) * time.Hour)
		d := newsroom.Manuscript{
			Title: fmt.Sprintf("%c story %d", 'a'+random.IntN(26), i), Body: "Text.", Status: newsroom.Published, PublishedAt: published,
		}
		if i%3 == 0 {
			d.RevisedAt = published.Add(time.Duration(random.IntN(60)) * time.Minute)
		}
		for _, path := range random.Perm(len(paths))[:random.IntN(3)] {
			d.Categories = append(d.Categories, taxonomy.CategoryRef{Path: paths[path]})
		}
		for _, tag := range random.Perm(6)[:random.IntN(4)] {
			d.Tags = append(d.Tags, fmt.Sprintf("Tag %d", tag))
		}
		for _, author := range random.Perm(4)[:random.IntN(3)] {
			d.Authors = append(d.Authors, newsroom.AuthorRef{Name: fmt.Sprintf("Author %d", author)})
		}
		switch {
		case i%9 == 4:
			d.Status = newsroom.Draft
		case i%11 == 5:
			d.Status, d.PublishedAt = newsroom.Scheduled, modeltest.Start.Add(time.Hour)
		}
		if _, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, d); err != nil {
			t.Fatal(err)
		}
	}
	site, err := newsroom.LoadSite(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	var list []stored
	for id := int64(1); id <= 60; id++ {
		a, err := newsroom.ByID(t.Context(), db, id)
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != newsroom.Published {
			continue
		}
		one := stored{id: id, slug: a.Slug, titleKey: a.TitleKey}
		if one.date, err = time.Parse(newsroom.LocalTimeLayout, a.LocalTime); err != nil {
			t.Fatal(err)
		}
		_, one.modified = site.Instants(a.PublishedAt, a.RevisedAt)
		for table, into := range map[string]*[]int64{
			"SELECT category_id FROM article_categories WHERE article_id = ? ORDER BY position": &one.categories,
			"SELECT tag_id FROM article_tags WHERE article_id = ? ORDER BY position":            &one.tags,
			"SELECT author_id FROM article_authors WHERE article_id = ? ORDER BY position":      &one.authors,
		} {
			if err := db.Query(t.Context()).Raw(table, id).Scan(into).Error; err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, one)
	}
	return site, list
}

// want answers a query by looking at every article.
func want(site *newsroom.Site, all []stored, q collection.Articles) (ids []int64, total int) {
	var found []stored
	for _, a := range all {
		if matches(site, a, q) {
			found = append(found, a)
		}
	}
	first := func(list []int64) int64 {
		if len(list) == 0 {
			return 0
		}
		return list[0]
	}
	slices.SortFunc(found, func(a, b stored) int {
		var c int
		switch q.Order {
		case collection.ByDate:
			c = a.date.Compare(b.date)
		case collection.ByModified:
			c = a.modified.Compare(b.modified)
		case collection.ByTitle:
			c = cmp.Compare(a.titleKey, b.titleKey)
		case collection.BySlug:
			c = cmp.Compare(a.slug, b.slug)
		case collection.ByAuthor:
			c = cmp.Compare(first(a.authors), first(b.authors))
		case collection.ByRequest:
			if len(q.IDs) > 0 {
				return cmp.Compare(slices.Index(q.IDs, a.id), slices.Index(q.IDs, b.id))
			}
			return cmp.Compare(slices.Index(q.Slugs, a.slug), slices.Index(q.Slugs, b.slug))
		}
		c = cmp.Or(c, cmp.Compare(a.id, b.id))
		if !q.Ascending {
			c = -c
		}
		return c
	})
	for _, a := range found[min(q.Offset, len(found)):] {
		if len(ids) < q.Limit {
			ids = append(ids, a.id)
		}
	}
	return ids, len(found)
}

func matches(site *newsroom.Site, a stored, q collection.Articles) bool {
	some := func(have, asked []int64) bool {
		return slices.ContainsFunc(have, func(id int64) bool { return slices.Contains(asked, id) })
	}
	below := func(t collection.Terms, id int64) []int64 {
		if t.Children {
			return append([]int64{id}, site.Categories.Below(id)...)
		}
		return []int64{id}
	}
	terms := func(have []int64, t collection.Terms) bool {
		n := 0
		for _, id := range t.IDs {
			if some(have, below(t, id)) {
				n++
			}
		}
		return len(t.IDs) == 0 || n == len(t.IDs) || n > 0 && !t.All
	}
	categories, tags := terms(a.categories, q.Categories), terms(a.tags, q.Tags)
	taxonomies := categories && tags
	if q.AnyTaxonomy && len(q.Categories.IDs) > 0 && len(q.Tags.IDs) > 0 {
		taxonomies = categories || tags
	}
	return taxonomies &&
		(len(q.IDs) == 0 || slices.Contains(q.IDs, a.id)) && !slices.Contains(q.ExceptIDs, a.id) &&
		(len(q.Slugs) == 0 || slices.Contains(q.Slugs, a.slug)) &&
		(len(q.Authors) == 0 || some(a.authors, q.Authors)) && !some(a.authors, q.ExceptAuthors) &&
		!some(a.categories, q.ExceptCategories.IDs) && !some(a.tags, q.ExceptTags.IDs) &&
		(q.After.IsZero() || a.date.After(q.After)) && (q.Before.IsZero() || a.date.Before(q.Before)) &&
		(q.ModifiedAfter.IsZero() || a.modified.After(q.ModifiedAfter)) &&
		(q.ModifiedBefore.IsZero() || a.modified.Before(q.ModifiedBefore))
}

// question returns a random query. Half of its conditions are empty.
func question(random *rand.Rand, all []stored) collection.Articles {
	some := func(most int64) (ids []int64) {
		for range random.IntN(3) * random.IntN(2) {
			if id := random.Int64N(most) + 1; !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	yes := func(oneIn int) bool { return random.IntN(oneIn) == 0 }
	at := func() time.Time { return all[random.IntN(len(all))].date }
	q := collection.Articles{
		Authors: some(5), Categories: collection.Terms{IDs: some(8), All: yes(4), Children: yes(3)},
		Tags: collection.Terms{IDs: some(7), All: yes(4)}, AnyTaxonomy: yes(5),
		Order: collection.Order(random.IntN(6)), Ascending: yes(2), Limit: random.IntN(12), Offset: random.IntN(4) * random.IntN(9),
	}
	if yes(2) {
		q.Order = collection.ByDate
	}
	if yes(3) {
		q.ExceptAuthors, q.ExceptIDs = some(5), some(60)
		q.ExceptCategories.IDs, q.ExceptTags.IDs = some(8), some(7)
	}
	if yes(3) {
		q.After = at()
	}
	if yes(3) {
		q.Before = at()
	}
	if yes(6) {
		q.ModifiedAfter = all[random.IntN(len(all))].modified
	}
	if yes(6) {
		q.ModifiedBefore = all[random.IntN(len(all))].modified
	}
	switch random.IntN(8) {
	case 0:
		for range 9 {
			if id := random.Int64N(65) + 1; !slices.Contains(q.IDs, id) {
				q.IDs = append(q.IDs, id)
			}
		}
	case 1:
		q.Slugs = []string{"nothing", all[random.IntN(len(all))].slug, all[1].slug}
	}
	if len(q.IDs)+len(q.Slugs) > 0 && yes(2) {
		q.Order = collection.ByRequest
	}
	return q
}

// TestArticlesAgainstEveryRow compares random queries with a look at every row.
func TestArticlesAgainstEveryRow(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		site, all := library(t, db)
		random := rand.New(rand.NewPCG(1, 2))
		filled := 0
		for range 600 {
			q := question(random, all)
			page, err := q.Find(t.Context(), db, site)
			if err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			ids, total := want(site, all, q)
			if !slices.Equal(page.IDs, ids) || page.Total != total {
				t.Fatalf("%+v\n got %v of %d\nwant %v of %d", q, page.IDs, page.Total, ids, total)
			}
			if len(page.DependsOn) == 0 {
				t.Fatalf("%+v depends on nothing", q)
			}
			if len(ids) > 0 {
				filled++
			}
		}
		if filled < 200 {
			t.Errorf("only %d of the queries had results", filled)
		}
	})
}
