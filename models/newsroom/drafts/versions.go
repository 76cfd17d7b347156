package drafts

import (
	"context"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// KeptAutosaves is how long an autosave is kept. Explicit saves are kept for ever.
const KeptAutosaves = 24 * time.Hour

// pruneBatch is how many versions one transaction removes.
const pruneBatch = 500

// Version returns the text of a version of an article; number 0 is the text of its rows.
func Version(ctx context.Context, r models.Queryer, a *newsroom.Article, number int) (newsroom.Manuscript, error) {
	return textOf(ctx, r, a, number)
}

// Prune removes autosaves older than [KeptAutosaves], except the newest and the shown
// version of each article. A form that began with a removed version is merged over the
// version before it.
func Prune(ctx context.Context, db *models.DB) error {
	before := models.At(db.Now().Add(-KeptAutosaves))
	for {
		var removed int64
		err := db.Write(ctx, func(tx *models.Tx) error {
			done := tx.Query(ctx).Exec(`DELETE FROM article_versions WHERE (article_id, number) IN (
				SELECT v.article_id, v.number FROM article_versions v LEFT JOIN article_drafts d ON d.article_id = v.article_id
				WHERE v.kind = ? AND v.at < ? AND v.number <> COALESCE(d.number, 0) AND v.number <> COALESCE(d.shown, 0) LIMIT ?)`,
				string(Autosaved), before, pruneBatch)
			removed = done.RowsAffected
			return done.Error
		})
		if err != nil || removed < pruneBatch {
			return err
		}
	}
}
