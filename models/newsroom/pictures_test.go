package newsroom_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/migrations"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/richtext"
)

func addPicture(t *testing.T, db *models.DB, key string) *int64 {
	t.Helper()
	var id int64
	err := db.Write(t.Context(), func(tx *models.Tx) error {
		m, err := pictures.Add(t.Context(), tx, pictures.Picture{Key: key, Format: "jpeg", Width: 8, Height: 8})
		if err == nil {
			id = m.ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return &id
}

// wantPublic checks for each picture whether it is public.
func wantPublic(t *testing.T, db *models.DB, when string, want map[string]bool) {
	t.Helper()
	for key, want := range want {
		got, err := pictures.AtAddress(t.Context(), db, key)
		if err != nil || (got != nil && got.Public) != want {
			t.Errorf("%s: pictures.AtAddress(%q) = %+v (%v)", when, key, got, err)
		}
	}
}

// illustrated returns a manuscript with a lead picture and another picture in its
// text.
func illustrated(title string, lead *int64, inText string) newsroom.Manuscript {
	return newsroom.Manuscript{Title: title, Body: `<p>Text.</p><img src="/media/` + inText + `/640.jpg" alt="">`, Format: richtext.HTML, PictureID: lead}
}

// A picture is public as soon as an article that uses it is.
func TestPicturesFollowTheirArticles(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		lead := addPicture(t, db, "lead")
		addPicture(t, db, "alone")
		inside := addPicture(t, db, "inside")
		m := illustrated("Article", lead, "inside")
		m.Status = newsroom.Draft
		a := save(t, db, m)
		hidden, shown := map[string]bool{"lead": false, "inside": false, "alone": true, "unknown": false, "a\x00b": false, "\xff": false}, map[string]bool{"lead": true, "inside": true, "alone": true}
		wantPublic(t, db, "draft", hidden)
		for _, to := range []newsroom.Status{newsroom.Published, newsroom.Withdrawn, newsroom.Published, newsroom.Draft, newsroom.Published, newsroom.Trashed, newsroom.Published} {
			check(setStatus(t, db, a.ID, to, ""))
			want := hidden
			if to == newsroom.Published {
				want = shown
			}
			wantPublic(t, db, string(to), want)
		}
		check(setStatus(t, db, a.ID, newsroom.Draft, ""))

		// A second article, scheduled, uses the same pictures in exchanged places.
		other := illustrated("Another", inside, "lead")
		other.PublishedAt = clock.Now().Add(time.Hour)
		b := save(t, db, other)
		wantPublic(t, db, "draft and scheduled", hidden)
		clock.Advance(2 * time.Hour)
		wantPublic(t, db, "draft and due", hidden)
		check(setStatus(t, db, b.ID, newsroom.Published, ""))
		wantPublic(t, db, "draft and published", shown)

		// After an edit without the pictures, only the draft uses them.
		other.ID, other.PictureID, other.Body = b.ID, nil, "<p>Text.</p>"
		save(t, db, other)
		wantPublic(t, db, "removed from the published article", hidden)
		m.ID, m.PictureID, m.Body = a.ID, nil, `<p>None. <a href="https://news.example/media/lead/1920.jpg">Large</a></p>`
		save(t, db, m)
		wantPublic(t, db, "the draft links to one", map[string]bool{"lead": false, "inside": true})
	})
}

// The migration fills article_pictures for stored bodies, and RefreshRendered
// updates it.
func TestPicturesOfStoredBodies(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i := range 45 {
			m := illustrated(fmt.Sprint("Article ", i), nil, fmt.Sprintf("key%02d", i))
			m.Body += `<a href="..\media\shared\640.jpg">x</a><img src="/me%64ia/shared//./320.jpg">`
			save(t, db, m)
		}
		stored := func() (list []string) {
			t.Helper()
			if err := db.Query(t.Context()).Raw("SELECT article_id || ' ' || picture_key FROM article_pictures ORDER BY article_id, picture_key").Scan(&list).Error; err != nil {
				t.Fatal(err)
			}
			return list
		}
		want := stored()
		if len(want) != 90 {
			t.Fatalf("stored: %q", want)
		}
		change := func(fn func(tx *models.Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		exec := func(tx *models.Tx, text string) error { return tx.Query(t.Context()).Exec(text).Error }
		change(func(tx *models.Tx) error {
			if err := exec(tx, "DELETE FROM article_pictures WHERE article_id % 2 = 0"); err != nil {
				return err
			}
			return migrations.ListPictures(tx.Query(t.Context()))
		})
		if got := stored(); !slices.Equal(got, want) {
			t.Errorf("filled: %q, want %q", got, want)
		}
		change(func(tx *models.Tx) error {
			if err := exec(tx, "UPDATE article_pictures SET picture_key = 'old' WHERE picture_key = 'shared'"); err != nil {
				return err
			}
			return exec(tx, `UPDATE article_bodies SET html = '<img src="/media/old/640.jpg">', policy = 1`)
		})
		if err := newsroom.RefreshRendered(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if got := stored(); !slices.Equal(got, want) {
			t.Errorf("rendered again: %q, want %q", got, want)
		}
		change(func(tx *models.Tx) error { return exec(tx, "DELETE FROM articles WHERE id = 1") })
		if got := stored(); len(got) != 88 {
			t.Errorf("after an article was deleted: %q", got)
		}
	})
}

// pictures.AtAddress takes one statement, which scans no table.
func TestPicturesAreFoundByIndex(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		lead := addPicture(t, db, "lead")
		for i := range 50 {
			m := illustrated(fmt.Sprint("Article ", i), lead, "inside")
			m.Status = newsroom.Draft
			save(t, db, m)
		}
		ctx, recorded := models.RecordStatements(t.Context())
		for _, key := range []string{"lead", "inside", "unknown"} {
			if _, err := pictures.AtAddress(ctx, db, key); err != nil {
				t.Fatal(err)
			}
		}
		statements := recorded()
		if len(statements) != 3 {
			t.Errorf("3 calls took %d statements: %s", len(statements), strings.Join(statements, "\n"))
		}
		if db.Dialect() == models.SQLite {
			modeltest.NoScan(t, db, statements, "articles", "article_pictures", "media")
		}
	})
}
