package search

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/settings"
)

// Keep brings the index up to date: it adds the articles of before the index, builds
// it again after a change of the analysis or of the site's language, and indexes
// the articles of renamed authors. It goes on where it was stopped.
func Keep(ctx context.Context, db *models.DB) error {
	settings, err := settings.Load(ctx, db)
	if err != nil {
		return err
	}
	b := searchindex.Builder{DB: db, Language: settings.Language, Touch: newsroom.SearchTag}
	if err := b.Run(ctx); err != nil {
		return err
	}
	return searchindex.PutRenamed(ctx, db, settings.Language, newsroom.SearchTag)
}

// Rebuild builds the index again while it answers. progress is called with the
// number of articles done and of all; it may be nil.
func Rebuild(ctx context.Context, db *models.DB, progress func(done, all int)) error {
	settings, err := settings.Load(ctx, db)
	if err != nil {
		return err
	}
	b := searchindex.Builder{DB: db, Language: settings.Language, Touch: newsroom.SearchTag, Anew: true, Progress: progress}
	return b.Run(ctx)
}
