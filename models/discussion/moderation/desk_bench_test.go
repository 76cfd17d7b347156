package moderation_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/synthetic"
)

// BenchmarkDesk measures the pages and decisions of the desk, on a site with
// BROADSHEET_BENCH_COMMENTS comments (20,000 by default), one in a hundred of them held.
// It takes ten minutes to generate a million comments; BROADSHEET_BENCH_DIR keeps the
// database for the next run.
func BenchmarkDesk(b *testing.B) {
	comments := 20000
	if text := os.Getenv("BROADSHEET_BENCH_COMMENTS"); text != "" {
		var err error
		if comments, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	db := benchDesk(b, comments)
	ctx := b.Context()
	actor := models.Actor{Name: "Mona"}
	for name, f := range map[string]moderation.Filter{
		"held": {Queue: moderation.Held}, "all": {Queue: moderation.All}, "published": {Queue: moderation.Approved}, "a common word": {Queue: moderation.All, Text: "the"},
		"two words": {Queue: moderation.All, Text: "harbour council"}, "a section": {Queue: moderation.Approved, Categories: []int64{3}}, "a rule": {Queue: moderation.Held, Rule: "first-comment"},
	} {
		b.Run("deal "+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := moderation.NextPage(ctx, db, f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("counts", func(b *testing.B) {
		for b.Loop() {
			if _, err := moderation.Counts(ctx, db, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	held, err := moderation.Matching(ctx, db, moderation.Filter{Queue: moderation.Held})
	if err != nil || len(held) == 0 {
		b.Fatal(len(held), err)
	}
	decide := func(b *testing.B, seen []discussion.Versioned) {
		for b.Loop() {
			op, _, err := discussion.Decide(ctx, db, actor, seen, discussion.Verdict{Undoable: true, Action: discussion.DoApprove})
			if err != nil || op == "" {
				b.Fatal(op, err)
			}
			if undone, err := discussion.Undo(ctx, db, actor, op); err != nil || undone.Restored != len(seen) {
				b.Fatal(undone, err)
			}
		}
	}
	for i := range held {
		held[i].Version = discussion.AnyVersion
	}
	b.Run("approve one and undo", func(b *testing.B) { decide(b, held[:1]) })
	b.Run("approve "+strconv.Itoa(len(held))+" and undo", func(b *testing.B) { decide(b, held) })
	b.Run("around", func(b *testing.B) {
		c, err := discussion.ByID(ctx, db, held[0].ID)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := moderation.SurroundingsOf(ctx, db, nil, c); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchDesk opens a generated site with a number of comments.
func benchDesk(b *testing.B, comments int) *models.DB {
	b.Helper()
	dir := os.Getenv("BROADSHEET_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, "desk-"+strconv.Itoa(comments)+".db")
	_, err := os.Stat(path)
	made := err == nil
	db, err := models.Open(b.Context(), models.Options{DSN: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if made {
		return db
	}
	if err := synthetic.AddArticles(b.Context(), db, synthetic.Articles{Count: max(50, comments/10), Seed: 1, Words: 50}); err != nil {
		b.Fatal(err)
	}
	if err := synthetic.AddComments(b.Context(), db, synthetic.Comments{Count: comments, Held: comments / 100, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	if err := discussion.IndexComments(b.Context(), db); err != nil {
		b.Fatal(err)
	}
	return db
}
