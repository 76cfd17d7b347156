package termlist_test

import (
	"fmt"
	"os"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termlist"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesOfTagsHaveEachTagOnce(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		const n = 2*termlist.PerPage + 7
		check(t, db.Write(t.Context(), func(tx *models.Tx) error {
			for i := range n {
				if _, err := taxonomy.EnsureTag(t.Context(), tx, fmt.Sprintf("Été %03d", i)); err != nil {
					return err
				}
			}
			return models.Exec(t.Context(), tx, "UPDATE tags SET stories = id % 5 + 1")
		}))
		for _, f := range []termlist.Filter{{}, {Used: true}, {Words: "ete"}, {Words: "ÉTÉ", Used: true}} {
			seen, pages := map[string]bool{}, 0
			for f.After = ""; ; pages++ {
				p, err := termlist.Tags(t.Context(), db, f)
				check(t, err)
				for _, row := range p.Rows {
					seen[row.Name] = true
				}
				if f.After = p.Next; f.After == "" || pages > 5 {
					break
				}
			}
			if len(seen) != n || pages != 2 {
				t.Errorf("%+v: %d tags on %d pages", f, len(seen), pages+1)
			}
		}
		if p, err := termlist.Tags(t.Context(), db, termlist.Filter{Words: "%_"}); err != nil || len(p.Rows) != 0 {
			t.Errorf("%d tags with a percent sign (%v)", len(p.Rows), err)
		}
	})
}

func TestNamesForAField(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i, tags := range [][]string{{"Port", "Airport"}, {"Airport"}, {"Portugal"}} {
			_, _, err := newsroom.Save(t.Context(), db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
				Title: fmt.Sprint("Story ", i), Tags: tags, Authors: []newsroom.AuthorRef{{Name: fmt.Sprint("Zoë Port ", i)}},
			})
			check(t, err)
		}
		names, err := termlist.Names(t.Context(), db, taxonomy.TagKind, "por")
		if check(t, err); fmt.Sprint(names) != "[Port Portugal Airport]" {
			t.Errorf("tags: %q", names)
		}
		if names, err = termlist.Names(t.Context(), db, taxonomy.AuthorKind, "zoe"); err != nil || len(names) != 3 {
			t.Errorf("authors: %q (%v)", names, err)
		}
		if names, err = termlist.Names(t.Context(), db, taxonomy.AuthorKind, " "); err != nil || len(names) != 0 {
			t.Errorf("nothing typed: %q (%v)", names, err)
		}
		p, err := termlist.Authors(t.Context(), db, termlist.Filter{Words: "port 1"})
		if err != nil || len(p.Rows) != 1 || p.Rows[0].Articles != 1 {
			t.Errorf("authors: %+v (%v)", p.Rows, err)
		}
	})
}

// The pages of 10,000 tags are read by the indexes.
func TestPagesOfTagsUseTheirIndexes(t *testing.T) {
	t.Parallel()
	db := modeltest.SQLite(t, modeltest.NewClock())
	check(t, db.Write(t.Context(), func(tx *models.Tx) error {
		for from := 0; from < 10_000; from += 1000 {
			var rows []taxonomy.Tag
			for i := range 1000 {
				name := fmt.Sprintf("tag-%05d", from+i)
				rows = append(rows, taxonomy.Tag{Slug: name, Name: name, Articles: from + i, CreatedAt: models.At(tx.Now)})
			}
			if err := tx.Query(t.Context()).Create(&rows).Error; err != nil {
				return err
			}
		}
		return nil
	}))
	ctx, recorded := models.RecordStatements(t.Context())
	for _, f := range []termlist.Filter{{After: "tag-05000"}, {Used: true, After: "5000-5001"}} {
		if p, err := termlist.Tags(ctx, db, f); err != nil || len(p.Rows) != termlist.PerPage {
			t.Errorf("%d tags (%v)", len(p.Rows), err)
		}
	}
	modeltest.NoScan(t, db, recorded(), "tags")
}
