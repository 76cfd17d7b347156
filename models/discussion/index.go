package discussion

import (
	"cmp"
	"context"
	"fmt"

	"broadsheet/models"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/models/terms"
)

// Moderators search comments by their words, by the hosts of their links and by the
// rules that applied to them. New comments are indexed in the background or, at the
// latest, before the next search, so that posting does not wait for it.

// indexCursor names how far comments have been indexed.
const indexCursor = "comment words"

const (
	// indexBatch is how many comments are indexed in one transaction.
	indexBatch = 200
	// indexBack is how many numbers before the last one are checked again: in
	// PostgreSQL a transaction may commit a lower number after a higher one.
	indexBack = 2000
	// mostBeforeSearch is how many comments a search waits for. More are waiting only
	// after many comments were stored by a command.
	mostBeforeSearch = 2000
)

// IndexComments indexes the comments since the last call, and those again whose
// entries are of an older version of the index.
func IndexComments(ctx context.Context, db *models.DB) error {
	version, err := indexVersion(ctx, db)
	if err != nil {
		return err
	}
	if _, err := indexNew(ctx, db, 0); err != nil {
		return err
	}
	return indexAgain(ctx, db, version)
}

// IndexForSearch indexes the comments that are not indexed yet, so that a search
// finds all that were stored before it began. It returns false if there are more
// than a search can wait for.
func IndexForSearch(ctx context.Context, db *models.DB) (complete bool, err error) {
	return indexNew(ctx, db, mostBeforeSearch)
}

// indexNew indexes new comments, about as many as most, or all for 0. It reports
// whether it has indexed all.
func indexNew(ctx context.Context, db *models.DB, most int) (complete bool, err error) {
	var last int64
	if err := db.Query(ctx).Raw("SELECT COALESCE(MAX(id), 0) FROM comments").Scan(&last).Error; err != nil {
		return false, err
	}
	for indexed := 0; most == 0 || indexed < most; {
		waiting, err := notIndexed(ctx, db, last)
		if err != nil || !waiting {
			return err == nil, err
		}
		n := 0
		err = db.Write(ctx, func(tx *models.Tx) (err error) {
			n, err = indexSome(ctx, tx, last)
			return err
		})
		if err != nil {
			return false, err
		}
		indexed += max(n, 1)
	}
	return false, nil
}

// notIndexed reports whether a comment up to a number may not be indexed.
func notIndexed(ctx context.Context, r models.Queryer, last int64) (bool, error) {
	done, err := models.Cursor(ctx, r, indexCursor)
	if err != nil || last > done || r.Dialect() == models.SQLite {
		return last > done, err
	}
	var late []int64
	err = r.Query(ctx).Raw("SELECT id FROM comments WHERE id > ? AND id <= ? AND "+hasNoEntry+" LIMIT 1", done-indexBack, done).
		Scan(&late).Error
	return len(late) > 0, err
}

const hasNoEntry = "NOT EXISTS (SELECT 1 FROM comment_words w WHERE w.docid = comments.id)"

// indexSome indexes comments after the cursor up to a number, and late ones just
// before it. It returns how many.
func indexSome(ctx context.Context, tx *models.Tx, last int64) (int, error) {
	if err := models.LockKey(ctx, tx, indexCursor); err != nil {
		return 0, err
	}
	done, err := models.Cursor(ctx, tx, indexCursor)
	if err != nil {
		return 0, err
	}
	var list []*Comment
	err = tx.Query(ctx).Select(indexedFields).Where("id > ? AND id <= ? AND "+hasNoEntry, max(0, done-indexBack), max(last, done)).
		Order("id").Limit(indexBatch).Find(&list).Error
	if err != nil {
		return 0, err
	}
	if err := addToIndex(ctx, tx, list); err != nil {
		return 0, err
	}
	reached := max(last, done)
	if len(list) == indexBatch {
		reached = max(done, list[len(list)-1].ID)
	}
	return len(list), models.SetCursor(ctx, tx, indexCursor, reached)
}

// finished is the cursor of a version of the index whose entries are all written.
const finished = -1

