package searchindex

import (
	"context"
	"slices"

	"broadsheet/models"
)

// PutRenamed indexes the articles again of authors with a changed name, see
// taxonomy.DescribeAuthor, and those with terms that were renamed or merged, see package
// termchanges. language is the site's. It touches tag.
func PutRenamed(ctx context.Context, db *models.DB, language string, tag models.CacheTag) error {
	if err := putAgain(ctx, db, language, tag); err != nil {
		return err
	}
	for {
		var author, times int64
		found, err := models.QueryRow(ctx, db, []any{&author, &times},
			"SELECT author_id, times FROM search_renamed ORDER BY author_id LIMIT 1")
		if err != nil || !found {
			return err
		}
		var ids []int64
		const authorsList = 3 // newsroom.AuthorArticles
		err = db.Query(ctx).Raw("SELECT article_id FROM listings WHERE kind = ? AND ref = ?", authorsList, author).Scan(&ids).Error
		if err != nil {
			return err
		}
		for some := range slices.Chunk(ids, batch) {
			err := db.Write(ctx, func(tx *models.Tx) error {
				tx.Touch(tag)
				return Put(ctx, tx, language, nil, some...)
			})
			if err != nil {
				return err
			}
		}
		err = db.Write(ctx, func(tx *models.Tx) error {
			return models.Exec(ctx, tx, "DELETE FROM search_renamed WHERE author_id = ? AND times = ?", author, times)
		})
		if err != nil {
			return err
		}
	}
}

// putAgain indexes the articles again that search_again names.
func putAgain(ctx context.Context, db *models.DB, language string, tag models.CacheTag) error {
	for {
		var ids []int64
		err := db.Query(ctx).Raw("SELECT article_id FROM search_again ORDER BY article_id LIMIT ?", batch).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		err = db.Write(ctx, func(tx *models.Tx) error {
			tx.Touch(tag)
			if err := tx.Query(ctx).Exec("DELETE FROM search_again WHERE article_id IN ?", ids).Error; err != nil {
				return err
			}
			return Put(ctx, tx, language, nil, ids...)
		})
		if err != nil {
			return err
		}
	}
}
