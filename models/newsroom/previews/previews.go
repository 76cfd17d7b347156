package previews

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"broadsheet/models"
)

// Lasts is how long a link works.
const Lasts = 7 * 24 * time.Hour

// Preview is a link to the newest text of an article.
type Preview struct {
	ID        int64
	ArticleID int64
	MadeAt    models.Time
	Until     models.Time
	Actor     string
	ActorID   *int64
	RevokedAt models.Time
}

// TableName names the table for GORM.
func (Preview) TableName() string { return "article_previews" }

// Signer returns the signer of the links.
func Signer(keys *models.Keyring) *models.Signer {
	return keys.Signer("previews of articles", hex.EncodeToString)
}

// Key returns the secret part of the link: the number of the preview and its signature.
func (p Preview) Key(s *models.Signer) string {
	id := strconv.FormatInt(p.ID, 10)
	return id + "-" + s.Sign(id)
}

// Make makes a link that works for [Lasts].
func Make(ctx context.Context, db *models.DB, by models.Actor, article int64) (p Preview, err error) {
	err = db.Write(ctx, func(tx *models.Tx) error {
		p = Preview{
			ArticleID: article, MadeAt: models.At(tx.Now), Until: models.At(tx.Now.Add(Lasts)), Actor: by.Name, ActorID: by.UserID,
		}
		if err := tx.Query(ctx).Create(&p).Error; err != nil {
			return err
		}
		return audit(ctx, tx, by, article, "made")
	})
	return p, err
}

// Revoke ends all links to an article.
func Revoke(ctx context.Context, db *models.DB, by models.Actor, article int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		err := models.Exec(ctx, tx, "UPDATE article_previews SET revoked_at = ? WHERE article_id = ? AND revoked_at IS NULL",
			models.At(tx.Now), article)
		if err != nil {
			return err
		}
		return audit(ctx, tx, by, article, "revoked")
	})
}

// Of returns the links to an article that work at a time, newest first.
func Of(ctx context.Context, r models.Queryer, article int64, now time.Time) (list []Preview, err error) {
	err = r.Query(ctx).Where("article_id = ? AND revoked_at IS NULL AND until > ?", article, models.At(now)).
		Order("id DESC").Find(&list).Error
	return list, err
}

// Find returns the article of a link by its [Preview.Key]. It refuses with NotFound a link
// with a wrong signature, a revoked link and an expired one.
func Find(ctx context.Context, r models.Queryer, s *models.Signer, key string, now time.Time) (article int64, err error) {
	none := models.Errorf(models.NotFound, "there is no such preview")
	number, signature, ok := strings.Cut(key, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || !s.Verify(number, signature) {
		return 0, none
	}
	p, err := models.First[Preview](r.Query(ctx).Where("id = ? AND revoked_at IS NULL AND until > ?", id, models.At(now)))
	switch {
	case err != nil:
		return 0, err
	case p == nil:
		return 0, none
	}
	return p.ArticleID, nil
}

func audit(ctx context.Context, tx *models.Tx, by models.Actor, article int64, what string) error {
	return models.Audit(ctx, tx, by, models.Subject{Kind: models.ArticleSubject, ID: article}, "preview", "", what)
}