// indexVersion returns the name of the cursor for the present version of the index,
// which also depends on the site's language. The cursor begins with the newest
// comment that has an entry.
func indexVersion(ctx context.Context, db *models.DB) (name string, err error) {
	settings, err := settings.Load(ctx, db)
	if err != nil {
		return "", err
	}
	name = fmt.Sprintf("%s, version %d %s", indexCursor, wordindex.Version, terms.StemLanguage(settings.Language))
	if left, err := models.Cursor(ctx, db, name); err != nil || left != 0 {
		return name, err
	}
	return name, db.Write(ctx, func(tx *models.Tx) error {
		if err := tx.Query(ctx).Exec("DELETE FROM cursors WHERE name LIKE ?", indexCursor+", version %").Error; err != nil {
			return err
		}
		newest, err := models.Cursor(ctx, tx, indexCursor)
		if err != nil {
			return err
		}
		if newest == 0 {
			newest = finished
		}
		return models.SetCursor(ctx, tx, name, newest)
	})
}

// indexAgain writes the entries again that an older version of the index has
// written, the newest first. It continues where it was interrupted.
func indexAgain(ctx context.Context, db *models.DB, version string) error {
	for ctx.Err() == nil {
		if left, err := models.Cursor(ctx, db, version); err != nil || left <= 0 {
			return err
		}
		if err := db.Write(ctx, func(tx *models.Tx) error { return indexSomeAgain(ctx, tx, version) }); err != nil {
			return err
		}
	}
	return nil
}

// indexSomeAgain writes the entries before a cursor again and moves it.
func indexSomeAgain(ctx context.Context, tx *models.Tx, version string) error {
	if err := models.LockKey(ctx, tx, indexCursor); err != nil {
		return err
	}
	left, err := models.Cursor(ctx, tx, version)
	if err != nil || left <= 0 {
		return err
	}
	var ids []int64
	err = tx.Query(ctx).Raw("SELECT id FROM comments WHERE id <= ? ORDER BY id DESC LIMIT ?", left, indexBatch).Scan(&ids).Error
	if err != nil {
		return err
	}
	if left = finished; len(ids) == indexBatch && ids[indexBatch-1] > 1 {
		left = ids[indexBatch-1] - 1
	}
	if len(ids) > 0 {
		if err := reindex(ctx, tx, ids); err != nil {
			return err
		}
	}
	return models.SetCursor(ctx, tx, version, left)
}

// indexedFields are the columns that an entry is made of.
var indexedFields = []string{"id", "author", "url", "text", "html", "language", "reasons"}

func addToIndex(ctx context.Context, tx *models.Tx, list []*Comment) error {
	settings, err := settings.Load(ctx, tx)
	if err != nil {
		return err
	}
	entries := make([]wordindex.Entry, len(list))
	for i, c := range list {
		entries[i] = c.entry()
		entries[i].Language = cmp.Or(c.Language, settings.Language)
	}
	return wordindex.Add(ctx, tx, entries)
}

// entry returns the words of the comment.
func (c *Comment) entry() wordindex.Entry {
	e := wordindex.Entry{ID: c.ID, Author: c.Author, Text: richtext.CommentText(c.Text)}
	e.Hosts = wordindex.Hosts(append(richtext.LinkTargets(c.HTML), c.URL))
	for _, reason := range c.Reasons {
		if reason.State != Approved {
			e.Rules = append(e.Rules, reason.Rule)
		}
	}
	return e
}

// Reindex indexes comments again for a background task, which waits for the task that
// indexes all comments: both write the same rows.
func Reindex(ctx context.Context, tx *models.Tx, ids []int64) error {
	if err := models.LockKey(ctx, tx, indexCursor); err != nil {
		return err
	}
	return reindex(ctx, tx, ids)
}

// reindex indexes comments again after a change of the text or the commenter.
func reindex(ctx context.Context, tx *models.Tx, ids []int64) error {
	if err := wordindex.Remove(ctx, tx, ids); err != nil {
		return err
	}
	var list []*Comment
	if err := tx.Query(ctx).Select(indexedFields).Where("id IN ?", ids).Find(&list).Error; err != nil {
		return err
	}
	return addToIndex(ctx, tx, list)
}
