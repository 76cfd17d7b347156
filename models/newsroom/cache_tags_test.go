package newsroom_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
)

// Each write touches the cache tags of the pages that change, and no others.
func TestWritesTouchTheirCacheTags(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		ctx := t.Context()
		var touched []string
		db.OnChange(func(c models.Change) { touched = append(touched, strings.Fields(c.Tags)...) })
		check := func(what string, err error, want, not []string) {
			t.Helper()
			if err != nil {
				t.Fatal(what, err)
			}
			for _, tag := range want {
				if !slices.Contains(touched, tag) {
					t.Errorf("%s does not touch %s: %v", what, tag, touched)
				}
			}
			for _, tag := range not {
				if slices.ContainsFunc(touched, func(t string) bool { return t == tag || strings.HasSuffix(tag, ":") && strings.HasPrefix(t, tag) }) {
					t.Errorf("%s touches %s: %v", what, tag, touched)
				}
			}
			touched = nil
		}
		save := func(m newsroom.Manuscript) error {
			_, _, err := newsroom.Save(ctx, db, models.ActorCommand, newsroom.AnyVersion, m)
			return err
		}
		write := func(fn func(*models.Tx) error) error { return db.Write(ctx, fn) }
		at := clock.Now().Add(-time.Hour)
		first := newsroom.Manuscript{Title: "First", Body: "One.", Categories: []taxonomy.CategoryRef{{Path: "world"}}, PublishedAt: at}
		check("an article", save(first), []string{"article:1", "story:1", "stories", "section:1", "search", "navigation", "period:2026", "period:202611", "period:20261120"}, nil)
		first.ID, first.Title, first.Slug = 1, "First, set right", "first"
		check("its headline", save(first), []string{"article:1", "story:1", "search"}, []string{"stories", "section:", "period:", "navigation"})
		first.PublishedAt = at.Add(-48 * time.Hour)
		check("its date", save(first), []string{"stories", "section:1", "period:20261118", "period:20261120"}, nil)

		second := newsroom.Manuscript{Title: "Second", Body: "See [it](/2026/11/18/first/).", Categories: []taxonomy.CategoryRef{{Path: "sport"}}, PublishedAt: clock.Now()}
		check("an article that links to it", save(second), []string{"article:2", "article:1"}, []string{"story:1", "section:1"})
		second.ID, second.Slug, second.Title = 2, "second", "Second, set right"
		check("the other's headline", save(second), []string{"story:2"}, []string{"article:1"})
		check("the other withdrawn", setStatus(t, db, 2, newsroom.Withdrawn, ""), []string{"article:2", "story:2", "article:1", "stories"}, []string{"section:1"})
		check("the other a draft", setStatus(t, db, 2, newsroom.Draft, ""), []string{"article:2"}, []string{"article:1", "stories"})
		second.Status, second.Body = newsroom.Draft, "No link."
		check("a draft's text", save(second), []string{"article:2"}, []string{"article:1", "stories", "section:"})

		check("a picture", write(func(tx *models.Tx) error {
			_, err := pictures.Add(ctx, tx, pictures.Picture{Key: "k", Format: "jpeg", Width: 1, Height: 1, Alt: "new"})
			return err
		}), []string{"picture:1"}, nil)
		check("an author", write(func(tx *models.Tx) error {
			a, err := taxonomy.EnsureAuthor(ctx, tx, "", "Nadia Farrow")
			if err != nil {
				return err
			}
			return taxonomy.DescribeAuthor(ctx, tx, *a)
		}), []string{"author:1", "byline:1"}, nil)
		check("a held comment", write(func(tx *models.Tx) error {
			_, err := newsroom.AddComments(ctx, tx, 1, newsroom.CommentCounts{Hold: 1})
			return err
		}), nil, []string{"count:", "article:", "story:"})
		check("an approved comment", write(func(tx *models.Tx) error {
			_, err := newsroom.AddComments(ctx, tx, 1, newsroom.CommentCounts{Approve: 1})
			return err
		}), []string{"count:1"}, []string{"story:"})

		third := newsroom.Manuscript{Title: "Third", Body: "Three.", Categories: []taxonomy.CategoryRef{{Path: "world/east"}, {Path: "world"}}, PublishedAt: at}
		check("an article in two categories", save(third), []string{"section:1"}, nil)
		third.ID, third.Slug, third.Categories = 3, "third", third.Categories[:1]
		check("the category above is no more its own", save(third), []string{"section:1", "stories"}, nil)
	})
}
