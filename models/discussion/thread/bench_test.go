package thread_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/imports"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
)

// BenchmarkThreads compares pages of articles with 100 and 10,000 comments, in many
// threads and in one. A page of a large article should take at most twice the time
// of a small one.
func BenchmarkThreads(b *testing.B) {
	db := modeltest.SQLite(b, modeltest.NewClock())
	ctx := b.Context()
	bring := func(name string, comments int, oneThread bool) *newsroom.Article {
		a, _, err := newsroom.Save(ctx, db, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{Source: "bench", SourceID: name, Title: name})
		if err != nil {
			b.Fatal(err)
		}
		var rows strings.Builder
		for i := range comments {
			parent := ""
			if i > 0 && (oneThread || i%2 == 0 && comments == 100) {
				parent = name + "-" + fmt.Sprint(i-1)
			}
			fmt.Fprintf(&rows, `{"id":"%s-%d","source":"bench","article_id":%q,"parent":%q,"author":"Reader","text":"The lamps were dark for longer than anyone admits, and who pays?","date":%q}`+"\n",
				name, i, name, parent, time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339))
		}
		im := imports.Importer{DB: db, Reject: func(line int, err error) { b.Fatal(line, err) }}
		if _, err := im.Run(ctx, strings.NewReader(rows.String())); err != nil {
			b.Fatal(err)
		}
		if a, err = newsroom.ByID(ctx, db, a.ID); err != nil {
			b.Fatal(err)
		}
		return a
	}
	small, wide, deep := bring("small", 100, false), bring("wide", 10_000, false), bring("deep", 10_000, true)
	for _, c := range []struct {
		name  string
		query thread.Query
	}{
		{"100", firstPage(small)},
		{"10000-first", firstPage(wide)},
		{"10000-middle", pageOf(wide, 110, thread.Oldest)},
		{"10000-last", pageOf(wide, 200, thread.Oldest)},
		{"10000-newest", pageOf(wide, 90, thread.Newest)},
		{"10000-recommended", pageOf(wide, 20, thread.MostRecommended)},
		{"10000-in-one-thread", firstPage(deep)},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := thread.Load(ctx, db, c.query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, id := range []string{"deep-0", "deep-5000", "deep-9999"} {
		var c discussion.Comment
		if err := db.Query(ctx).Where("source_id = ?", id).Take(&c).Error; err != nil {
			b.Fatal(err)
		}
		b.Run("own-page-"+id, func(b *testing.B) {
			for b.Loop() {
				if _, err := thread.LoadComment(ctx, db, &c, 0, 5); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
