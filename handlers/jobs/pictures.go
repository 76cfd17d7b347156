package jobs

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/newsroom/library"
)

// PictureLane returns the periodic work on the files of pictures.
func PictureLane(store *blob.Variants) Lane {
	clean := func(ctx context.Context, db *models.DB) error { return library.Clean(ctx, db, store) }
	return Lane{Name: "pictures", Tasks: []Task{
		{Name: "delete files that no picture needs", Every: time.Hour, OneInstance: true, Run: clean},
	}}
}
