package newsroom

import (
	"context"
	"fmt"
	"math"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/sitemapchanges"
	"broadsheet/models/richtext"
)

// renderBatch is how many bodies one transaction stores. A body may have 10 MB.
const renderBatch = 20

// RefreshRendered renders all bodies again that were rendered under another
// sanitising policy, so that a better renderer reaches old articles. It remembers
// its progress, and does nothing after the last article until the policy changes.
func RefreshRendered(ctx context.Context, db *models.DB) error {
	const policy = richtext.ArticlePolicyVersion
	name := fmt.Sprintf("articles under policy %d", policy)
	for {
		last, err := models.Cursor(ctx, db, name)
		if err != nil || last == math.MaxInt64 {
			return err
		}
		var ids []int64
		err = db.Query(ctx).Raw("SELECT article_id FROM article_bodies WHERE article_id > ? ORDER BY article_id LIMIT ?",
			last, renderBatch).Scan(&ids).Error
		if err != nil {
			return err
		}
		next := int64(math.MaxInt64)
		if len(ids) == renderBatch {
			next = ids[len(ids)-1]
		}
		var old []ArticleBody
		if err := db.Query(ctx).Where("article_id IN ? AND policy <> ?", ids, policy).Find(&old).Error; err != nil {
			return err
		}
		if err := renderSome(ctx, db, old, name, next); err != nil {
			return err
		}
	}
}

// renderSome renders bodies and stores them. It skips a body that was saved in the
// meantime, because that save has rendered it.
func renderSome(ctx context.Context, db *models.DB, old []ArticleBody, cursor string, next int64) error {
	bodies := make([]richtext.Body, len(old))
	for i, b := range old {
		format, err := richtext.ParseFormat(b.Format)
		if err == nil {
			bodies[i], err = richtext.Article(b.Source, format)
		}
		if err != nil {
			// A limit has been lowered since. The old HTML is kept; its policy was
			// safe, too.
			bodies[i].HTML = b.HTML
		}
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		site, err := LoadSite(ctx, tx)
		if err != nil {
			return err
		}
		s := NewSaver(tx, site, models.ActorSchedule)
		for i, b := range old {
			html, _, err := s.resolveLinks(ctx, b.ArticleID, bodies[i])
			if err != nil {
				return err
			}
			done := tx.Query(ctx).Exec("UPDATE article_bodies SET html = ?, policy = ? WHERE article_id = ? AND policy = ? AND source = ?",
				html, richtext.ArticlePolicyVersion, b.ArticleID, b.Policy, b.Source)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected > 0 && html != b.HTML {
				if err := pictures.RenewUses(ctx, tx, b.ArticleID, html); err != nil {
					return err
				}
				touchArticle(tx, b.ArticleID)
				tx.Touch(sitemapchanges.PartTag(sitemapchanges.Articles, sitemapchanges.PartOf(b.ArticleID))) // it shows the pictures
			}
		}
		return models.SetCursor(ctx, tx, cursor, next)
	})
}
