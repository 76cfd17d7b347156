package privacy

import (
	"context"

	"broadsheet/models"
)

// Deleting a row does not remove its bytes everywhere. The word index keeps the
// words of deleted texts until its parts are merged, and SQLite's log keeps
// pages as they were until it is truncated. Purging does both. On PostgreSQL
// there is nothing to do: its autovacuum does that work.

// purgeCursor names the cursor that holds the number of erasures not yet
// purged.
const purgeCursor = "erasures"

// purgeAtOnce is the largest number of comments for which the erasure itself
// merges the word index: that takes a second or two. Merging rewrites the whole
// index, and other writers wait meanwhile.
const purgeAtOnce = 200_000

// purgeLater records that deleted data must be purged.
func purgeLater(ctx context.Context, tx *models.Tx) error {
	n, err := models.Cursor(ctx, tx, purgeCursor)
	if err != nil {
		return err
	}
	return models.SetCursor(ctx, tx, purgeCursor, n+1)
}

// purgeNow purges at once if that is quick. Otherwise [Purge] does it later.
func purgeNow(ctx context.Context, db *models.DB) error {
	var last int64
	err := db.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&last).Error
	if err != nil || last > purgeAtOnce {
		return err
	}
	return Purge(ctx, db)
}

// Purge removes the remains of deleted comments from the word index and from
// the database's files. It does nothing if there was no erasure since the last
// time.
func Purge(ctx context.Context, db *models.DB) error {
	n, err := models.Cursor(ctx, db, purgeCursor)
	if err != nil || n == 0 {
		return err
	}
	err = db.WriteMany(ctx, func(tx *models.Tx) error { return tx.MergeWords(ctx, "comment_words") })
	if err != nil {
		return err
	}
	done, err := db.TruncateLog(ctx)
	if err != nil || !done {
		return err // the next run tries again
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		// Another erasure may have come in between.
		now, err := models.Cursor(ctx, tx, purgeCursor)
		if err != nil {
			return err
		}
		return models.SetCursor(ctx, tx, purgeCursor, now-n)
	})
}
