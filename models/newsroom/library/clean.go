package library

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
)

// KeptFor is how long a file stays that no picture needs any more: that of a removed
// picture, one that another file has replaced, and one whose upload was not finished. A
// removed picture can be restored within this time.
const KeptFor = 30 * 24 * time.Hour

// mostCleaned is the most files that one call of Clean deletes, so that a mistake outside,
// such as a database that was restored without its newest pictures, is seen in time.
const mostCleaned = 1000

// Clean deletes originals that were not needed for [KeptFor], with all widths that were
// made of them, at most 1,000 in one call. An upload marks its file as new before its row is
// stored, and a replacement marks the old file when it is not needed any more.
func Clean(ctx context.Context, db *models.DB, store *blob.Variants) error {
	before := db.Now().Add(-KeptFor)
	files, err := store.Originals(ctx)
	if err != nil {
		return err
	}
	// The rows are read after the list: a file that is in the list is not the file of a row
	// that is stored later, unless its time is new.
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
