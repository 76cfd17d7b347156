package library

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
)

// KeptFor is how long the store keeps a file that no picture needs any more: the file of a
// removed picture, a replaced file, and the file of an unfinished upload. A removed picture
// can be restored within this time.
const KeptFor = 30 * 24 * time.Hour

// CleanDelay is the time after [KeptFor] for which Clean still keeps a file. A restore at the
// last moment is stored by then, even if the clocks of two instances differ.
const CleanDelay = 10 * time.Minute

// mostCleaned is the most files that one call of Clean deletes, so that a mistake, such as a
// database that was restored without its newest pictures, is noticed in time.
const mostCleaned = 1000

// Clean deletes originals that no picture has needed for [KeptFor] and [CleanDelay], with all
// their variants; at most 1,000 originals in one call. The modification time of an original is when it was
// needed last: an upload sets it before it stores the row, and a replacement sets it on the
// old file.
func Clean(ctx context.Context, db *models.DB, store *blob.Variants) error {
	before := db.Now().Add(-KeptFor - CleanDelay)
	files, err := store.Originals(ctx)
	if err != nil {
		return err
	}
	// The rows are read after the list of files, so a row that is missing here is newer than
	// the list, and the time of its file is new as well.
	var needed []string
	err = db.Query(ctx).Table("media").Where("removed_at IS NULL OR removed_at > ?", models.At(before)).Pluck("file", &needed).Error
	if err != nil {
		return err
	}
	keep := make(map[string]bool, len(needed))
	for _, file := range needed {
		keep[file] = true
	}
	done := 0
	for _, f := range files {
		if keep[f.Key] || !f.Modified.Before(before) {
			continue
		}
		if err := store.DeleteUnused(ctx, f.Key, before); err != nil {
			return err
		}
		if done++; done == mostCleaned {
			break
		}
	}
	return nil
}
