package whole_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/whole"
	"broadsheet/models/richtext"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// Articles read together are those read one by one, in the order asked for, in three
// statements however many they are. Those that are not public are left out.
func TestWholeArticlesAreThoseOfThePages(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		save := func(m newsroom.Manuscript) *newsroom.Article {
			a, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, m)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		var pictureID int64
		if err := db.Write(t.Context(), func(tx *models.Tx) error {
			m, err := pictures.Add(t.Context(), tx, pictures.Picture{Key: "0123456789abcdef01234567", Format: "jpeg", Width: 2560, Height: 1440, Alt: "Ships", Credit: "Mila"})
			pictureID = m.ID
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var ids []int64
		for i := range 12 {
			m := newsroom.Manuscript{
				Title: fmt.Sprint("Story ", i), Slug: fmt.Sprint("story-", i), Standfirst: "Short.", Format: richtext.Markdown, PublishedAt: clock.Now().Add(-time.Hour),
				Body:       fmt.Sprintf("Text %d with [a link](/2026/11/20/story-0/).\n\n/2026/11/20/story-%d/\n\nEnd.", i, max(0, i-1)),
				Categories: []taxonomy.CategoryRef{{Path: "world/sea"}, {Path: "sport"}}[:i%3],
				Tags:       []string{"Ships", "Ports", "Fog"}[:i%4], Authors: []newsroom.AuthorRef{{Name: "Nadia Farrow"}, {Name: "Ben Ort", Role: "translation"}}[:i%3],
			}
			if i%2 == 0 {
				m.PictureID = &pictureID
			}
			ids = append([]int64{save(m).ID}, ids...)
		}
		draft := save(newsroom.Manuscript{Title: "A draft", Body: "Secret.", Status: newsroom.Draft})
		site, err := newsroom.LoadSite(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		ctx, statements := models.CountStatements(t.Context())
		pages, err := whole.Load(ctx, db, site, append([]int64{draft.ID, 9999}, append(ids, ids[0])...))
		if err != nil || len(pages) != len(ids) || statements.Load() != 3 {
			t.Fatalf("%d articles in %d statements (%v)", len(pages), statements.Load(), err)
		}
		for i, p := range pages {
			if p.ID != ids[i] {
				t.Fatalf("article %d is at the place of %d", p.ID, ids[i])
			}
			want, err := newsroom.LoadPage(t.Context(), db, site, site.ArticlePath(&p.Article))
			if err != nil {
				t.Fatal(err)
			}
			for name, pair := range map[string][2]any{
				"article": {p.Article, want.Article}, "text": {p.HTML, want.HTML}, "picture": {picture(p), picture(want)}, "authors": {fmt.Sprint(p.Bylines), fmt.Sprint(want.Bylines)},
				"categories": {fmt.Sprint(p.CategoryIDs()), fmt.Sprint(want.CategoryIDs())}, "tags": {fmt.Sprint(p.TagIDs()), fmt.Sprint(want.TagIDs())},
				"links": {slices.Sorted(slices.Values(p.Linked)), slices.Sorted(slices.Values(want.Linked))}, "cards": {cards(p), cards(want)},
			} {
				if !reflect.DeepEqual(pair[0], pair[1]) {
					t.Errorf("%s: %s is %v, want %v", p.Slug, name, pair[0], pair[1])
				}
			}
		}
		if len(pages[0].Cards) == 0 || len(pages[0].Linked) == 0 || pages[1].Picture == nil {
			t.Errorf("the test compares nothing: %+v", pages[0])
		}
		if none, err := whole.Load(t.Context(), db, site, nil); err != nil || none != nil {
			t.Errorf("of no articles: %v (%v)", none, err)
		}
	})
}

// picture returns the parts of a picture that both ways read.
func picture(p *newsroom.Page) pictures.Picture {
	if p.Picture == nil {
		return pictures.Picture{}
	}
	m := *p.Picture
	m.CreatedAt = models.Time{}
	return m
}

// cards returns the numbers and titles of the cards.
func cards(p *newsroom.Page) map[int64]string {
	titles := map[int64]string{}
	for id, t := range p.Cards {
		titles[id] = t.Title + " " + t.Slug
	}
	return titles
}
