package collection_test

import (
	"fmt"
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

func save(t *testing.T, db *models.DB, m newsroom.Manuscript) *newsroom.Article {
	t.Helper()
	m.Body = m.Title + m.Body
	a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTermsOfPublicArticlesAlone(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		first := save(t, db, newsroom.Manuscript{
			Title: "One", Tags: []string{"Harbour", "100% cotton"}, Authors: []newsroom.AuthorRef{{Name: "Ada Aho"}},
			Categories: []taxonomy.CategoryRef{{Path: "world/asia"}},
		})
		save(t, db, newsroom.Manuscript{Title: "Two", Tags: []string{"Harbour", "Öl"}, Authors: []newsroom.AuthorRef{{Name: "Bo"}, {Name: "Ada Aho"}}})
		save(t, db, newsroom.Manuscript{
			Title: "Held", Status: newsroom.Draft, Tags: []string{"Secret"}, Authors: []newsroom.AuthorRef{{Name: "Informer"}},
			Categories: []taxonomy.CategoryRef{{Path: "raid"}},
		})
		for name, c := range map[string]struct {
			q     collection.Named
			total int
			want  string
		}{
			"by name":       {collection.Named{Limit: 10}, 3, "[100-cotton/1 harbour/2 ol/1]"},
			"by count":      {collection.Named{Limit: 1, Order: collection.TermsByCount, Descending: true}, 3, "[harbour/2]"},
			"a page":        {collection.Named{Limit: 1, Offset: 2}, 3, "[ol/1]"},
			"past the end":  {collection.Named{Limit: 1, Offset: 3}, 3, "[]"},
			"of an article": {collection.Named{Limit: 10, Article: first.ID}, 2, "[100-cotton/1 harbour/2]"},
			"slugs":         {collection.Named{Limit: 10, Slugs: []string{"ol", "secret", "harbour"}, Order: collection.TermsByRequest}, 2, "[ol/1 harbour/2]"},
			"search":        {collection.Named{Limit: 10, Search: "ARB"}, 1, "[harbour/2]"},
			"a percentage":  {collection.Named{Limit: 10, Search: "%"}, 1, "[100-cotton/1]"},
			"accents":       {collection.Named{Limit: 10, Search: "öl"}, 1, "[ol/1]"},
			"a held tag":    {collection.Named{Limit: 10, Search: "secret"}, 0, "[]"},
		} {
			tags, total, err := c.q.Tags(ctx, db)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := []string{}
			for _, tag := range tags {
				got = append(got, fmt.Sprintf("%s/%d", tag.Slug, tag.Articles))
			}
			if total != c.total || fmt.Sprint(got) != c.want {
				t.Errorf("%s: %v of %d, want %s of %d", name, got, total, c.want, c.total)
			}
		}
		authors, total, err := collection.Named{Limit: 10, Order: collection.TermsByCount, Descending: true}.Authors(ctx, db)
		if err != nil || total != 2 || len(authors) != 2 || authors[0].Name != "Ada Aho" || authors[0].Articles != 2 {
			t.Errorf("authors: %+v of %d, %v", authors, total, err)
		}
		site, err := newsroom.LoadSite(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		categories, err := collection.Categories(ctx, db, site)
		var paths []string
		for _, c := range categories {
			paths = append(paths, fmt.Sprintf("%s/%d", c.Path, c.Articles))
		}
		if slices.Sort(paths); err != nil || fmt.Sprint(paths) != "[uncategorized/1 world/0 world/asia/1]" {
			t.Errorf("categories: %v, %v", paths, err)
		}
	})
}

// A picture is in the list while a public article shows it, and not before.
func TestPicturesOfPublicArticlesAlone(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		var stored []*pictures.Picture
		for i := range 4 {
			key := fmt.Sprintf("%040x", i+1)
			err := db.Write(ctx, func(tx *models.Tx) error {
				m, err := pictures.Add(ctx, tx, pictures.Picture{Key: key, Format: "jpeg", Width: 800, Height: 600, Alt: fmt.Sprintf("Boat %d", i)})
				stored = append(stored, m)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		lead := save(t, db, newsroom.Manuscript{Title: "Lead", PictureID: &stored[0].ID})
		save(t, db, newsroom.Manuscript{Title: "Draft", Status: newsroom.Draft, PictureID: &stored[1].ID})
		body := save(t, db, newsroom.Manuscript{Title: "Body", Body: "\n\n![A boat](/media/" + stored[2].Key + "/640.jpg)"})
		ids := func(q collection.Pictures) string {
			t.Helper()
			q.Limit = 10
			list, total, err := q.Find(ctx, db)
			if err != nil || total != len(list) {
				t.Fatalf("%+v: %d of %d, %v", q, len(list), total, err)
			}
			var ids []int64
			for _, m := range list {
				ids = append(ids, m.ID)
			}
			return fmt.Sprint(ids)
		}
		a, c := stored[0].ID, stored[2].ID
		for name, one := range map[string]struct {
			q    collection.Pictures
			want []int64
		}{
			"all":           {collection.Pictures{}, []int64{c, a}},
			"ascending":     {collection.Pictures{Ascending: true}, []int64{a, c}},
			"by number":     {collection.Pictures{IDs: []int64{1, 2, 3, 4}, ByRequest: true}, []int64{a, c}},
			"by key":        {collection.Pictures{Keys: []string{stored[2].Key, stored[3].Key}}, []int64{c}},
			"search":        {collection.Pictures{Search: "boat 2"}, []int64{c}},
			"of an article": {collection.Pictures{Articles: []int64{lead.ID}}, []int64{a}},
			"of the others": {collection.Pictures{ExceptArticles: []int64{lead.ID}}, []int64{c}},
			"in its text":   {collection.Pictures{Articles: []int64{body.ID}}, []int64{c}},
			"too new":       {collection.Pictures{After: modeltest.Start}, nil},
		} {
			if got := ids(one.q); got != fmt.Sprint(one.want) {
				t.Errorf("%s: %s, want %v", name, got, one.want)
			}
		}
	})
}
